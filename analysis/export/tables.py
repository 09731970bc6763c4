"""Which tables a cycle gives away, and which columns they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

from analysis.export.model import Chapter, Column, Export, Kind, Table
from analysis.export.rows import Rows, competency_key
from analysis.export.wording import EXPORT_WORDS, ExportWords
from analysis.results import CycleResults
from analysis.wording import WORDS, Language, Words

WHO = ("ratee", "name", "position")
SCORE = ("group_name", "score", "n", "margin", "weight", "gap", "agreement", "r_star", "ad")
RELIABILITY = (
    "ratees", "responses", "alpha", "alpha_low", "alpha_high", "omega", "icc1", "icc1_low",
    "icc1_high", "icc2", "raters_70", "raters_80", "misfits", "remark",
)  # fmt: skip
SHEETS: dict[str, tuple[str, ...]] = {
    "overview": (*WHO, "others", "n", "self", "gap", "tier"),  # and one for each competency
    "competencies": (*WHO, "competency_name", *SCORE),
    "items": (*WHO, "competency_name", "item", "item_text", "reverse", "group_name", "score", "n",
              "weight", "gap"),
    "response": (*WHO, "group_name", "invited", "answered", "named", "shown", "reason"),
    "reliability": ("questionnaire", "competency_name", "relation_name", *RELIABILITY),
    "cycle": ("questionnaire", "group_name", "figure_name", "value"),
    "comments": ("ratee", "name", "question_text", "group_name", "comment", "tone"),
}  # fmt: skip
FILES: dict[str, tuple[str, ...]] = {
    "scores": ("cycle", "questionnaire", *WHO, "level", "competency",
               "competency_name", "item", "item_text", "reverse", "group", *SCORE),
    "response": ("cycle", *WHO, "group", "group_name", "invited", "answered", "named", "shown",
                 "reason"),
    "reliability": ("cycle", "questionnaire", "competency", "competency_name", "relation",
                    "relation_name", *RELIABILITY),
    "cycle": ("cycle", "questionnaire", "group", "group_name", "figure", "figure_name", "value"),
    "comments": ("cycle", *WHO, "question", "question_text", "group", "group_name", "comment",
                 "tone"),
}  # fmt: skip
FIXED = {"overview": 2, "competencies": 2, "items": 2, "response": 2, "comments": 2}
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("score", "others", "self"), "score"),
    "gap": "difference",
    "weight": "percent",
    **dict.fromkeys(("n", "invited", "answered", "ratees", "responses"), "count"),
    **dict.fromkeys(("raters_70", "raters_80"), "count"),
    **dict.fromkeys(("margin", "r_star", "ad", "omega", "icc2"), "coefficient"),
    **dict.fromkeys(("alpha", "alpha_low", "alpha_high"), "coefficient"),
    **dict.fromkeys(("icc1", "icc1_low", "icc1_high", "value"), "coefficient"),
}
WORDED = ("score", "others", "self", "gap", "answered", "value")
WIDTHS = {
    **dict.fromkeys(("name", "tone", "tier", "item", "group_name", "misfits"), 22),
    **dict.fromkeys(("competency_name", "questionnaire", "value"), 28),
    **dict.fromkeys(("position", "relation_name"), 18),
    **dict.fromkeys(("n", "weight", "invited", "answered", "named", "shown", "reverse"), 10),
    **dict.fromkeys(("item_text", "question_text", "figure_name", "reason", "remark"), 50),
    **dict.fromkeys(("others", "self", "gap", "agreement", "score"), 14),
    "comment": 80,
}


def export_of(results: Sequence[CycleResults], language: Language) -> Export:
    """Everything that may leave of one cycle, which has results for each questionnaire.

    Every value is one of the results, or a word; so nothing leaves that `analysis.analyse` has not
    found fit to be published. The rows are made when they are read, and anew each time.

    Raises
    ------
    ValueError
        If there are no results.
    """
    if not results:
        raise ValueError("there are no results to export")
    words, rows = EXPORT_WORDS[language], Rows(results, language)
    scale = results[0].questionnaire.rating_scale
    cycle = results[0].cycle
    return Export(
        title=" · ".join(filter(None, (cycle.title, cycle.organisation))),
        date=cycle.closed_on,
        about=words.about,
        chapters=tuple(_chapters(results, words, WORDS[language])),
        tables=words.sheets,
        columns_of=words.columns_of,
        sheets=tuple(_sheets(results, words, rows, language)),
        files=tuple(_table(key, keys, words, rows) for key, keys in FILES.items()),
        scale=(scale.low, scale.high),
        flags=(words.no, words.yes),
    )


def _sheets(
    results: Sequence[CycleResults], words: ExportWords, rows: Rows, language: Language
) -> Iterator[Table]:
    competencies = {
        competency_key(each.questionnaire, competency.id): competency
        for each in results
        for competency in each.questionnaire.competencies
        if any(competency.id in of.competencies for of in each.ratees.values())
    }
    for key, keys in SHEETS.items():
        more = competencies if key == "overview" else {}
        columns = tuple(
            Column(
                place,
                competency.name.said(language),
                competency.description.said(language),
                "score",
                14,
                words.note,
            )
            for place, competency in more.items()
        )
        yield _table(key, keys, words, rows, columns)


def _table(
    key: str,
    keys: tuple[str, ...],
    words: ExportWords,
    rows: Rows,
    more: tuple[Column, ...] = (),
) -> Table:
    name, meaning = words.table[key]
    return Table(
        key=key,
        name=name,
        meaning=meaning,
        columns=(*(_column(each, words) for each in keys), *more),
        rows=getattr(rows, key),
        fixed=FIXED.get(key, 0),
        shaded=("others", *(column.key for column in more)) if more else (),
    )


def _column(key: str, words: ExportWords) -> Column:
    name, meaning = words.column[key]
    note = words.note if key in WORDED else ""
    return Column(key, name, meaning, KINDS.get(key, "text"), WIDTHS.get(key, 12), note)


def _chapters(
    results: Sequence[CycleResults], words: ExportWords, said: Words
) -> Iterator[Chapter]:
    yield Chapter(words.facts, tuple(_facts(results, words)))
    policy = results[0].policy
    reasons = {
        **said.hidden,
        "hidden_merged": said.hidden_merged,
        "fewer_than": said.fewer_than.format(k=policy.threshold),
        **{name: getattr(said, name) for name in ("no_self", "no_others", "no_common")},
    }
    yield Chapter(
        words.hidden,
        tuple(
            (reason, words.hidden_means[name].format(k=policy.threshold))
            for name, reason in reasons.items()
        ),
    )
    yield Chapter(words.reading, words.reading_means)


def _facts(results: Sequence[CycleResults], words: ExportWords) -> Iterator[tuple[str, str]]:
    cycle, policy, name = results[0].cycle, results[0].policy, words.fact
    yield name["readers"], words.readers
    yield name["cycle"], f"{cycle.title} ({cycle.key})"
    if cycle.organisation:
        yield name["organisation"], cycle.organisation
    yield name["closed"], cycle.closed_on
    for each in results:
        of = each.questionnaire
        yield name["questionnaire"], f"{of.key} {of.version}"
        yield name["hash"], of.content_hash
    rules = words.rules.format(k=policy.threshold, comments=policy.comment_threshold)
    yield name["rules"], rules
    yield name["program"], f"surveyapp {version('surveyapp')}"
