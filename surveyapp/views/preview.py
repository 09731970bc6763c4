"""A form as raters read it, before there is any rater: without link, ratee or storage."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flask import url_for
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from analysis.disclosure import Policy
from questionnaires.model import Questionnaire, Relation
from surveyapp.errors import Refused
from surveyapp.i18n import N_, translations
from surveyapp.views.words import Asked


class _NothingFilledIn:
    """Stands for the form and for each of its fields."""

    errors = ()
    data = None

    def __getitem__(self, _field: str) -> _NothingFilledIn:
        return self


def preview_page(
    questionnaire: Questionnaire,
    relation: Relation,
    language: str,
    *,
    policy: Policy | None = None,
    name: str = "",
    asked_by: str = "",
    standalone: bool = False,
) -> str:
    """The page that raters of a relation fill in, of the same template and words.

    It holds no form, so its buttons do nothing wherever it is shown.

    Parameters
    ----------
    policy
        Of the cycle, for what is said about anonymity; else the usual one.
    name
        Of a ratee; else one that belongs to nobody.
    asked_by
        The line on top, on a rater's page organisation and cycle; else the title.
    standalone
        Whether the page brings its style along, to be opened as a file.

    Raises
    ------
    Refused
        If the questionnaire asks this relation nothing.
    """
    if not questionnaire.items_for(relation):
        raise Refused(
            N_("%(key)s asks %(relation)s nothing."), key=questionnaire.key, relation=relation
        )
    sample = name or translations(language).gettext("Alex Example")
    asked = Asked(questionnaire, relation, language, sample)
    template = _templates(language, standalone).get_template("rate/preview.html")
    return template.render(
        asked.words(policy or Policy()),
        asked_by=asked_by or questionnaire.title.said(language),
        form=_NothingFilledIn(),
        standalone=standalone,
        stylesheet=_stylesheet() if standalone else "",
    )


@cache
def _templates(language: str, standalone: bool) -> Environment:
    """As the application makes them, but for one language and without a request."""
    environment = Environment(
        loader=PackageLoader("surveyapp"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=lambda: language, url_for=_nowhere if standalone else url_for
    )
    return environment


def _nowhere(_endpoint: str, **_values: str) -> str:
    return "data:,"


@cache
def _stylesheet() -> Markup:
    return Markup(files("surveyapp").joinpath("static/rate.css").read_text("utf-8"))  # noqa: S704
