"""Accounts: who may sign in; invited, changed and disabled by administrators."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp import account_steps
from surveyapp.account_steps import NewLink
from surveyapp.errors import SurveyError
from surveyapp.forms.accounts import ConfirmForm, InviteForm, RolesForm
from surveyapp.models import UserAccount
from surveyapp.services.accounts import accounts
from surveyapp.services.seen import Meanwhile, digest
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime

blueprint = Blueprint("accounts", __name__, url_prefix="/admin/people/accounts")

Page = str | Response | tuple[str, int]


@blueprint.get("")
def everybody() -> Page:
    """All accounts, and the form that invites."""
    return _list(InviteForm(formdata=None))


@blueprint.post("")
def invite() -> Page:
    """A new account; its link is shown once, to be handed over."""
    form = InviteForm()
    try:
        if form.validate():
            return _handed_over(_made(form))
    except SurveyError as refusal:
        form.who.errors = [refusal.said(_)]
    return _list(form), 422


@blueprint.get("/<account>")
def one(account: str) -> Page:
    """One account, and what can be done to it."""
    return _one(_found(account))


@blueprint.post("/<account>")
def change(account: str) -> Page:
    """Other roles, a new link, or an end to it."""
    found = _found(account)
    acts = {"roles": _roles, "reset": _reset, "mail": _mail, "disable": _disable, "enable": _enable}
    act = acts.get(request.form.get("action", ""))
    if act is None:
        raise BadRequest
    return act(found)


def _made(form: InviteForm) -> NewLink:
    run, who, by_mail = current_runtime(), form.who.data or "", request.form.get("by") == "mail"
    if "@" in who:
        language = form.language.data
        return account_steps.create(run, who, form.chosen(), language, by_mail=by_mail)
    return account_steps.invite(run, who, form.chosen(), by_mail=by_mail)


def _handed_over(made: NewLink) -> Page:
    """The link, shown once; or where its mail went."""
    if made.link:
        return render_template("admin/account_link.html", made=made)
    visitor.say(_("A mail with the link leaves with the next delivery."))
    return redirect(url_for("accounts.one", account=made.account_id), 303)


def _roles(account: UserAccount) -> Page:
    form, seen = RolesForm(), request.form.get("seen", "")
    if not form.validate():
        return _one(account, roles=form, seen=seen), 422
    try:
        account_steps.change_roles(current_runtime(), account.email, form.chosen(), seen)
    except Meanwhile as refusal:
        return _one(_found(account.id), roles=form, refused=refusal.said(_)), 409
    visitor.say(_("The roles are changed. They hold from the next sign-in on."))
    return _back(account)


def _reset(account: UserAccount) -> Page:
    form = ConfirmForm()
    second_factor = bool(form.second_factor.data)
    if second_factor and not form.confirms(account.email):
        return _one(account, mistyped="reset"), 422
    run = current_runtime()
    return _handed_over(account_steps.reset(run, account.email, second_factor=second_factor))


def _mail(account: UserAccount) -> Page:
    return _handed_over(account_steps.reset(current_runtime(), account.email, by_mail=True))


def _disable(account: UserAccount) -> Page:
    if not ConfirmForm().confirms(account.email):
        return _one(account, mistyped="disable"), 422
    account_steps.disable(current_runtime(), account.email)
    visitor.say(_("The account is disabled."))
    return _back(account)


def _enable(account: UserAccount) -> Page:
    account_steps.enable(current_runtime(), account.email)
    visitor.say(_("The account is enabled. The password is as it was."))
    return _back(account)


def _found(identity: str) -> UserAccount:
    with current_runtime().database.reading() as session:
        return accounts.account_of(session, identity)


def _list(form: InviteForm) -> str:
    with current_runtime().database.reading() as session:
        return render_template(
            "admin/accounts.html", accounts=accounts.everybody(session), form=form
        )


def _one(
    account: UserAccount,
    roles: RolesForm | None = None,
    mistyped: str = "",
    refused: str = "",
    seen: str = "",
) -> str:
    """``seen``: what a form with a mistake was based on; it stays so."""
    shown = roles or RolesForm(formdata=None, data={"roles": list(account.role_set)})
    return render_template(
        "admin/account.html",
        account=account,
        roles=shown,
        seen=seen or digest(account.roles),
        mistyped=mistyped,
        refused=refused,
    )


def _back(account: UserAccount) -> Response:
    return redirect(url_for("accounts.one", account=account.id), 303)
