"""What a number may be by itself, whatever else is known: one rule per kind.

The rules are those of the table in ``docs/disclosure.md``. They hold for anonymous raters; the
answers of attributed cells are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.disclosure.cells import Kind, Number, Reason
from analysis.disclosure.groups import EXACT_FROM, Policy

_NEVER = frozenset[Kind]({"minimum", "maximum", "answer", "without_one", "severity"})
_FOR_HR = frozenset[Kind]({"agreement", "reliability", "order"})
_LEAST_RATERS: Mapping[Kind, tuple[int, Reason]] = {
    "sd": (EXACT_FROM, "spread_below_5"),
    "distribution": (EXACT_FROM, "distribution_below_5"),
    "agreement_word": (EXACT_FROM, "agreement_below_5"),
    "agreement": (10, "agreement_below_10"),
}
_LEAST_RATEES: Mapping[Kind, tuple[int, Reason]] = {
    "reliability": (10, "reliability_below_10_ratees"),
    "order": (10, "order_below_10_ratees"),
}
_STATISTICS: Mapping[Kind, tuple[str, ...]] = {
    "mean": ("points",),
    "sum": ("points",),
    "interval": ("points",),
    "count": ("count",),
    "sd": ("squares",),
    "distribution": ("points", "squares", "distribution"),
    "agreement": ("agreement",),
    "reliability": ("reliability",),
}
_LEAST_COVERED = {
    "squares": EXACT_FROM,
    "distribution": EXACT_FROM,
    "agreement": 10,
    "reliability": 10,
}

WORDS: Mapping[Reason, str] = {
    "too_few": "fewer than {k} anonymous raters stand behind it",
    "difference": "with {using} it would tell the sum of fewer than {limit} raters: {cell}",
    "already_isolated": (
        "what is out already tells the sum of fewer than {limit} raters ({cell}), "
        "so nothing more is said that touches it"
    ),
    "third_version": (
        "the same cell was released in two versions already; who is in which cannot be "
        "told apart safely any more"
    ),
    "tangled": "it overlaps with so many others that it could not be proved safe",
    "spread_below_5": "mean and spread together would tell the single answers of fewer than 5",
    "distribution_below_5": "a distribution over fewer than 5 raters shows single answers",
    "agreement_below_5": "how far fewer than 5 raters agree tells their answers",
    "agreement_below_10": "agreement is a word below 10 raters; as a number it tells too much",
    "reliability_below_10_ratees": "over fewer than 10 ratees it would describe persons",
    "order_below_10_ratees": "over fewer than 10 ratees it would describe persons",
    "never": "it is an answer of one rater, so it is never shown",
    "not_for_managers": "it is for HR only",
    "unrounded_below_5": "a mean of fewer than 5 raters is rounded to 0.1",
    "extreme_not_banded": "so near the end of the scale it tells every answer; show a band",
}


def refusal(number: Number, policy: Policy) -> Reason | None:
    """Why a number may not be shown even if it were the only one; None if it may."""
    if not number.anonymous:
        return None
    if number.kind in _NEVER:
        return "never"
    if number.raters < policy.threshold:
        return "too_few"
    if number.kind in _FOR_HR and number.audience != "hr":
        return "not_for_managers"
    return _too_small(number) or _too_exact(number)


def _too_small(number: Number) -> Reason | None:
    raters, reason = _LEAST_RATERS.get(number.kind, (0, None))
    if number.raters < raters:
        return reason
    ratees, reason = _LEAST_RATEES.get(number.kind, (0, None))
    return reason if len({cell.ratee for cell in number.anonymous}) < ratees else None


def _too_exact(number: Number) -> Reason | None:
    if number.kind not in ("mean", "sum"):
        return None
    if number.extreme and number.form != "band":
        return "extreme_not_banded"
    if number.form == "exact" and number.raters < EXACT_FROM:
        return "unrounded_below_5"
    return None


def statistics(kind: Kind) -> tuple[str, ...]:
    """The totals that a number tells. A distribution tells the mean and the spread as well.

    The sd tells, with the mean, the sum of squares. Agreement and reliability are no sums at all;
    they are treated as such, so that two of them over nearly the same raters are refused. Words
    and ranks tell no total.
    """
    return _STATISTICS.get(kind, ())


def least_covered(statistic: str, policy: Policy) -> int:
    """How many raters anything computed from such totals must cover, at least."""
    return max(policy.threshold, _LEAST_COVERED.get(statistic, 0))
