"""From the results of a cycle to the report of one ratee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analysis.asked import is_rating, rating_items
from analysis.cycle_summary import Section, build_cycle_summary
from analysis.disclosure import Cell, Group, GroupScore
from analysis.narrative import Narrator
from analysis.report.commentary import comment_blocks, theme_rows, wishes
from analysis.report.model import (
    Audience,
    HiddenCell,
    ManagerReport,
    Marker,
    Perception,
    ReportCell,
    ReportGroup,
    ReportRow,
    ReportSection,
    ScalePoint,
    ShownCell,
    Trend,
    TrendRow,
    digest_of,
)
from analysis.results import CycleResults, ScoreRow, asked_of
from analysis.trend import CompetencyTrend, trends
from analysis.wording import Language
from questionnaires.model import Competency, Item, Point, Relation, Scale

_MARKERS: dict[Relation, Marker] = {
    Relation.SELF: "self",
    Relation.SUPERVISOR: "supervisor",
    Relation.PEER: "peer",
    Relation.CUSTOMER: "customer",
}


def build_manager_report(
    results: CycleResults,
    ratee_id: str,
    language: Language,
    audience: Audience = "manager",
    earlier: Sequence[CycleResults] = (),
) -> ManagerReport:
    """The report of one ratee, ready to be laid out.

    Everything in it is made of published values, groups and comments, so the same results give
    the same report, byte for byte.

    Parameters
    ----------
    results
        What `analysis.analyse` returned.
    ratee_id
        External id of the ratee.
    language
        Language of labels and sentences. Comments stay as they were written.
    audience
        ``"hr"`` adds how far the numbers of the cycle can be trusted. That names other managers,
        so its title and cover say that it is for HR only.
    earlier
        Results of earlier cycles, oldest first, for the trend.

    Raises
    ------
    ValueError
        If the cycle has no such ratee.
    """
    of_ratee = results.ratees.get(ratee_id)
    if of_ratee is None:
        raise ValueError(f"no ratee {ratee_id!r} in cycle {results.cycle.key!r}")
    report = _report(Narrator(results, of_ratee, language), audience, earlier)
    return replace(report, digest=digest_of(report))


def _report(told: Narrator, audience: Audience, earlier: Sequence[CycleResults]) -> ManagerReport:
    questionnaire = told.results.questionnaire
    scale = questionnaire.rating_scale
    return ManagerReport(
        language=told.language,
        audience=audience,
        **_whose(told),
        title=told.words.title_hr if audience == "hr" else told.words.title,
        questionnaire_title=questionnaire.title.said(told.language),
        questionnaire_version=questionnaire.version,
        questionnaire_hash=questionnaire.content_hash,
        confidentiality=told.confidentiality(for_hr=audience == "hr"),
        reading=told.reading(),
        scale=tuple(_scale_point(told, point) for point in scale.points),
        cannot_judge=scale.cannot_judge.said(told.language),
        groups=tuple(_group(told, group) for group in told.of_ratee.groups),
        overall=_overall(told),
        weights_text=told.weights(),
        headline=told.headline(),
        strengths=told.scores(told.best),
        improvements=told.scores(told.worst),
        gaps=told.gaps(),
        perception=_perception(told),
        wishes=wishes(told),
        competencies=tuple(_competency(told, *pair) for pair in told.ranked),
        sections=_sections(told),
        trend=_trend(told, earlier),
        recommendations=_recommendations(told),
        comments=comment_blocks(told),
        comments_note=told.comments_note(),
        themes=theme_rows(told),
        suggestions=_suggestions(told),
        reliability_text=told.reliability(),
        agreement=told.agreement(),
        statistics=_statistics(told) if audience == "hr" else (),
        method=told.method(),
        versions=told.versions(),
        digest="",
    )


def _whose(told: Narrator) -> dict[str, Any]:
    """Whose report of which cycle it is."""
    cycle, ratee = told.results.cycle, told.of_ratee.ratee
    return {
        "organisation": cycle.organisation,
        "ratee_id": ratee.id,
        "ratee_name": ratee.name,
        "position": ratee.position,
        "cycle_key": cycle.key,
        "cycle_title": cycle.title,
        "date_text": told.date(),
    }


def _scale_point(told: Narrator, point: Point) -> ScalePoint:
    return ScalePoint(point.value, point.label.said(told.language) if point.label else "")


def _group(told: Narrator, group: Group) -> ReportGroup:
    shown, note = group.answered is not None, told.group_note(group)
    return ReportGroup(
        key=group.key,
        label=told.group_label(group),
        marker=_MARKERS[group.relations[0]] if len(group.relations) == 1 else "merged",
        invited=asked_of(group, told.results.cycle),
        answered=told.answered(group),
        attributed=group.attributed,
        shown=shown,
        note=note,
        withheld="" if shown else note,
    )


def _row(
    told: Narrator,
    row: ScoreRow,
    scale: Scale,
    *,
    id: str,
    label: str,
    description: str = "",
    reverse: bool = False,
) -> ReportRow:
    groups = told.of_ratee.groups
    return ReportRow(
        id=id,
        label=label,
        description=description,
        cells=tuple(
            _shown(told, of, scale, merged=len(group.relations) > 1)
            for group, of in zip(groups, row.cells, strict=True)
        ),
        others=_shown(told, row.others, scale),
        gap=row.gap.difference if row.gap else None,
        gap_text=told.gap_text(row) if told.rated_self else "",
        gap_note=told.gap_note(row),
        margin=row.others_margin,
        low=scale.low,
        high=scale.high,
        reverse=reverse,
        margins=row.margins,
    )


def _shown(told: Narrator, cell: Cell, scale: Scale, *, merged: bool = False) -> ReportCell:
    text = told.cell_text(cell, scale, merged=merged)
    if isinstance(cell, GroupScore):
        return ShownCell(cell.mean, text, cell.n)
    return HiddenCell(cell.reason, text)


def _overall(told: Narrator) -> ReportRow | None:
    """None where nothing at all can be shown of the ratee."""
    row, scale = told.of_ratee.overall, told.results.questionnaire.rating_scale
    if not any(isinstance(cell, GroupScore) for cell in row.cells):
        return None
    return _row(told, row, scale, id="overall", label=told.words.overall)


def _competency(told: Narrator, competency: Competency, row: ScoreRow) -> ReportRow:
    return _row(
        told,
        row,
        told.results.questionnaire.rating_scale,
        id=competency.id,
        label=told.name(competency),
        description=competency.description.said(told.language),
    )


def _item(told: Narrator, item: Item) -> ReportRow:
    return _row(
        told,
        told.of_ratee.items[item.id],
        told.results.questionnaire.scale_of(item),
        id=item.id,
        label=told.item_label(item),
        reverse=item.reverse,
    )


def _sections(told: Narrator) -> tuple[ReportSection, ...]:
    questionnaire = told.results.questionnaire
    return tuple(
        ReportSection(
            told.name(competency),
            tuple(_item(told, item) for item in rated),
            told.agreement_words(competency),
        )
        for competency in questionnaire.competencies
        if (rated := rating_items(questionnaire, competency))
    )


def _recommendations(told: Narrator) -> tuple[ReportRow, ...]:
    questionnaire = told.results.questionnaire
    rows = [_item(told, item) for item in questionnaire.items if not is_rating(questionnaire, item)]
    if all(row.gap is None for row in rows):  # as a rule nobody recommends oneself
        rows = [replace(row, gap_text="") for row in rows]
    return tuple(rows)


def _suggestions(told: Narrator) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to do next, for the competencies with most room to improve."""
    return tuple(
        (told.name(competency), tuple(text.said(told.language) for text in competency.suggestions))
        for competency, _ in told.worst
        if competency.suggestions
    )


def _statistics(told: Narrator) -> tuple[Section, ...]:
    return build_cycle_summary(told.results, told.language).sections


def _perception(told: Narrator) -> tuple[Perception, ...]:
    """Own view against that of the others; what cannot be compared is in none of them."""
    words = told.words.perception
    return tuple(
        Perception(kind, *words[kind], competencies=names)
        for kind, names in told.perceived().items()
        if names
    )


def _trend(told: Narrator, earlier: Sequence[CycleResults]) -> Trend | None:
    ratee = told.of_ratee.ratee.id
    found = trends(told.results, earlier, ratee)
    if not found:
        return None
    cycles = [*(results for results in earlier if ratee in results.ratees), told.results]
    rows = tuple(_trend_row(told, trend) for trend in found)
    return Trend(tuple(results.cycle.title for results in cycles), rows)


def _trend_row(told: Narrator, trend: CompetencyTrend) -> TrendRow:
    questionnaire = told.results.questionnaire
    competency = next(c for c in questionnaire.competencies if c.id == trend.competency)
    return TrendRow(
        label=told.name(competency),
        cells=tuple(_shown(told, cell, questionnaire.rating_scale) for cell in trend.cells),
        direction=trend.change,
        change_text=told.words.trend[trend.change or "unknown"],
    )
