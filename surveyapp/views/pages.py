"""What all templates share: the reader's language, the script nonce, tight whitespace."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g, request

from surveyapp.i18n import LANGUAGES, chosen, translations
from surveyapp.runtime import Runtime
from surveyapp.security import nonce


def prepare(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(language()).gettext(text),
        lambda one, many, n: translations(language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(language=language, nonce=nonce)


def current_runtime() -> Runtime:
    """Configuration, database and keys of the application that serves this request."""
    return cast(Runtime, current_app.extensions["surveyapp"])


def speak(default: str | None = None) -> None:
    """Choose the language of this page: what its address asks for, else the reader's own."""
    asked = request.args.get("lang")
    g.asked_language = asked if asked in LANGUAGES else None
    if g.asked_language or default:
        g.language = chosen(g.asked_language, default or LANGUAGES[0])


def language() -> str:
    """The language of this page: the rater's, or what the browser asks for."""
    if "language" not in g:
        g.language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return str(g.language)
