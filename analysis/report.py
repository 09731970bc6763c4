"""The report model: everything a page shows, already computed, already suppressed, already worded.

Renderers lay out what stands here and compute nothing. Text that came from people (names,
comments) is plain text: each renderer escapes it for its own medium.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Literal

from analysis.disclosure import Cell, Group, GroupScore
from analysis.narrative import Narrator
from analysis.results import CycleResults, ScoredComment, ScoreRow, is_rating, rating_items
from analysis.wording import Language
from questionnaires.model import Competency, Item, OpenQuestion, Point, Relation, Scale

Audience = Literal["manager", "hr"]
Marker = Literal["self", "supervisor", "peer", "customer", "merged"]

_MARKERS: dict[Relation, Marker] = {
    Relation.SELF: "self",
    Relation.SUPERVISOR: "supervisor",
    Relation.PEER: "peer",
    Relation.CUSTOMER: "customer",
}


@dataclass(frozen=True)
class ShownCell:
    """One number on the page. ``value`` places the dot, ``text`` is what is printed."""

    value: float
    text: str  # "4.3", or a band such as "≥ 4.5"
    n: int


@dataclass(frozen=True)
class HiddenCell:
    """No number: ``reason`` for programs, ``text`` for people ("too few answers")."""

    reason: str
    text: str


ReportCell = ShownCell | HiddenCell


@dataclass(frozen=True)
class ReportGroup:
    key: str  # "SELF", "PEER", "PEER+CUSTOMER"
    label: str  # "Peers"
    marker: Marker
    invited: int
    answered: str  # "4", or "fewer than 3"
    attributed: bool
    shown: bool
    note: str  # why hidden or merged, else ""


@dataclass(frozen=True)
class ReportRow:
    """One competency, item or recommendation across the groups (``cells`` as ``groups``)."""

    id: str
    label: str
    description: str  # the definition of a competency, else ""
    cells: tuple[ReportCell, ...]
    others: ReportCell  # weighted over the groups shown, without self
    gap: float | None  # self - others on the same items; None where undefined
    gap_text: str  # "+0.4", or why there is none
    low: int
    high: int
    reverse: bool = False


@dataclass(frozen=True)
class ReportSection:
    """The items of one competency."""

    title: str
    rows: tuple[ReportRow, ...]


@dataclass(frozen=True)
class ReportComment:
    text: str
    sentiment: Literal["positive", "neutral", "negative", "mixed", "none", "not_analysed"]
    sentiment_text: str  # "positive", "not analysed yet"


@dataclass(frozen=True)
class CommentBlock:
    """The comments of one group to one open question, in the order of their random ids."""

    question: str
    group: str  # label
    comments: tuple[ReportComment, ...]


@dataclass(frozen=True)
class ScalePoint:
    value: int
    label: str


@dataclass(frozen=True)
class Reliability:
    """HR only: how well the items of a competency hang together in one group of the cycle."""

    competency: str
    group: str
    text: str  # ".84 (95 % interval .79 to .88; 120 answers on 12 managers)", or why undefined


@dataclass(frozen=True)
class ManagerReport:
    language: Language
    audience: Audience
    organisation: str
    title: str
    ratee_id: str
    ratee_name: str
    position: str
    cycle_key: str
    cycle_title: str
    date_text: str  # "closed on 22 November 2026"
    questionnaire_title: str
    questionnaire_version: str
    questionnaire_hash: str
    confidentiality: str  # who may read this
    reading: tuple[str, ...]  # how to read: short paragraphs
    scale: tuple[ScalePoint, ...]
    cannot_judge: str
    groups: tuple[ReportGroup, ...]
    overall: ReportRow | None
    weights_text: str  # the weights that were used, after renormalising
    headline: str  # one sentence on top of the overview
    strengths: tuple[str, ...]  # sentences with number and n
    improvements: tuple[str, ...]
    gaps: tuple[str, ...]  # the largest differences to one's own view
    competencies: tuple[ReportRow, ...]
    sections: tuple[ReportSection, ...]
    recommendations: tuple[ReportRow, ...]  # 0-10 items
    comments: tuple[CommentBlock, ...]
    comments_note: str  # why there are none or not all, else ""
    suggestions: tuple[tuple[str, tuple[str, ...]], ...]  # (competency, suggestions)
    reliability_text: str  # one sentence for the manager
    reliability: tuple[Reliability, ...]  # HR only, else empty
    method: tuple[str, ...]
    versions: str  # program and questionnaire version
    digest: str  # SHA-256 of this model without the digest


def build_manager_report(
    results: CycleResults, ratee_id: str, language: Language, audience: Audience = "manager"
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
        ``"hr"`` adds how the items of each competency hang together over the cycle.

    Raises
    ------
    ValueError
        If the cycle has no such ratee.
    """
    of_ratee = results.ratees.get(ratee_id)
    if of_ratee is None:
        raise ValueError(f"no ratee {ratee_id!r} in cycle {results.cycle.key!r}")
    report = _report(Narrator(results, of_ratee, language), audience)
    return replace(report, digest=digest_of(report))


def digest_of(report: ManagerReport) -> str:
    """SHA-256 of the canonical JSON of a report without its digest."""
    content = asdict(report)
    del content["digest"]
    canonical = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def to_json(report: ManagerReport) -> bytes:
    """A report as JSON: sorted keys, UTF-8, one newline at the end; the same report, same bytes."""
    text = json.dumps(asdict(report), sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def _report(told: Narrator, audience: Audience) -> ManagerReport:
    cycle, ratee = told.results.cycle, told.of_ratee.ratee
    questionnaire = told.results.questionnaire
    scale = questionnaire.rating_scale
    return ManagerReport(
        language=told.language,
        audience=audience,
        organisation=cycle.organisation,
        title=told.words.title,
        ratee_id=ratee.id,
        ratee_name=ratee.name,
        position=ratee.position,
        cycle_key=cycle.key,
        cycle_title=cycle.title,
        date_text=told.date(),
        questionnaire_title=questionnaire.title.said(told.language),
        questionnaire_version=questionnaire.version,
        questionnaire_hash=questionnaire.content_hash,
        confidentiality=told.confidentiality(),
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
        competencies=tuple(_competency(told, *pair) for pair in told.ranked),
        sections=_sections(told),
        recommendations=_recommendations(told),
        comments=_comments(told),
        comments_note=told.comments_note(),
        suggestions=_suggestions(told),
        reliability_text=told.reliability(),
        reliability=_reliability(told) if audience == "hr" else (),
        method=told.method(),
        versions=told.versions(),
        digest="",
    )


def _scale_point(told: Narrator, point: Point) -> ScalePoint:
    return ScalePoint(point.value, point.label.said(told.language) if point.label else "")


def _group(told: Narrator, group: Group) -> ReportGroup:
    return ReportGroup(
        key=group.key,
        label=told.group_label(group),
        marker=_MARKERS[group.relations[0]] if len(group.relations) == 1 else "merged",
        invited=group.invited,
        answered=told.answered(group),
        attributed=group.attributed,
        shown=group.answered is not None,
        note=told.group_note(group),
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
    def cell(of: Cell, merged: bool = False) -> ReportCell:
        text = told.cell_text(of, scale, merged=merged)
        if isinstance(of, GroupScore):
            return ShownCell(of.mean, text, of.n)
        return HiddenCell(of.reason, text)

    groups = told.of_ratee.groups
    return ReportRow(
        id=id,
        label=label,
        description=description,
        cells=tuple(
            cell(of, merged=len(group.relations) > 1)
            for group, of in zip(groups, row.cells, strict=True)
        ),
        others=cell(row.others),
        gap=row.gap.difference if row.gap else None,
        gap_text=told.gap_text(row),
        low=scale.low,
        high=scale.high,
        reverse=reverse,
    )


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
        ReportSection(told.name(competency), tuple(_item(told, item) for item in rated))
        for competency in questionnaire.competencies
        if (rated := rating_items(questionnaire, competency))
    )


def _recommendations(told: Narrator) -> tuple[ReportRow, ...]:
    questionnaire = told.results.questionnaire
    return tuple(
        _item(told, item) for item in questionnaire.items if not is_rating(questionnaire, item)
    )


def _comments(told: Narrator) -> tuple[CommentBlock, ...]:
    """Per question and group; blocks without a comment are left out."""
    blocks = (
        _block(told, question, group)
        for question in told.results.questionnaire.open_questions
        for group in told.of_ratee.groups
    )
    return tuple(block for block in blocks if block.comments)


def _block(told: Narrator, question: OpenQuestion, group: Group) -> CommentBlock:
    return CommentBlock(
        question=told.question(question, group),
        group=told.group_label(group),
        comments=tuple(
            _comment(told, scored)
            for scored in told.of_ratee.comments
            if (scored.comment.question, scored.comment.group) == (question.id, group.key)
        ),
    )


def _comment(told: Narrator, scored: ScoredComment) -> ReportComment:
    label = scored.sentiment.label
    return ReportComment(scored.comment.text, label, told.words.sentiments[label])


def _suggestions(told: Narrator) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to do next, for the competencies with most room to improve."""
    return tuple(
        (told.name(competency), tuple(text.said(told.language) for text in competency.suggestions))
        for competency, _ in told.worst
        if competency.suggestions
    )


def _reliability(told: Narrator) -> tuple[Reliability, ...]:
    names = {each.id: told.name(each) for each in told.results.questionnaire.competencies}
    return tuple(
        Reliability(names[of.competency], told.words.groups[of.group], told.alpha(of))
        for of in told.results.alphas
    )
