"""Ratings in a CSV file, one row per response, analysed under the disclosure rules."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.answers import all_answers
from analysis.disclosure import FLOOR, Group, Policy, form_groups
from analysis.precision import CrossedEffects, crossed_effects
from analysis.quality import RATED_BY_OTHERS, RATEES_NEEDED
from analysis.ratings import CycleData, CycleInfo, Ratee, RatingTable
from analysis.results import CycleResults, RateeResults, analyse
from analysis.scoring import competency_scores
from analysis.summaries import cell_json, statistics_json, two_digits
from questionnaires.model import (
    Competency,
    Item,
    Point,
    Questionnaire,
    Relation,
    Scale,
    Text,
)

EXAMPLE = """example:
  python -m analysis ratings.csv --ratee manager --relation relation --items Q1,Q2,Q3 --reverse Q3

prints, per ratee, relation and item, the mean and how many judged, or why it is hidden; and per
relation how far the numbers can be trusted. Relations are SELF, SUPERVISOR, PEER and CUSTOMER;
without --relation every row is taken as PEER. An empty cell means "could not judge". With --rater
it also says how much of the differences is due to strict and lenient raters.
"""

Row = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the analysis of a file; 0 done, 1 refused, 2 usage."""
    options = _parser().parse_args(arguments)
    try:
        rows = _rows(options)
        data = _cycle(options, rows)
        printed = _printed(analyse(data), options.items)
        if options.rater:
            printed["severity"] = _severity(data, [row[options.rater] for _, row in rows])
    except (ValueError, OSError, csv.Error) as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    print(json.dumps(printed, ensure_ascii=False, indent=2, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE.csv", help="one row per response, UTF-8, with a header")
    add("--ratee", required=True, metavar="COL", help="column that names who was rated")
    add("--relation", metavar="COL", help="column that says how the rater stands to the ratee")
    add("--rater", metavar="COL", help="column that names the rater, if the same ones rate several")
    add("--items", required=True, type=_names, metavar="A,B,..", help="columns with the points")
    add("--reverse", type=_names, default=[], metavar="A,..", help="items where low is good")
    add("--low", type=int, default=1, help="lowest point of the scale (default 1)")
    add("--high", type=int, default=5, help="highest point of the scale (default 5)")
    add(
        "--threshold",
        type=_threshold,
        default=FLOOR,
        help=f"raters from which on an anonymous group is shown (default {FLOOR}, the least)",
    )
    return parser


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"expected different column names, got {text!r}")
    return names


def _threshold(text: str) -> int:
    if not text.isdecimal() or not FLOOR <= int(text) <= 20:
        raise argparse.ArgumentTypeError(f"expected a number from {FLOOR} to 20, got {text!r}")
    return int(text)


def _cycle(options: argparse.Namespace, rows: list[tuple[int, Row]]) -> CycleData:
    relations = [_relation(row, line, options.relation) for line, row in rows]
    ratees = [row[options.ratee] for _, row in rows]
    policy = Policy(threshold=options.threshold)
    groups = _groups(ratees, relations, policy)
    key = {(group.ratee, relation): group.key for group in groups for relation in group.relations}
    return CycleData(
        cycle=CycleInfo(options.file.stem, options.file.name, "", "", imported=True),
        questionnaire=_questionnaire(options),
        policy=policy,
        ratees=tuple(Ratee(ratee, ratee) for ratee in dict.fromkeys(ratees)),
        groups=groups,
        ratings=RatingTable(
            values=np.array([_points(row, line, options) for line, row in rows]),
            items=tuple(options.items),
            ratee=np.array(ratees),
            group=np.array([key[pair] for pair in zip(ratees, relations, strict=True)]),
        ),
    )


def _rows(options: argparse.Namespace) -> list[tuple[int, Row]]:
    """Every response with its line number in the file."""
    named = filter(None, [options.relation, options.rater])
    wanted = [options.ratee, *named, *options.items]
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = [name for name in wanted if name not in (reader.fieldnames or [])]
        if missing:
            raise ValueError(f"{options.file} has no column {', '.join(missing)}")
        rows = [(reader.line_num, row) for row in reader]
    if not rows:
        raise ValueError(f"{options.file} holds no response")
    return rows


def _relation(row: Row, line: int, column: str | None) -> Relation:
    if column is None:
        return Relation.PEER
    try:
        return Relation(row[column].strip().upper())
    except ValueError:
        known = ", ".join(Relation)
        raise ValueError(
            f"line {line}, column {column}: {row[column]!r} is none of {known}"
        ) from None


def _points(row: Row, line: int, options: argparse.Namespace) -> list[float]:
    return [_point(row[item], f"line {line}, column {item}", options) for item in options.items]


def _point(text: str, where: str, options: argparse.Namespace) -> float:
    if not text.strip():
        return math.nan
    try:
        point = float(text)
    except ValueError:
        raise ValueError(f"{where}: {text!r} is no number; leave it empty if unknown") from None
    if point not in range(options.low, options.high + 1):
        raise ValueError(f"{where}: {text} is no point from {options.low} to {options.high}")
    return point


def _groups(ratees: list[str], relations: list[Relation], policy: Policy) -> tuple[Group, ...]:
    counts: dict[str, Counter[Relation]] = {}
    for ratee, relation in zip(ratees, relations, strict=True):
        counts.setdefault(ratee, Counter())[relation] += 1
    return tuple(
        group
        for ratee, answered in counts.items()
        for group in form_groups(ratee, answered, answered, policy)
    )


def _questionnaire(options: argparse.Namespace) -> Questionnaire:
    """The columns as a questionnaire of one competency."""
    unknown = [name for name in options.reverse if name not in options.items]
    if unknown:
        raise ValueError(f"--reverse names columns that are no items: {', '.join(unknown)}")
    if not options.low < options.high:
        raise ValueError(f"--low {options.low} is not below --high {options.high}")
    # Column names are free text, so they do not pass the rules for the ids of a questionnaire.
    items = tuple(
        Item.model_construct(
            id=name,
            text={"default": _text(name)},
            relations=tuple(Relation),
            scale="points",
            reverse=name in options.reverse,
        )
        for name in options.items
    )
    points = tuple(Point(value=value) for value in range(options.low, options.high + 1))
    competency = Competency.model_construct(
        id="items", name=_text("items"), description=_text("items"), items=items
    )
    return Questionnaire.model_construct(
        key="file",
        version="1",
        languages=("en",),
        title=_text(options.file.name),
        scales={"points": Scale.model_construct(points=points, cannot_judge=_text("empty"))},
        competencies=(competency,),
    )


def _text(words: str) -> Text:
    return Text.model_construct({"en": words})


def _printed(results: CycleResults, items: list[str]) -> dict[str, Any]:
    return {
        "threshold": results.policy.threshold,
        "ratees": [_of_ratee(of_ratee, items) for of_ratee in results.ratees.values()],
        "statistics": statistics_json(results),
    }


def _severity(data: CycleData, raters: list[str]) -> dict[str, Any]:
    """Per relation the variance between ratees, between raters and the rest.

    Only over groups of one relation that are shown, and at least ten ratees. What a single rater is
    like is nobody's business; a ratee's score is printed as it would be with raters of average
    severity, to 0.1 as the means of few raters are, and the variances as coefficients are: more
    digits would undo their rounding.
    """
    answers = all_answers(data)
    shown = np.array([group.answered is not None for group in data.groups])[answers.group]
    rater, score = np.array(raters), competency_scores(answers.values)
    found: dict[str, Any] = {}
    for key in RATED_BY_OTHERS:
        rows = shown & (data.ratings.group == key)
        if not rows.any():
            continue
        ratees = data.ratings.ratee[rows]
        if len(set(ratees.tolist())) >= RATEES_NEEDED:
            found[key] = _crossed(crossed_effects(score[rows], ratees, rater[rows]))
        else:
            found[key] = {"status": "fewer_than_10_ratees"}
    return found


def _crossed(found: CrossedEffects) -> dict[str, Any]:
    adjusted = {}
    if found.mean is not None:
        scores = (found.mean + found.ratee_effects).round(1)
        pairs = zip(found.ratees.tolist(), scores.tolist(), strict=True)
        adjusted = {ratee: None if math.isnan(score) else score for ratee, score in pairs}
    numbers = ("mean", "between_ratees", "between_raters", "residual")
    return {
        **{name: two_digits(getattr(found, name)) for name in numbers},
        "adjusted": adjusted,
        "status": found.status,
    }


def _of_ratee(of_ratee: RateeResults, items: list[str]) -> dict[str, Any]:
    return {
        "ratee": of_ratee.ratee.id,
        "groups": [
            {
                "group": group.key,
                "answered": group.answered,
                "items": {item: cell_json(of_ratee.items[item].cells[place]) for item in items},
            }
            for place, group in enumerate(of_ratee.groups)
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
