"""What a report shows of one ratee, as the release guard sees it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import GroupScore, Number, RaterCell, number
from analysis.disclosure.cells import Form
from analysis.disclosure.groups import EXACT_FROM, Group
from analysis.results import RateeResults


def published_numbers(results: RateeResults, cycle: str, version: str = "") -> tuple[Number, ...]:
    """Every number of a report that answers enter: counts and item means of the groups.

    Competency scores, the view of the others, gaps and the overall score are functions of these,
    so they tell nothing more. A group is one cell, also where relations were merged: its answers
    carry the group and not the relation, so nobody can add up a part of it.

    Parameters
    ----------
    results
        What may be published of the ratee.
    cycle
        Key of the cycle.
    version
        Which answers: anything that differs where the same cycle is released anew with others.

    Returns
    -------
    tuple of Number
        One for each group that is shown, ids ``ratee/group``, and each of its items,
        ``ratee/group/item``.
    """
    return tuple(_numbers(results, cycle, version))


def _numbers(results: RateeResults, cycle: str, version: str) -> Iterator[Number]:
    for place, group in enumerate(results.groups):
        shown = {
            item: score
            for item, row in results.items.items()
            if isinstance(score := row.cells[place], GroupScore)
        }
        cell = _cell(results.ratee.id, group, shown, cycle, version)
        if group.answered is not None:
            yield number(f"{results.ratee.id}/{group.key}", "", [cell], "count")
        for item, score in shown.items():
            yield number(
                f"{results.ratee.id}/{group.key}/{item}",
                item,
                [cell],
                form=_form(score),
                extreme=score.band is not None,
            )


def _cell(
    ratee: str, group: Group, shown: dict[str, GroupScore], cycle: str, version: str
) -> RaterCell:
    return RaterCell(
        id="/".join(part for part in (ratee, group.key, cycle, version) if part),
        ratee=ratee,
        relation=group.key,
        n=group.answered or 0,
        cycle=cycle,
        version=version,
        attributed=group.attributed,
        judged=tuple((item, score.n) for item, score in shown.items()),
    )


def _form(score: GroupScore) -> Form:
    if score.band is not None:
        return "band"
    return "rounded" if score.n < EXACT_FROM else "exact"
