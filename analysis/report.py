"""The report model: everything a page shows, already computed, already suppressed, already worded.

Renderers lay out what stands here and compute nothing. Text that came from people (names,
comments) is plain text: each renderer escapes it for its own medium.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Marker = Literal["self", "supervisor", "peer", "customer", "merged"]


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
    gap: float | None  # self - others; None where either is undefined
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
    language: Literal["zh", "en"]
    audience: Literal["manager", "hr"]
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
