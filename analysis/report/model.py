"""The report model: everything a page shows, already computed, already suppressed, already worded.

Renderers lay out what stands here and compute nothing. Text that came from people (names,
comments) is plain text: each renderer escapes it for its own medium.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from analysis.cycle_summary import Section
from analysis.wording import Language

Audience = Literal["manager", "hr"]
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
    invited: int | None  # None: it would tell how many of a hidden group answered
    answered: str  # "4", or "fewer than 3"
    attributed: bool
    shown: bool
    note: str  # why hidden or merged, else ""
    withheld: str = ""  # what of it is not shown, for the annex


@dataclass(frozen=True)
class ReportRow:
    """One competency, item or recommendation across the groups (``cells`` as ``groups``)."""

    id: str
    label: str
    description: str  # the definition of a competency, else ""
    cells: tuple[ReportCell, ...]
    others: ReportCell  # weighted over the groups shown, without self
    gap: float | None  # self - others on the same items; None where undefined
    gap_text: str  # "+0.4", "+0.4*" where a note tells of what; or why there is none
    margin: float | None  # how far others might lie with other raters; None where unknown
    low: int
    high: int
    reverse: bool = False
    margins: tuple[float | None, ...] = ()  # as ``margin``, of each group; empty for items
    gap_note: str = ""  # why the gap is not the difference of the scores beside it


@dataclass(frozen=True)
class ReportSection:
    """The items of one competency."""

    title: str
    rows: tuple[ReportRow, ...]
    agreement: tuple[str, ...] = ()  # how far each group agrees: "alike", or "" where not told


@dataclass(frozen=True)
class ReportComment:
    text: str
    sentiment: Literal["positive", "neutral", "negative", "mixed", "none", "unsure"]
    sentiment_text: str  # "positive", "negative (corrected)"; "" where nobody is sure


@dataclass(frozen=True)
class CommentBlock:
    """The comments of one group to one open question, in the order of their random ids."""

    question: str
    group: str  # label
    comments: tuple[ReportComment, ...]


@dataclass(frozen=True)
class ThemeRow:
    """What the comments say about one competency: how many, in which tone, and a quote each."""

    label: str
    n: int
    positive: int
    mixed: int
    negative: int
    text: str  # "7 comments: 4 positive, 1 mixed, 2 negative"
    praise: str  # word for word, or ""
    wish: str


@dataclass(frozen=True)
class ScalePoint:
    value: int
    label: str


@dataclass(frozen=True)
class Perception:
    """Competencies on which the own view stands to that of the others in one way."""

    kind: Literal["blind_spot", "hidden_strength", "alike"]
    title: str
    meaning: str
    competencies: tuple[str, ...]


@dataclass(frozen=True)
class TrendRow:
    """One competency from cycle to cycle, on the items that all of them asked."""

    label: str
    cells: tuple[ReportCell, ...]  # view of the others, oldest cycle first
    direction: Literal["higher", "lower", "same"] | None
    change_text: str  # "higher", "no clear change", or why nothing can be said


@dataclass(frozen=True)
class Trend:
    cycles: tuple[str, ...]  # titles, oldest first
    rows: tuple[TrendRow, ...]


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
    perception: tuple[Perception, ...]
    wishes: tuple[str, ...]  # what customers would like to be better
    competencies: tuple[ReportRow, ...]
    sections: tuple[ReportSection, ...]
    trend: Trend | None  # None where no earlier cycle asked the same
    recommendations: tuple[ReportRow, ...]  # 0-10 items
    comments: tuple[CommentBlock, ...]
    comments_note: str  # why there are none or not all, else ""
    themes: tuple[ThemeRow, ...]  # most spoken of first
    suggestions: tuple[tuple[str, tuple[str, ...]], ...]  # (competency, suggestions)
    reliability_text: str  # sentences for the manager, no statistical sign
    agreement: tuple[str, ...]  # on what raters are of one mind, and on what not
    statistics: tuple[Section, ...]  # of the whole cycle; HR only, else empty
    method: tuple[str, ...]
    versions: str  # program and questionnaire version
    digest: str  # SHA-256 of this model without the digest

    @property
    def combines(self) -> bool:
        """Whether "others" is anything but the score of a single group, printed once more."""
        return sum(group.marker != "self" for group in self.groups) != 1


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
