"""How comments are labelled: what the program is not sure of, and what a person says instead.

A correction changes the label only, never a word of the comment, and it is shown as a correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from analysis.comments import ScoredComment, is_unsure, shown_comments
from analysis.ratings import CommentLabel
from analysis.sentiment import Label, frequent_untagged
from questionnaires.model import OpenQuestion, Relation
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import Comment, Cycle, CycleRatee, Person, ResponseGroup
from surveyapp.services.freezing import frozen
from surveyapp.services.releases import released_data, require_unchanged
from surveyapp.services.results.readings import results_of
from surveyapp.services.seen import digest, require_same

PAGE, MAX_PAGE = 25, 100
MAX_KEPT = 8  # cycles
meanwhile = N_(
    "Somebody else changed this label in the meantime, and nothing was saved. Sent once more, "
    "yours takes the place of theirs"
)


def published_comments(session: Session, cycle: Cycle) -> list[ScoredComment]:
    """Every comment of a released cycle that may be shown, least certain first."""
    found = [
        scored
        for data in released_data(session, cycle, "")
        for comments in shown_comments(data).values()
        for scored in comments
    ]
    return sorted(found, key=lambda scored: (scored.certain, scored.sentiment.confidence))


def correct_label(
    session: Session,
    cycle: Cycle,
    comment_id: str,
    label: CommentLabel | None,
    seen: str = "",
) -> None:
    """Say how a comment sounds, against the program; None takes the correction back.

    ``seen`` is a digest of the correction that a page showed.

    Raises
    ------
    NotFound
        If no published comment of the cycle has this id.
    Meanwhile
        If somebody else has labelled it since it was seen.
    """
    if comment_id not in _judgements(session, cycle):
        raise NotFound(
            N_("No comment %(comment_id)s is shown in %(cycle)s."),
            comment_id=comment_id,
            cycle=cycle.key,
        )
    row = session.get_one(Comment, comment_id, with_for_update=True, populate_existing=True)
    if row.label != label:
        require_same(row.label, seen, meanwhile)
    row.label = label
    session.flush()


def untagged_phrases(session: Session, cycle: Cycle, organisation: str) -> list[tuple[str, int]]:
    """What comments that may be shown often say that no keyword knows: (phrase, clauses)."""
    results = results_of(session, cycle, organisation)
    shown = [scored for of in results for ratee in of.ratees.values() for scored in ratee.comments]
    least = max((of.policy.comment_threshold for of in results), default=1)
    return frequent_untagged(
        [scored.comment.text for scored in shown],
        [scored.sentiment for scored in shown],
        least=least,
    )


def to_review(comments: Sequence[ScoredComment]) -> list[ScoredComment]:
    """Those that the program is not sure of and nobody has looked at."""
    return [scored for scored in comments if not scored.certain]


@dataclass(frozen=True)
class Judgement:
    """What the program makes of a comment."""

    label: Label
    confidence: float
    unsure: bool


# By cycle and released answers, so they can never be stale: of random ids, never of words.
_kept: dict[tuple[str, str | None], Mapping[str, Judgement]] = {}


def _judgements(session: Session, cycle: Cycle) -> Mapping[str, Judgement]:
    """Of every comment that may be shown, least certain first; each cycle is judged once."""
    require_unchanged(session, cycle)
    key = (cycle.id, cycle.released_version)
    if key not in _kept:
        scored = [(of.comment.id, of.sentiment) for of in published_comments(session, cycle)]
        scored.sort(key=lambda pair: (pair[1].confidence, pair[0]))
        while len(_kept) >= MAX_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = {id: Judgement(of.label, of.confidence, is_unsure(of)) for id, of in scored}
    return _kept[key]


Which = Literal["unsure", "corrected", "all"]


@dataclass(frozen=True)
class Reviewed:
    """A comment that may be shown, how the program labels it, and what a person said instead."""

    id: str  # random
    ratee_id: str
    ratee_name: str
    relations: tuple[Relation, ...]  # of the group; several where groups were merged
    question: OpenQuestion
    text: str
    program: Judgement
    correction: CommentLabel | None

    @property
    def seen(self) -> str:
        """A digest of what of it can be changed."""
        return digest(self.correction)


@dataclass(frozen=True)
class ReviewPage:
    """One page of the comments to look at, and how many there are."""

    rows: tuple[Reviewed, ...]
    number: int  # from 1
    count: int  # of all that were asked for
    size: int
    unsure: int  # that nobody has looked at yet
    corrected: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // self.size))


def review_page(
    session: Session, cycle: Cycle, which: Which = "unsure", number: int = 1, size: int = PAGE
) -> ReviewPage:
    """Comments of a released cycle to look at, least certain first; always the same statements.

    ``which``: those that the program is not sure of and nobody has labelled, those that somebody
    has labelled, or all. A number that lies outside gives the first or the last page.
    """
    judged = _judgements(session, cycle)
    labels = _corrections(session, cycle)
    chosen: dict[Which, list[str]] = {
        "unsure": [id for id, of in judged.items() if of.unsure and id not in labels],
        "corrected": [id for id in judged if id in labels],
        "all": list(judged),
    }
    ids, size = chosen[which], min(max(size, 1), MAX_PAGE)
    number = min(max(number, 1), max(1, -(-len(ids) // size)))
    return ReviewPage(
        rows=_reviewed(session, judged, ids[(number - 1) * size : number * size]),
        number=number,
        count=len(ids),
        size=size,
        unsure=len(chosen["unsure"]),
        corrected=len(chosen["corrected"]),
    )


def reviewed(session: Session, cycle: Cycle, comment_id: str) -> Reviewed:
    """One comment that may be shown, as it is labelled now."""
    (found,) = _reviewed(session, _judgements(session, cycle), [comment_id])
    return found


def _corrections(session: Session, cycle: Cycle) -> set[str]:
    labelled = (
        select(Comment.id)
        .join(ResponseGroup)
        .where(ResponseGroup.cycle_id == cycle.id, Comment.label.is_not(None))
    )
    return set(session.scalars(labelled))


def _reviewed(
    session: Session, judged: Mapping[str, Judgement], ids: Sequence[str]
) -> tuple[Reviewed, ...]:
    ratee = and_(
        CycleRatee.cycle_id == ResponseGroup.cycle_id, CycleRatee.ratee_id == ResponseGroup.ratee_id
    )
    rows = session.execute(
        select(Comment, ResponseGroup.relations, Person, CycleRatee.questionnaire_hash)
        .join(ResponseGroup, ResponseGroup.id == Comment.group_id)
        .join(Person, Person.id == ResponseGroup.ratee_id)
        .join(CycleRatee, ratee)
        .where(Comment.id.in_(ids))
    )
    found = {}
    for comment, relations, person, asked in rows:
        questions = {q.id: q for q in frozen(session, asked).open_questions}
        found[comment.id] = Reviewed(
            id=comment.id,
            ratee_id=person.external_id,
            ratee_name=person.name,
            relations=tuple(Relation(part) for part in relations.split("+")),
            question=questions[comment.question_id],
            text=comment.text,
            program=judged[comment.id],
            correction=cast(CommentLabel | None, comment.label),
        )
    return tuple(found[id] for id in ids if id in found)
