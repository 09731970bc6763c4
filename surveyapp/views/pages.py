"""What all templates share: the reader's language, the script nonce, tight whitespace."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Flask, current_app, g, request

from analysis.wording import Language
from questionnaires.model import Relation
from questionnaires.sentences import said
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import LANGUAGES, N_, chosen, moment, translations
from surveyapp.runtime import Runtime
from surveyapp.security import nonce
from surveyapp.services.accounts.accounts import MAX_EMAIL
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.views.bands import band

RELATIONS = {
    Relation.SELF: N_("Self"),
    Relation.SUPERVISOR: N_("Supervisor"),
    Relation.PEER: N_("Peers"),
    Relation.CUSTOMER: N_("Customers"),
}


def prepare(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(language()).gettext(text),
        lambda one, many, n: translations(language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        language=language,
        nonce=nonce,
        when=when,
        relation_name=lambda word: _(RELATIONS[word]),
        in_words=lambda text: said(text, _),
        band=lambda answered: band(answered, _),
        provider_name=provider_name,
    )


def provider_name() -> str:
    """Through whom people sign in beside their password; empty where nobody is configured."""
    settings = current_runtime().config.oidc
    return settings.name if settings else ""


def current_runtime() -> Runtime:
    """Configuration, database and keys for this request, in the hands of whoever is signed in."""
    runtime = cast(Runtime, current_app.extensions["surveyapp"])
    who: SignedIn | None = g.get("signed_in")
    return runtime.acting(who.account_id) if who else runtime


def _(text: str) -> str:
    """A word of the interface in the language of this page."""
    return translations(language()).gettext(text)


def speak(default: str | None = None) -> None:
    """Choose the language of this page: what its address asks for, else the reader's own."""
    asked = request.args.get("lang")
    g.asked_language = asked if asked in LANGUAGES else None
    if g.asked_language or default:
        g.language = chosen(g.asked_language, default or LANGUAGES[0])


def language() -> str:
    """The language of this page: the rater's, what the address asks for, or the browser."""
    if "language" not in g:
        of_browser = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        g.language = chosen(request.args.get("lang"), of_browser)
    return str(g.language)


def spoken_language() -> Language:
    """The language of this page, for the words of results."""
    return "zh" if language() == "zh" else "en"


def when(value: datetime | None, timezone: str = "") -> str:
    """A moment as people read it, in the zone of a cycle or of this service."""
    if value is None:
        return ""
    return moment(value, language(), timezone or current_runtime().config.timezone)


def page_number() -> int:
    """Which page of a long list the address asks for."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else 1


def searched_words() -> str:
    """What the address asks to find; nothing longer than a mail address can be found."""
    return cleaned(request.args.get("q"))[:MAX_EMAIL]
