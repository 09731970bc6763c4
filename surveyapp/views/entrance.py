"""The way in: password, second factor, links that set a password; and the way out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveyapp import sign_in as steps
from surveyapp.errors import Refused
from surveyapp.forms.accounts import CodeForm, ForgottenForm, NewPasswordForm, PageForm, SignInForm
from surveyapp.services.accounts import account_links, sessions
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.services.audit import Act
from surveyapp.sign_in import Answer
from surveyapp.views import visitor
from surveyapp.views.offers import offer
from surveyapp.views.pages import _, current_runtime, speak
from surveyapp.views.start import start_page
from surveyapp.views.visitor import SignInNeeded

blueprint = Blueprint("entrance", __name__, url_prefix="/account")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/sign-in")
def sign_in() -> Page:
    """Where to type address and password."""
    if g.signed_in:
        return redirect(next_step(g.signed_in))
    return render_template("account/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
def enter() -> Page:
    """Try a password. Every refusal reads the same."""
    form, runtime = SignInForm(), current_runtime()
    if not form.validate():
        return render_template("account/sign_in.html", form=form), 422
    browser = visitor.browser()
    answer = steps.by_password(runtime, form.email.data, form.password.data, browser)
    return entered(answer) if answer.token else _refused("account/sign_in.html", form, answer)


@blueprint.get("/forgotten")
def forgotten() -> Page:
    """Where to type the address to which a link shall go."""
    return render_template("account/forgotten.html", form=ForgottenForm())


@blueprint.post("/forgotten")
def ask_link() -> Page:
    """Note that a link is wanted; what becomes of it only the mailbox tells."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("account/forgotten.html", form=form), 422
    answer = steps.ask_for_link(current_runtime(), form.email.data or "", visitor.browser())
    if answer.wait:
        return _refused("account/forgotten.html", form, answer)
    return render_template("account/forgotten.html", form=form, asked=True)


@blueprint.get("/code")
def ask_code() -> Page:
    """Where to type the code of the authenticator."""
    who = visitor.signed_in()
    if who.complete or not who.has_second_factor:
        return redirect(next_step(who))
    return render_template("account/code.html", form=CodeForm())


@blueprint.post("/code")
def confirm() -> Page:
    """Try a code of the authenticator, or a recovery code."""
    form, who = CodeForm(), visitor.signed_in()
    if not form.validate():
        return render_template("account/code.html", form=form), 422
    answer = steps.by_code(current_runtime(), who, form.code.data or "", visitor.browser())
    return entered(answer) if answer.token else _refused("account/code.html", form, answer)


@blueprint.get("/authenticator")
def authenticator() -> Page:
    """A secret for an authenticator: the same one as long as this session lasts."""
    who = visitor.signed_in()
    if who.complete or who.has_second_factor:
        return redirect(next_step(who))
    return _authenticator(who, CodeForm())


@blueprint.post("/authenticator")
def set_up() -> Page:
    """Take the authenticator, if it shows the right code, and give recovery codes."""
    form, who, runtime = CodeForm(), visitor.signed_in(), current_runtime()
    if not form.validate():
        return _authenticator(who, form), 422
    code, browser = form.code.data or "", visitor.browser()
    answer = steps.set_up_second_factor(runtime, who, g.token, code, browser)
    if not answer.token:
        return _authenticator(who, form, refused=True), 422
    visitor.carry(answer.token)
    visitor.remember_browser(who.account_id)
    return render_template("account/codes.html", codes=answer.codes, start=_start())


@blueprint.get("/link/<secret>")
def link(secret: str) -> Page:
    """Where to choose a password; opening the link does not use it up."""
    runtime = current_runtime()
    with runtime.database.reading() as session:
        account = account_links.account_of_link(session, secret, runtime.config.now())
    speak(account.language)
    return render_template("account/set_password.html", form=NewPasswordForm(), account=account)


@blueprint.post("/link/<secret>")
def set_password(secret: str) -> Page:
    """Use the link up."""
    runtime, form = current_runtime(), NewPasswordForm()
    with runtime.database.reading() as session:
        account = account_links.account_of_link(session, secret, runtime.config.now())
    speak(account.language)
    try:
        if form.validate():
            steps.set_password_by_link(runtime, secret, form.password.data)
            return _password_is_set(account.id)
    except Refused as refusal:
        form.password.errors = [refusal.said(_)]
    return render_template("account/set_password.html", form=form, account=account), 422


@blueprint.post("/sign-out")
def sign_out() -> Page:
    """End this session, here and wherever a copy of its cookie lies."""
    who, runtime = visitor.signed_in(), current_runtime()
    with runtime.database.transaction() as session:
        sessions.end(session, who.account_id, who.session_id)
        runtime.note(session, Act.SIGN_OUT)
    visitor.forget()
    visitor.say(_("You are signed out."))
    reply = redirect(url_for("entrance.sign_in", lang=g.language), 303)
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'  # the cookies are ours to replace
    return reply


def entered(answer: Answer) -> Page:
    """A new token for every step, so that one that was known before is worth nothing."""
    visitor.carry(answer.token)
    runtime = current_runtime()
    with runtime.database.reading() as session:
        who = sessions.find(session, answer.token, runtime.config.now())
    if who is None:  # ended in this very moment, by an administrator
        raise SignInNeeded
    if who.complete:
        visitor.remember_browser(who.account_id)
    return redirect(next_step(who), 303)


def next_step(who: SignedIn) -> str:
    """Where somebody goes from here, and does not lose where they wanted to go."""
    wanted = request.args.get("next")
    if who.complete:
        return visitor.own_path(wanted, start_page(who))
    step = "entrance.ask_code" if who.has_second_factor else "entrance.authenticator"
    return url_for(step, next=wanted)


def _start() -> str:
    return visitor.own_path(request.args.get("next"), start_page(visitor.signed_in()))


def _refused(template: str, form: PageForm, answer: Answer) -> Page:
    page = render_template(template, form=form, refused=True, wait=answer.wait)
    return (page, 429, {"Retry-After": str(answer.wait)}) if answer.wait else (page, 422)


def _authenticator(who: SignedIn, form: CodeForm, *, refused: bool = False) -> str:
    words = offer(who.email)
    return render_template("account/authenticator.html", form=form, refused=refused, **words)


def _password_is_set(account_id: str) -> Page:
    visitor.remember_browser(account_id)
    visitor.say(_("The password is set. Please sign in with it."))
    return redirect(url_for("entrance.sign_in", lang=g.language), 303)
