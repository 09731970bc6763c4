"""surveyapp comment: what the program made of the comments, and what a person says instead."""

from __future__ import annotations

from typing import Any, cast, get_args

import click

from analysis.ratings import CommentLabel
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results.comments import (
    Reviewed,
    Which,
    correct_label,
    review_page,
    untagged_phrases,
)


@click.group(cls=CommandGroup, example="surveyapp comment list 2026-Q4 --review")
def comment() -> None:
    """Look at how comments were labelled, and correct it."""


@comment.command("list", example="surveyapp comment list 2026-Q4 --review")
@click.argument("key")
@click.option("--review", is_flag=True, help="Only those that the program is not sure of.")
@click.option("--page", type=click.IntRange(1), help="Only this page of them, 25 on each.")
@json_option
def list_comments(key: str, review: bool, page: int | None, as_json: bool) -> None:
    """Print the comments that may be shown, the least certain first."""
    run = runtime()
    which: Which = "unsure" if review else "all"
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        pages = [review_page(session, cycle, which, page or 1)]
        if page is None:
            pages += [
                review_page(session, cycle, which, number) for number in range(2, pages[0].last + 1)
            ]
    rows = [_row(reviewed) for each in pages for reviewed in each.rows]
    first = pages[0]
    result = {"cycle": key, "comments": rows, "count": first.count, "pages": first.last}
    lines = [f"{r['id']}  {r['label']} {r['confidence']:.2f}  {r['text']!r}" for r in rows]
    if page and lines:
        lines.append(f"page {first.number} of {first.last}, {first.count} comments")
    show(result, as_json, lambda: "\n".join(lines) or "Nothing to look at.")


@comment.command(example="surveyapp comment correct 2026-Q4 4f0c... --label negative")
@click.argument("key")
@click.argument("comment_id", metavar="ID")
@click.option(
    "--label",
    required=True,
    type=click.Choice([*get_args(CommentLabel), "automatic"]),
    help="How it sounds; automatic takes a correction back.",
)
@json_option
def correct(key: str, comment_id: str, label: str, as_json: bool) -> None:
    """Say how a comment sounds. Reports show it as corrected."""
    run = runtime()
    said = None if label == "automatic" else cast(CommentLabel, label)
    with run.database.transaction() as session:
        correct_label(session, find_cycle(session, key), comment_id, said)
        run.note(session, Act.CORRECT_COMMENT, key, comment=comment_id, label=label)
    done = {"cycle": key, "comment": comment_id, "label": label}
    show(done, as_json, lambda: f"{comment_id} is now labelled {label}.")


@comment.command(example="surveyapp comment phrases 2026-Q4")
@click.argument("key")
@json_option
def phrases(key: str, as_json: bool) -> None:
    """Print what comments often say that no competency has a keyword for."""
    run = runtime()
    with run.database.reading() as session:
        found = untagged_phrases(session, find_cycle(session, key), run.config.organisation)
    rows = [{"phrase": phrase, "clauses": n} for phrase, n in found]
    show(
        {"cycle": key, "phrases": rows},
        as_json,
        lambda: "\n".join(f"{n:4}  {phrase}" for phrase, n in found) or "Nothing is frequent.",
    )


def _row(of: Reviewed) -> dict[str, Any]:
    return {
        "id": of.id,
        "ratee": of.ratee_id,
        "group": "+".join(of.relations),
        "question": of.question.id,
        "label": of.correction or of.program.label,
        "corrected": of.correction is not None,
        "program": of.program.label,
        "confidence": of.program.confidence,
        "text": of.text,
    }
