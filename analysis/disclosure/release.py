"""The release guard: every number about to leave, checked with everything that is out already.

A number is refused by itself where its kind or its few raters forbid it (`rules`), and together
with the others where any sum, difference or multiple of them tells the total of fewer raters than
the threshold (`isolation`). Rounding and bands are not counted on: every number is treated as if
it were exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from analysis.disclosure.cells import Decision, HiddenNumber, Number, RaterCell, Reason
from analysis.disclosure.groups import Policy
from analysis.disclosure.isolation import Block, Column, Row, joined
from analysis.disclosure.rules import WORDS, least_covered, refusal
from analysis.disclosure.totals import Family, Versions, in_use, told, touched

Refused = dict[str, HiddenNumber]


def guard(requested: Sequence[Number], released: Sequence[Number], policy: Policy) -> Decision:
    """What of the numbers asked for may leave, given what has left.

    Parameters
    ----------
    requested
        Numbers about to leave, dearest first: where one of two must be hidden, it is the later,
        unless that would hide more in all.
    released
        Numbers that have left. They cannot be hidden any more; everything is judged with them.
    policy
        The frozen rules of the cycle.

    Returns
    -------
    Decision
        ``shown`` and ``hidden``, each in the order asked for. Whatever is shown may also be shown
        if less had been released, if less is shown beside it, or if the threshold were lower.

    Raises
    ------
    ValueError
        If two numbers have the same id, or two cells are the same but for their counts.

    Examples
    --------
    The mean of all raters less the mean of the peers would be the one customer's answer.

    >>> from analysis.disclosure.cells import number
    >>> peers = RaterCell("peers", "m1", "PEER", n=5)
    >>> customers = RaterCell("customers", "m1", "CUSTOMER", n=1)
    >>> asked = [number("peers", "trust", [peers]), number("all", "trust", [peers, customers])]
    >>> decision = guard(asked, [], Policy())
    >>> [each.id for each in decision.shown]
    ['peers']
    >>> decision.hidden[0].words
    'with peers it would tell the sum of fewer than 3 raters: customers'
    """
    _check(requested, released)
    versions = in_use(released, requested)
    refused: Refused = {}
    for each in requested:
        if (reason := refusal(each, policy) or _third(each, versions)) is not None:
            refused[each.id] = _hidden(each, reason, policy)
    rest = [each for each in requested if each.id not in refused]
    for asked, out in _apart(rest, released):
        refused |= _fewest_refused(asked, out, versions, policy)
    return Decision(
        shown=tuple(each for each in requested if each.id not in refused),
        hidden=tuple(refused[each.id] for each in requested if each.id in refused),
    )


def _check(requested: Sequence[Number], released: Sequence[Number]) -> None:
    ids = Counter(each.id for each in requested)
    twice = [id for id, times in ids.items() if times > 1]
    if twice:
        raise ValueError(f"the number {twice[0]!r} is requested twice")
    by_id: dict[str, RaterCell] = {}
    by_set: dict[tuple[Family, str], RaterCell] = {}
    for cell in (cell for each in chain(released, requested) for cell in each.cells):
        if by_id.setdefault(cell.id, cell) != cell:
            raise ValueError(f"the cell {cell.id!r} is described in two ways")
        other = by_set.setdefault((cell.family, cell.version), cell)
        if other != cell:
            raise ValueError(f"the cells {other.id!r} and {cell.id!r} are the same; see `version`")


def _third(number: Number, versions: Versions) -> Reason | None:
    known = all(cell in versions[cell.family] for cell in number.anonymous)
    return None if known else "third_version"


def _apart(
    requested: Sequence[Number], released: Sequence[Number]
) -> Iterator[tuple[list[Number], list[Number]]]:
    """Requested and released numbers in bunches that have no raters in common."""
    numbers = [*requested, *released]
    parent = list(range(len(numbers)))

    def first(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    holder: dict[tuple[Family, str], int] = {}
    for place, each in enumerate(numbers):
        for key in touched(each):
            one, other = sorted((first(holder.setdefault(key, place)), first(place)))
            parent[other] = one
    bunches: dict[int, tuple[list[Number], list[Number]]] = {}
    for place, each in enumerate(numbers):
        bunch = bunches.setdefault(first(place), ([], []))
        bunch[place >= len(requested)].append(each)
    yield from (bunch for bunch in bunches.values() if bunch[0])


def _fewest_refused(
    requested: Sequence[Number], released: Sequence[Number], versions: Versions, policy: Policy
) -> Refused:
    """Who comes first is shown; but a number that costs two others or more is put last.

    Not always the fewest, since that would need all orders to be tried; ``bench/attack_guard.py``
    measures how far it is from them.
    """
    order, better = list(requested), True
    refused = _refused(order, released, versions, policy)
    while better and len(refused) > 1:
        better = False
        blamed = {name for hidden in refused.values() for name in hidden.using}
        for last in [each for each in order if each.id in blamed]:
            front = [each for each in order if each.id not in refused and each is not last]
            trial = [*front, *(each for each in order if each.id in refused), last]
            fewer = _refused(trial, released, versions, policy)
            if len(fewer) < len(refused):
                order, refused, better = trial, fewer, True
                break
    return refused


def _refused(
    requested: Sequence[Number], released: Sequence[Number], versions: Versions, policy: Policy
) -> Refused:
    """One number after the other is added to what is known, unless that would tell on a few."""
    known: dict[Column, Block] = {}
    for each in released:
        for block in _joined(known, each, f"{each.id} (released)", versions, policy):
            known.update(dict.fromkeys(block.columns, block))
    refused: Refused = {}
    for each in requested:
        blocks = _joined(known, each, each.id, versions, policy)
        breach = next((block.breach for block in blocks if block.breach is not None), None)
        if breach is not None:
            refused[each.id] = _breaking(each, breach, policy)
            continue
        if any(block.tangled for block in blocks):
            refused[each.id] = _hidden(each, "tangled", policy)
            continue
        for block in blocks:
            known.update(dict.fromkeys(block.columns, block))
    return refused


def _joined(
    known: dict[Column, Block], number: Number, name: str, versions: Versions, policy: Policy
) -> list[Block]:
    return [
        joined(known, row, least_covered(statistic, policy))
        for statistic, row in told(number, name, versions)
    ]


def _breaking(number: Number, breach: Row, policy: Policy) -> HiddenNumber:
    limit = least_covered(next(iter(breach.values)).statistic, policy)
    using = tuple(name for name in breach.made_of if name != number.id)
    reason: Reason = "difference" if number.id in breach.made_of else "already_isolated"
    cells = "+".join(dict.fromkeys(column.part for column in sorted(breach.values)))
    return _hidden(number, reason, policy, cells, using, limit)


def _hidden(
    number: Number,
    reason: Reason,
    policy: Policy,
    cell: str = "",
    using: tuple[str, ...] = (),
    limit: int = 0,
) -> HiddenNumber:
    cell = cell or "+".join(cell.id for cell in number.anonymous)
    words = WORDS[reason].format(
        k=policy.threshold, limit=limit, cell=cell, using=", ".join(using) or "itself"
    )
    return HiddenNumber(number, cell, "+".join(number.items), reason, words, using)
