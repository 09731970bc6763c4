"""Signing in through a provider of identities: there, and back.

The way back begins with a GET, for the browser comes from elsewhere. It only shows a form that
posts on what the provider sent; nothing is read or written before that form of ours arrives.
"""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from surveyapp import sign_in as steps
from surveyapp.forms.accounts import SignInForm
from surveyapp.oidc import ProviderUnavailable, Reply
from surveyapp.views import visitor
from surveyapp.views.entrance import entered, next_step
from surveyapp.views.pages import current_runtime

blueprint = Blueprint("provider", __name__, url_prefix="/account/provider")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
PARTS = ("code", "state", "iss", "error")


@blueprint.before_request
def _only_where_there_is_one() -> None:
    if current_runtime().config.oidc is None:
        abort(404)


@blueprint.post("")
def leave() -> Page:
    """To the provider, by a page: its address is not ours, so no form of ours may lead there."""
    if g.signed_in:
        return redirect(next_step(g.signed_in), 303)
    visitor.forget()  # every try has a token of its own
    try:
        address = steps.way_to_provider(current_runtime(), g.token)
    except ProviderUnavailable as problem:
        return _unavailable(problem)
    page = render_template("account/to_provider.html", address=address)
    return page, 200, {"Refresh": f"0; url={address}"}


@blueprint.get("/callback")
def come_back() -> Page:
    """What the provider sent, to be posted on from here."""
    brought = {part: request.args.get(part, "")[:4000] for part in PARTS}
    return render_template("account/from_provider.html", brought=brought)


@blueprint.post("/callback")
def finish() -> Page:
    """Sign in whoever the provider proves."""
    if g.signed_in:
        return redirect(next_step(g.signed_in), 303)
    code, state, issuer, error = (request.form.get(part, "") for part in PARTS)
    token = g.token
    visitor.forget()  # what was brought counts once in this browser, whatever becomes of it
    if error:
        return _sign_in("refused"), 422
    try:
        reply = Reply(code, state, issuer)
        answer = steps.by_provider(current_runtime(), reply, token, visitor.browser())
    except ProviderUnavailable as problem:
        return _unavailable(problem)
    if not answer.token:
        return _sign_in("wait" if answer.wait else "refused"), 429 if answer.wait else 422
    return entered(answer)


def _unavailable(problem: ProviderUnavailable) -> Page:
    visitor.note_refusal(f"provider unavailable ({problem})")
    return _sign_in("unavailable"), 503, {"Retry-After": "60"}


def _sign_in(problem: str) -> str:
    return render_template("account/sign_in.html", form=SignInForm(formdata=None), provider=problem)
