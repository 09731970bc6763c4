"""surveyapp comment: what the program made of the comments, and what a person says instead."""

from __future__ import annotations

from typing import Any, cast, get_args

import click

from analysis.comments import ScoredComment
from analysis.ratings import CommentLabel
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.services.audit import Act
from surveyapp.services.comments import correct_label, published_comments, to_review
from surveyapp.services.cycles import find_cycle


@click.group(cls=CommandGroup, example="surveyapp comment list 2026-Q4 --review")
def comment() -> None:
    """Look at how comments were labelled, and correct it."""


@comment.command("list", example="surveyapp comment list 2026-Q4 --review")
@click.argument("key")
@click.option("--review", is_flag=True, help="Only those that the program is not sure of.")
@json_option
def list_comments(key: str, review: bool, as_json: bool) -> None:
    """Print the comments that may be shown, the least certain first."""
    run = runtime()
    with run.database.reading() as session:
        found = published_comments(session, find_cycle(session, key))
    rows = [_row(scored) for scored in (to_review(found) if review else found)]
    show(
        {"cycle": key, "comments": rows},
        as_json,
        lambda: (
            "\n".join(f"{r['id']}  {r['label']} {r['confidence']:.2f}  {r['text']!r}" for r in rows)
            or "Nothing to look at."
        ),
    )


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


def _row(scored: ScoredComment) -> dict[str, Any]:
    return {
        "id": scored.comment.id,
        "ratee": scored.comment.ratee,
        "question": scored.comment.question,
        "label": scored.label,
        "corrected": scored.comment.label is not None,
        "confidence": scored.sentiment.confidence,
        "text": scored.comment.text,
    }
