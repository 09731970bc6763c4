"""The mails of a cycle, looked at before raters get them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from questionnaires.model import Relation
from surveyapp.errors import SurveyError
from surveyapp.forms.mails import MailWordsForm, TestMailForm, WhichMailForm
from surveyapp.mail import PLACEHOLDERS, MailWords
from surveyapp.models import MailKind
from surveyapp.services import mailwords
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mailpreview import MailPreview, Wanted
from surveyapp.trial import preview_mail, send_trial
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, language

blueprint = Blueprint("mails", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/mails")
def show(cycle: str) -> Page:
    """A mail with its real names and dates, and a link that leads nowhere."""
    form = WhichMailForm(request.args)
    return _page(cycle, _wanted(form))


@blueprint.post("/<cycle>/mails")
def change(cycle: str) -> Page:
    """Send the mail to oneself, or give it words of one's own."""
    return _send(cycle) if request.form.get("action") == "send" else _set_words(cycle)


def _send(cycle: str) -> Page:
    form = TestMailForm()
    wanted = _wanted(form)
    try:
        if not form.validate():
            return _page(cycle, wanted, refused=_("Please write your mail address.")), 422
        send_trial(current_runtime(), cycle, wanted, form.to.data or "")
    except SurveyError as refusal:
        return _page(cycle, wanted, refused=refusal.said(_)), 422
    visitor.say(_("The test is sent. Its link leads nowhere."))
    return _back(cycle, wanted)


def _set_words(cycle: str) -> Page:
    form, run = MailWordsForm(), current_runtime()
    wanted = _wanted(form)
    words = MailWords(form.subject.data or "", form.greeting.data or "", form.closing.data or "")
    try:
        with run.database.transaction() as session:
            found = find_cycle(session, cycle)
            mailwords.set_words(session, found, wanted.kind, wanted.language, words)
            run.note(session, Act.MAIL_WORDS, cycle, kind=wanted.kind, language=wanted.language)
    except SurveyError as refusal:
        mistakes = getattr(refusal, "mistakes", ())
        return _page(cycle, wanted, words, refusal.said(_), mistakes), 422
    visitor.say(_("The words are kept. Mails from now on use them."))
    return _back(cycle, wanted)


def _wanted(form: WhichMailForm) -> Wanted:
    """What the form asks for; what it does not know counts as not asked."""
    known = {name: field.data for name, field in form._fields.items() if field.validate(form)}
    relation = known.get("relation")
    return Wanted(
        kind=MailKind(known.get("kind") or MailKind.INVITATION),
        language=known.get("language") or language(),
        relation=Relation(relation) if relation else None,
    )


def _page(
    cycle: str,
    wanted: Wanted,
    words: MailWords | None = None,
    refused: str = "",
    mistakes: tuple[str, ...] = (),
) -> str:
    run, mail = current_runtime(), None
    try:
        mail = preview_mail(run, cycle, wanted)
    except SurveyError as refusal:
        refused = refused or refusal.said(_)
    return _rendered(cycle, wanted, mail, words, refused, mistakes)


def _rendered(
    cycle: str,
    wanted: Wanted,
    mail: MailPreview | None,
    words: MailWords | None,
    refused: str,
    mistakes: tuple[str, ...],
) -> str:
    with current_runtime().database.reading() as session:
        found = find_cycle(session, cycle)
        kept = mailwords.words_of(session, found, wanted.kind, wanted.language)
        return render_template(
            "admin/mails.html",
            cycle=found,
            wanted=wanted,
            mail=mail,
            words=words or kept,
            with_words=wanted.kind in mailwords.KINDS,
            placeholders=PLACEHOLDERS,
            refused=refused,
            mistakes=mistakes,
        )


def _back(cycle: str, wanted: Wanted) -> Response:
    there = url_for(
        "mails.show",
        cycle=cycle,
        kind=wanted.kind,
        language=wanted.language,
        relation=wanted.relation or "",
    )
    return redirect(there, 303)
