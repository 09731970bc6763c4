"""The results of a cycle as plain JSON values: what may be published, and nothing else."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Cell, Group, HiddenGroup
from analysis.ordering import RankCorrelation
from analysis.quality import FIRM, RELIABLE, ScaleQuality
from analysis.ratings import CycleInfo
from analysis.results import CycleResults, RateeResults, ScoreRow, asked_of
from analysis.spread import Spread
from analysis.standing import Standing


def summary(results: CycleResults) -> dict[str, Any]:
    """Per ratee, group, item and competency the shown mean and n, or the reason.

    Undefined is ``null`` with a ``status`` beside it, never 0, NaN or infinity.
    """
    questionnaire = results.questionnaire
    return {
        "cycle": asdict(results.cycle),
        "questionnaire": {
            "key": questionnaire.key,
            "version": questionnaire.version,
            "hash": questionnaire.content_hash,
        },
        "policy": results.policy.model_dump(mode="json"),
        "ratees": [_ratee(of_ratee, results.cycle) for of_ratee in results.ratees.values()],
        "statistics": statistics_json(results),
    }


def cell_json(cell: Cell, margin: float | None = None) -> dict[str, Any]:
    """A cell with, where it is known, half its 95 % interval."""
    if isinstance(cell, HiddenGroup):
        return {"hidden": cell.reason}
    known = {"band": cell.band, "margin": margin}
    return {"mean": cell.mean, "n": cell.n, **{k: v for k, v in known.items() if v is not None}}


def statistics_json(results: CycleResults) -> dict[str, Any]:
    """How far the numbers of the cycle can be trusted, for HR.

    Coefficients have two digits, as on the page: more would give back what rounded and banded
    means hide.
    """
    return {
        "response": [asdict(of) for of in results.response],
        "scales": [_scale(scale) for scale in results.scales],
        "forms": asdict(results.forms)
        | {"status": "fewer_than_10_ratees" if results.forms.flagged is None else None},
        "order": _order(results.standing),
    }


def _order(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"status": "fewer_than_10_ratees"}
    compared = {
        "equal_weights": (standing.equal_weights, "no_weights_declared"),
        "careful_forms": (standing.careful_forms, "too_few_flagged"),
        "shrunken": (standing.shrunken, None),
    }
    return {
        "ratees": standing.ratees,
        **{name: _correlation(found, missing) for name, (found, missing) in compared.items()},
        "tiers": dict(standing.tiers),
        "status": None,
    }


def _correlation(found: RankCorrelation | None, missing: str | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "status": missing}
    return {"value": two_digits(found.value), "n": found.n, "status": found.status}


def _scale(scale: ScaleQuality) -> dict[str, Any]:
    return {
        "scale": scale.scale,
        "relation": scale.relation,
        "ratees": scale.ratees,
        "responses": scale.responses,
        "status": scale.status,
        "alpha": _alpha(scale),
        "omega": _omega(scale),
        "icc": _icc(scale),
        "raters_needed": _raters_needed(scale),
        "items_that_do_not_fit": list(scale.misfits),
    }


def _raters_needed(scale: ScaleQuality) -> dict[str, Any]:
    """For two reliabilities, and fewest and most by the interval of ICC(1)."""
    if scale.icc is None or scale.icc.icc1 is None:
        status = scale.icc.status if scale.icc else scale.status
    else:
        status = "not_attainable" if scale.raters_needed(RELIABLE) is None else None
    targets = (RELIABLE, FIRM)
    return {
        **{str(target): scale.raters_needed(target) for target in targets},
        "between": {str(target): scale.raters_between(target) for target in targets},
        "status": status,
    }


def _icc(scale: ScaleQuality) -> dict[str, Any]:
    icc = scale.icc
    if icc is None:
        return {"status": scale.status}
    numbers = {name: two_digits(getattr(icc, name)) for name in ("icc1", "icc2", "low", "high")}
    return {**numbers, "ratees": icc.n_ratees, "ratings": icc.n_ratings, "status": icc.status}


def _alpha(scale: ScaleQuality) -> dict[str, Any]:
    alpha = scale.alpha
    if alpha is None:
        return {"status": scale.status or "several_competencies"}
    return {
        "value": two_digits(alpha.value),
        "low": two_digits(alpha.low),
        "high": two_digits(alpha.high),
        "standardized": two_digits(alpha.standardized),
        "responses": alpha.n,
        "complete": {"value": two_digits(alpha.complete_value), "responses": alpha.n_complete},
        "if_dropped": _by_item(scale.items, alpha.if_dropped),
        "item_total": _by_item(scale.items, alpha.item_total),
        "items": dict(zip(scale.items, alpha.statuses.tolist(), strict=True)),
        "status": alpha.status,
    }


def _omega(scale: ScaleQuality) -> dict[str, Any]:
    omega = scale.omega
    if omega is None:
        whole = "several_competencies" if scale.alpha is None else "fewer_than_10_ratees"
        return {"status": scale.status or whole}
    loadings = _by_item(scale.items, omega.loadings)
    value = two_digits(omega.value)
    return {"value": value, "loadings": loadings, "responses": omega.n, "status": omega.status}


def two_digits(number: float | None) -> float | None:
    """As coefficients are published; None where undefined."""
    return None if number is None or math.isnan(number) else round(number, 2)


def _by_item(items: tuple[str, ...], numbers: NDArray[np.float64]) -> dict[str, float | None]:
    pairs = zip(items, numbers.tolist(), strict=True)
    return {item: two_digits(number) for item, number in pairs}


def _ratee(of_ratee: RateeResults, cycle: CycleInfo) -> dict[str, Any]:
    groups = of_ratee.groups
    return {
        "ratee": of_ratee.ratee.id,
        "name": of_ratee.ratee.name,
        "groups": [_group(group, cycle) for group in groups],
        "items": {key: _row(groups, row) for key, row in of_ratee.items.items()},
        "competencies": {key: _row(groups, row) for key, row in of_ratee.competencies.items()},
        "overall": _row(groups, of_ratee.overall),
        "spreads": {key: _spreads(groups, row) for key, row in of_ratee.spreads.items()},
    }


def _spreads(groups: tuple[Group, ...], row: tuple[Spread | None, ...]) -> dict[str, Any]:
    pairs = zip(groups, row, strict=True)
    return {group.key: asdict(spread) for group, spread in pairs if spread is not None}


def _group(group: Group, cycle: CycleInfo) -> dict[str, Any]:
    return {
        "key": group.key,
        "invited": asked_of(group, cycle),
        "answered": group.answered,
        "attributed": group.attributed,
    }


def _row(groups: tuple[Group, ...], row: ScoreRow) -> dict[str, Any]:
    margins = row.margins or (None,) * len(groups)  # an item has none
    cells = zip(groups, row.cells, margins, strict=True)
    return {
        "groups": {group.key: cell_json(cell, margin) for group, cell, margin in cells},
        "others": cell_json(row.others, row.others_margin),
        "weights": dict(row.weights),
        "gap": row.gap.difference if row.gap else None,
    }
