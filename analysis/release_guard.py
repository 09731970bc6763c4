"""What a cycle publishes, as the release guard sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.disclosure import GroupScore, Number, RaterCell, number
from analysis.disclosure.cells import Form, Kind
from analysis.disclosure.groups import EXACT_FROM, Group
from analysis.results import CycleResults, RateeResults

Shown = Mapping[str, GroupScore]  # the items of a group that are shown
Cells = dict[tuple[str, str], RaterCell]  # by ratee and group


def published_numbers(results: CycleResults, version: str = "") -> tuple[Number, ...]:
    """Every number of a cycle that answers enter.

    Counts, item means and agreement of the groups; coefficients and the order over the cycle.
    Competency scores, the view of the others, gaps, margins and the overall score are functions
    of these, so they tell nothing more. A group is one cell, also where relations were merged:
    its answers carry the group and not the relation, so nobody can add up a part of it.

    Parameters
    ----------
    results
        What may be published of the cycle.
    version
        Which answers: anything that differs where the same cycle is released anew with others.

    Returns
    -------
    tuple of Number
        ``ratee/group`` for each group that is shown, ``ratee/group/item`` for each of its items,
        ``ratee/group/competency/agreement``; over the cycle ``questionnaire/relation/scale`` and
        ``questionnaire/order``.
    """
    cells: Cells = {}
    of_groups = [
        each
        for of_ratee in results.ratees.values()
        for each in _of_ratee(of_ratee, results.cycle.key, version, cells)
    ]
    return (*of_groups, *_of_cycle(results, cells))


def _of_ratee(of: RateeResults, cycle: str, version: str, cells: Cells) -> Iterator[Number]:
    for place, group in enumerate(of.groups):
        shown = {
            item: score
            for item, row in of.items.items()
            if isinstance(score := row.cells[place], GroupScore)
        }
        cell = _cell(of.ratee.id, group, shown, cycle, version)
        cells[of.ratee.id, group.key] = cell
        if group.answered is not None:
            yield number(f"{of.ratee.id}/{group.key}", "", [cell], "count")
        for item, score in shown.items():
            id, extreme = f"{of.ratee.id}/{group.key}/{item}", score.band is not None
            yield number(id, item, [cell], form=_form(score), extreme=extreme)
        for competency, row in of.spreads.items():
            if (spread := row[place]) is not None:
                kind: Kind = "agreement_word" if spread.r_star is None else "agreement"
                id = f"{of.ratee.id}/{group.key}/{competency}/agreement"
                yield number(id, competency, [cell], kind, audience="hr")


def _of_cycle(results: CycleResults, cells: Cells) -> Iterator[Number]:
    shown = {
        (ratee, group.key): cells[ratee, group.key]
        for ratee, of in results.ratees.items()
        for group in of.groups
        if group.answered is not None
    }
    asked = results.questionnaire
    name = f"{asked.key}@{asked.content_hash[:8]}"  # a cycle may have several questionnaires
    for scale in results.scales:
        if scale.status is None:
            over = [
                cell
                for (_, key), cell in shown.items()
                if key == scale.relation and any(item in dict(cell.judged) for item in scale.items)
            ]
            id = f"{name}/{scale.relation}/{scale.scale}"
            yield number(id, scale.scale, over, "reliability", audience="hr")
    if results.standing is not None:
        yield number(f"{name}/order", "order", shown.values(), "order", audience="hr")


def _cell(ratee: str, group: Group, shown: Shown, cycle: str, version: str) -> RaterCell:
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
