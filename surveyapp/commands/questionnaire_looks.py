"""surveyapp questionnaire diff, texts, preview: looking at questionnaires; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from questionnaires import QuestionnaireError
from questionnaires.diff import Change, ItemTrend, QuestionnaireDiff, compare, line_diff
from questionnaires.model import Relation
from questionnaires.texts import SideBySide, TextRow, side_by_side
from surveyapp.commands.base import Command, json_option, show
from surveyapp.commands.sources import source
from surveyapp.i18n import LANGUAGES
from surveyapp.services.drafts.authoring import FaultyQuestionnaire, checked
from surveyapp.services.effort import minutes
from surveyapp.views.preview import preview_page


@click.command(
    cls=Command, example="surveyapp questionnaire diff account_manager_360 our_feedback@2"
)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("--lines", is_flag=True, help="Also print which lines of the texts differ.")
@json_option
def diff(before: str, after: str, lines: bool, as_json: bool) -> None:
    """Say what changed between two questionnaires, and which trends go on.

    BEFORE and AFTER are keys, versions (KEY@2), drafts (KEY@draft) or YAML files.
    """
    old, new = source(before), source(after)
    found = compare(checked(old), checked(new))
    differing = line_diff(old.text, new.text, (before, after))
    result = asdict(found) | {"comparable": found.comparable, "lines": differing}
    shown = [*_diff_words(found), *(_line_words(differing) if lines else ())]
    show(result, as_json, lambda: "\n".join(shown))


def _line_words(differing: tuple[str, ...] | None) -> Iterator[str]:
    yield ""
    yield from ("The texts are too long to compare lines.",) if differing is None else differing


def _diff_words(found: QuestionnaireDiff) -> Iterator[str]:
    if not found.changes:
        yield "Nothing changed."
        return
    for change in found.changes:
        yield from _change_words(change)
    yield from _trend_words(found)


def _change_words(change: Change) -> Iterator[str]:
    whom = f" for {', '.join(change.relations)}" if change.relations else ""
    language = f" ({change.language})" if change.language else ""
    yield f"{' '.join(filter(None, (change.part, change.id)))}: {change.what}{whom}{language}"
    if change.before:
        yield f"  - {change.before}"
    if change.after:
        yield f"  + {change.after}"


def _trend_words(found: QuestionnaireDiff) -> Iterator[str]:
    kept = sum(trend.verdict == "kept" for trend in found.trends)
    yield f"Trends: {kept} rating items go on as they were"
    for verdict, words in (
        ("changed", "go on, but look whether they still ask the same"),
        ("lost", "end here: before and after cannot be compared"),
        ("new", "begin here"),
    ):
        of = [trend for trend in found.trends if trend.verdict == verdict]
        if of:
            yield f"  {words}: {', '.join(map(_trend_name, of))}"
    if any(change.part == "weights" for change in found.changes):
        yield "  The weights changed: the view of the others is put together in another way."


def _trend_name(trend: ItemTrend) -> str:
    return f"{trend.item} ({', '.join(trend.reasons)})" if trend.reasons else trend.item


@click.command(cls=Command, example="surveyapp questionnaire texts our_feedback@draft --missing")
@click.argument("wanted", metavar="KEY[@VERSION]")
@click.option("--missing", "only_missing", is_flag=True, help="Only texts that lack a language.")
@json_option
def texts(wanted: str, only_missing: bool, as_json: bool) -> None:
    """Print every text of a questionnaire in all its languages, side by side.

    A file or draft may have mistakes: what is not translated yet is named.
    """
    found = _side_by_side(wanted)
    rows = found.missing if only_missing else found.rows
    result = {"languages": found.languages, "texts": [asdict(row) for row in rows]}
    words = [line for row in rows for line in _text_words(row)]
    words.append(f"{len(found.rows)} texts, {len(found.missing)} of them lack a language")
    show(result, as_json, lambda: "\n".join(words))


def _side_by_side(wanted: str) -> SideBySide:
    found = source(wanted)
    try:
        return side_by_side(found.content, found.name)
    except QuestionnaireError as error:
        raise FaultyQuestionnaire(f"{wanted} cannot be read", error.mistakes) from error


def _text_words(row: TextRow) -> Iterator[str]:
    yield f"{row.line}: {' '.join(filter(None, (row.part, row.id, row.path)))}"
    for language, words in row.words.items():
        yield f"  {language}  {words or '(missing)'}"


@click.command(
    cls=Command,
    example="surveyapp questionnaire preview our_feedback --relation CUSTOMER --language zh "
    "--out customer.html",
)
@click.argument("wanted", metavar="KEY[@VERSION]")
@click.option("--relation", required=True, type=click.Choice(list(Relation)))
@click.option("--language", default=LANGUAGES[0], show_default=True, type=click.Choice(LANGUAGES))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def preview(wanted: str, relation: Relation, language: str, out: Path, as_json: bool) -> None:
    """Write the form as raters of a relation read it to a page for the browser.

    It is the page they get, without a link: nothing on it can be sent.
    """
    of = checked(source(wanted))
    relation = Relation(relation)
    out.write_text(preview_page(of, relation, language, standalone=True), encoding="utf-8")
    result = {
        "file": str(out),
        "items": len(of.items_for(relation)),
        "minutes": minutes([(of, relation)]),
    }
    show(result, as_json, lambda: f"Wrote {out}")
