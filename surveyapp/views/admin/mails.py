"""The mails of a cycle, looked at before raters get them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from questionnaires.model import Relation
from surveyapp import steps
from surveyapp.dsn import Verdict, messages_of
from surveyapp.errors import BadInput, SurveyError
from surveyapp.forms.mails import MailWordsForm, TestMailForm, WhichMailForm
from surveyapp.i18n import N_
from surveyapp.mail import PLACEHOLDERS, MailWords
from surveyapp.models import MailKind
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails import failedmails, mailwords
from surveyapp.services.mails.bounces import FOREIGN, as_reported
from surveyapp.services.mails.mailpreview import MailPreview, Wanted
from surveyapp.services.paging import page_of
from surveyapp.services.seen import Meanwhile, digest, require_same
from surveyapp.trial import preview_mail, send_trial
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, language, page_number

blueprint = Blueprint("mails", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]
MOST_MESSAGES = 1000  # are read in one request
PARTS = {
    "subject": N_("Subject"),
    "greeting": N_("First paragraphs"),
    "closing": N_("Last paragraph"),
}
meanwhile = N_(
    "Somebody else changed these words in the meantime, and nothing was saved. Sent once more, "
    "yours take the place of theirs:"
)


@blueprint.get("/<cycle>/mails")
def show(cycle: str) -> Page:
    """A mail with its real names and dates, and a link that leads nowhere."""
    form = WhichMailForm(request.args)
    return _page(cycle, _wanted(form))


@blueprint.post("/<cycle>/mails")
def change(cycle: str) -> Page:
    """Send the mail to oneself, or give it words of one's own."""
    return _send(cycle) if request.form.get("action") == "send" else _set_words(cycle)


@blueprint.get("/<cycle>/mails/failed")
def failed(cycle: str) -> Page:
    """Who did not get their mail, and why."""
    return _failed(cycle)


@blueprint.post("/<cycle>/mails/failed")
def mend(cycle: str) -> Page:
    """Try a mail again, all of them, or send it elsewhere; read what mail servers say."""
    acts = {
        "one": _try_again,
        "all": _try_all_again,
        "address": _send_elsewhere,
        "bounces": _read_bounces,
    }
    act = acts.get(request.form.get("action", ""))
    if act is None:
        raise BadRequest
    try:
        visitor.say(act(cycle, request.form.get("reader", "")))
    except SurveyError as refusal:
        return _failed(cycle, refusal.said(_)), 422
    return redirect(url_for("mails.failed", cycle=cycle), 303)


def _try_again(cycle: str, reader: str) -> str:
    _retry(cycle, reader)
    return _("The mail is queued again.")


def _try_all_again(cycle: str, _reader: str) -> str:
    _retry(cycle, None)
    return _("The failed mails are queued again.")


def _retry(cycle: str, reader: str | None) -> None:
    run = current_runtime()
    with run.database.transaction() as session:
        count = failedmails.retry(session, find_cycle(session, cycle), reader)
        run.note(session, Act.RETRY_MAIL, cycle, mails=count)


def _send_elsewhere(cycle: str, reader: str) -> str:
    form = TestMailForm()
    if not form.to.validate(form):
        raise SurveyError(N_("Please write a mail address."))
    steps.correct_address(current_runtime(), cycle, reader, form.to.data or "", failed=True)
    return _("The mail goes to the new address, with a new link; the old one no longer works.")


def _read_bounces(_cycle: str, _reader: str) -> str:
    files = [file.read() for file in request.files.getlist("reports") if file.filename]
    messages = [message for file in files for message in messages_of(file)]
    if not messages:
        raise SurveyError(N_("Please choose a file."))
    if len(messages) > MOST_MESSAGES:
        most = N_("These are too many messages at once; %(most)d are the most.")
        raise SurveyError(most, most=MOST_MESSAGES)
    read = steps.read_bounces(current_runtime(), messages, by_hand=True)
    counts = Counter(as_reported(*each) for each in read)
    words = _(
        "Messages that were read: %(all)d. Of mails of ours, failed for good: %(hard)d, delayed: "
        "%(soft)d. About something else: %(rest)d. Not understood: %(unreadable)d."
    )
    rest = counts[Verdict.IGNORED] + counts[FOREIGN]
    return words % ({v: counts[v] for v in Verdict} | {"all": len(messages), "rest": rest})


def _failed(cycle: str, refused: str = "") -> str:
    with current_runtime().database.reading() as session:
        found = find_cycle(session, cycle)
        return render_template(
            "admin/mails_failed.html",
            cycle=found,
            page=page_of(failedmails.failed_mails(session, found), page_number()),
            refused=refused,
        )


def _send(cycle: str) -> Page:
    form = TestMailForm()
    wanted = _wanted(form)
    try:
        if not form.validate():
            return _page(cycle, wanted, refused=_("Please write your mail address.")), 422
        send_trial(current_runtime(), cycle, wanted, form.to.data or "")
    except SurveyError as refusal:
        return _page(cycle, wanted, refused=refusal.said(_)), 422
    visitor.say(_("The test is sent. The link in it does not work."))
    return _back(cycle, wanted)


def _set_words(cycle: str) -> Page:
    form, run = MailWordsForm(), current_runtime()
    wanted = _wanted(form)
    words = MailWords(form.subject.data or "", form.greeting.data or "", form.closing.data or "")
    try:
        with run.database.transaction() as session:
            found = find_cycle(session, cycle, lock=True)
            before = mailwords.words_of(session, found, wanted.kind, wanted.language)
            kept = mailwords.set_words(session, found, wanted.kind, wanted.language, words)
            if kept != before:
                require_same(before, form.seen.data or "", meanwhile)
            run.note(session, Act.MAIL_WORDS, cycle, kind=wanted.kind, language=wanted.language)
    except Meanwhile as refusal:
        return _page(cycle, wanted, words, refusal.said(_), _theirs(before, kept)), 409
    except SurveyError as refusal:
        wrong = refusal.problems if isinstance(refusal, BadInput) else ()
        mistakes = tuple(mistake.said(_) for mistake in wrong)
        seen = form.seen.data or ""
        return _page(cycle, wanted, words, refusal.said(_), mistakes, seen), 422
    visitor.say(_("The words are kept. Mails from now on use them."))
    return _back(cycle, wanted)


def _theirs(now: MailWords, words: MailWords) -> tuple[str, ...]:
    """What of the words that are kept is not as in ``words``."""
    theirs, mine = asdict(now), asdict(words)
    return tuple(
        _(name) + _(": ") + (theirs[part] or _("the usual words"))
        for part, name in PARTS.items()
        if theirs[part] != mine[part]
    )


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
    seen: str = "",
) -> str:
    """``seen``: what a form with a mistake was based on; it stays so."""
    run, mail = current_runtime(), None
    try:
        mail = preview_mail(run, cycle, wanted)
    except SurveyError as refusal:
        refused = refused or refusal.said(_)
    return _rendered(cycle, wanted, mail, words, refused, mistakes, seen)


def _rendered(
    cycle: str,
    wanted: Wanted,
    mail: MailPreview | None,
    words: MailWords | None,
    refused: str,
    mistakes: tuple[str, ...],
    seen: str,
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
            seen=seen or digest(kept),
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
