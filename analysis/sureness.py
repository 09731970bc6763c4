"""How sure the scores of one ratee are, in words."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.disclosure import Group
from analysis.quality import OVERALL, RELIABLE, ScaleQuality
from analysis.wording import Words

# Raters needed for a reliability of .70 and .80: supervisors 3 and 4, peers 4 and 7
# (Conway & Huffcutt 1997, mean single-rater reliabilities .50 and .37).
SOME_RATERS = 5
MANY_RATERS = 10
INDICATIVE = 0.5  # below it a mean is poor evidence (Koo & Li 2016)
MOST_RATERS = 50  # more than so many raters of one person is no plan

Counted = Sequence[tuple[Group, str]]  # groups that are shown, each with "4 peers"


def how_sure(
    words: Words, scales: Sequence[ScaleQuality], counted: Counted, *, comments: bool
) -> str:
    """Relation by relation where the cycle is large enough, else by the number of raters."""
    overall = {of.relation: of for of in scales if of.scale == OVERALL}
    read = words.space + words.rather_comments if comments else ""
    told = [
        _support(words, overall.get(group.relations[0]), group, said, read)
        for group, said in counted
        if len(group.relations) == 1
    ]
    return words.space.join(filter(None, told)) or _by_count(words, counted)


def _support(
    words: Words, quality: ScaleQuality | None, group: Group, raters: str, read: str
) -> str:
    """What so many raters of this relation are worth, learnt from the whole cycle."""
    if quality is None or quality.icc1 is None or group.answered is None:
        return ""
    if quality.raters_needed(RELIABLE) is None:
        return words.support_none.format(raters=raters, read=read)
    needed = _surely_needed(quality)
    if needed is not None and group.answered >= needed:
        return words.support_firm.format(raters=raters)
    beyond = needed is None or needed > MOST_RATERS
    many = words.support_more.format(most=MOST_RATERS) if beyond else str(needed)
    weak = (quality.reliability(group.answered) or 0.0) < INDICATIVE
    template = words.support_weak if weak else words.support_fair
    return template.format(raters=raters, needed=many)


def _surely_needed(quality: ScaleQuality) -> int | None:
    """Raters that are enough even at the lower end of the interval of ICC(1); None if none are.

    The estimate itself decides where there is no interval.
    """
    if quality.icc is None or quality.icc.low is None or quality.icc.high is None:
        return quality.raters_needed(RELIABLE)
    return quality.raters_between(RELIABLE)[1]


def _by_count(words: Words, counted: Counted) -> str:
    n = sum(group.answered or 0 for group, _ in counted)
    if n == 0:
        return words.reliability_none
    if n < SOME_RATERS:
        return words.reliability_few.format(n=n)
    template = words.reliability_some if n < MANY_RATERS else words.reliability_many
    return template.format(n=n)
