"""One's own account: password, second factor, sessions, language."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp import sign_in as steps
from surveyapp.errors import Refused
from surveyapp.forms.accounts import (
    AuthenticatorForm,
    BothFactorsForm,
    ChangePasswordForm,
    PresentPasswordForm,
)
from surveyapp.i18n import LANGUAGES
from surveyapp.services.accounts import accounts, second_factor, sessions
from surveyapp.services.audit import Act
from surveyapp.views import visitor
from surveyapp.views.offers import offer
from surveyapp.views.pages import _, current_runtime

blueprint = Blueprint("account", __name__, url_prefix="/account")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def show() -> Page:
    """One's own account."""
    return _own()


@blueprint.post("/password")
def change_password() -> Page:
    """Another password, for whoever knows the present one; all other sessions end."""
    form, who, runtime = ChangePasswordForm(), visitor.signed_in(), current_runtime()
    if not (form.validate() and _knows(form)):
        return _own(change=form), 422
    try:
        answer = steps.change_password(runtime, who, form.password.data, visitor.browser())
    except Refused as refusal:
        form.password.errors = [refusal.said(_)]
        return _own(change=form), 422
    visitor.carry(answer.token)
    visitor.say(_("The password is changed. All other sessions are ended."))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/password-link")
def mail_link() -> Page:
    """A link to a first password, for whoever came through the provider."""
    steps.mail_own_link(current_runtime(), visitor.signed_in())
    visitor.say(_("A mail with the link leaves with the next delivery."))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/codes")
def new_codes() -> Page:
    """Ten new recovery codes; those before are worthless."""
    form, who, runtime = BothFactorsForm(), visitor.signed_in(), current_runtime()
    if not (form.validate() and _knows(form) and _knows_code(form)):
        return _own(codes=form), 422
    with runtime.database.transaction() as session:
        codes = second_factor.new_recovery_codes(session, who.account_id, runtime.keys)
        runtime.note(session, Act.SET_SECOND_FACTOR)
    return render_template("account/codes.html", codes=codes, start=url_for("account.show"))


@blueprint.get("/second-factor")
def authenticator() -> Page:
    """A secret for another authenticator, or for the first; the one before stays until then."""
    return _authenticator(AuthenticatorForm(formdata=None))


@blueprint.post("/second-factor")
def replace_authenticator() -> Page:
    """Take it from whoever knows the password and has the authenticator before, if there is one."""
    form, who, runtime = AuthenticatorForm(), visitor.signed_in(), current_runtime()
    form.ask_for_code(who.has_second_factor)
    if not (form.validate() and _shows(form) and _knows(form) and _knows_code(form)):
        return _authenticator(form), 422
    browser, code = visitor.browser(), form.new_code.data or ""
    answer = steps.take_authenticator(runtime, who, g.token, code, browser)
    visitor.carry(answer.token)
    start = url_for("account.show")
    return render_template("account/codes.html", codes=answer.codes, start=start)


@blueprint.post("/sessions")
def end_sessions() -> Page:
    """End one session of one's own, or all but this one, for whoever knows the password."""
    form, who, runtime = PresentPasswordForm(), visitor.signed_in(), current_runtime()
    if not (form.validate() and _knows(form)):
        return _own(ending=form), 422
    which = request.form.get("which", "")
    with runtime.database.transaction() as session:
        if which == "others":
            sessions.end_all(session, who.account_id, but=who.session_id)
        else:
            sessions.end(session, who.account_id, which)
    visitor.say(_("Ended. Whoever used it must sign in again."))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/language")
def switch_language() -> Page:
    """The language of this account from now on."""
    who, language = visitor.signed_in(), request.form.get("language", "")
    if language not in LANGUAGES:
        raise BadRequest
    with current_runtime().database.transaction() as session:
        accounts.account_of(session, who.account_id).language = language
    return redirect(visitor.own_path(request.form.get("back"), url_for("account.show")), 303)


def _knows(form: PresentPasswordForm) -> bool:
    """Whether the present password was typed; if not, the form says so."""
    who, runtime = visitor.signed_in(), current_runtime()
    answer = steps.knows_password(runtime, who, form.present.data, visitor.browser())
    if answer.wait:
        form.present.errors = [_("Too many tries. Please wait a little.")]
    elif not answer.account_id:
        form.present.errors = [_("This is not your present password.")]
    return bool(answer.account_id)


def _knows_code(form: BothFactorsForm) -> bool:
    """Whether a code of the authenticator was typed, where there is one; if not, the form says."""
    if form.code is None:
        return True
    who, runtime = visitor.signed_in(), current_runtime()
    answer = steps.knows_code(runtime, who, form.code.data or "", visitor.browser())
    if answer.wait:
        form.code.errors = [_("Too many tries. Please wait a little.")]
    elif not answer.account_id:
        form.code.errors = [
            _("This code is not right, or it was used before. Wait for the next one.")
        ]
    return bool(answer.account_id)


def _shows(form: AuthenticatorForm) -> bool:
    """Whether the new authenticator shows this code; asked first, so that no other code is lost."""
    runtime = current_runtime()
    secret = second_factor.offered(runtime.keys, g.token)
    if second_factor.shows(secret, form.new_code.data or "", runtime.config.now()):
        return True
    form.new_code.errors = [_("This code is not right. Is the clock of your phone right?")]
    return False


def _authenticator(form: AuthenticatorForm) -> str:
    who = visitor.signed_in()
    form.ask_for_code(who.has_second_factor)
    return render_template("account/second_factor.html", form=form, me=who, **offer(who.email))


def _own(
    change: ChangePasswordForm | None = None,
    codes: BothFactorsForm | None = None,
    ending: PresentPasswordForm | None = None,
) -> str:
    who, runtime = visitor.signed_in(), current_runtime()
    with runtime.database.reading() as session:
        return render_template(
            "account/own.html",
            me=who,
            change=change or ChangePasswordForm(formdata=None),
            codes=codes or BothFactorsForm(formdata=None),
            ending=ending or PresentPasswordForm(formdata=None),
            codes_left=second_factor.recovery_codes_left(session, who.account_id),
            sessions=sessions.of_account(session, who.account_id, runtime.config.now()),
        )
