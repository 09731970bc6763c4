"""The results of a cycle as plain JSON values: what may be published, and nothing else."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Cell, Group, HiddenGroup
from analysis.quality import ScaleQuality
from analysis.results import CycleResults, RateeResults, ScoreRow
from analysis.spread import Spread


def summary(results: CycleResults) -> dict[str, Any]:
    """Per ratee, group and competency the shown mean and n, or the reason.

    Undefined is ``null`` with a reason beside it, never 0, NaN or infinity.
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
        "ratees": [_ratee(of_ratee) for of_ratee in results.ratees.values()],
        "statistics": statistics_json(results),
    }


def cell_json(cell: Cell, margin: float | None = None) -> dict[str, Any]:
    """A cell with, where it is known, half its 95 % interval."""
    if isinstance(cell, HiddenGroup):
        return {"hidden": cell.reason}
    known = {"band": cell.band, "margin": margin}
    return {"mean": cell.mean, "n": cell.n, **{k: v for k, v in known.items() if v is not None}}


def statistics_json(results: CycleResults) -> dict[str, Any]:
    """How far the numbers of the cycle can be trusted, for HR."""
    standing = results.standing
    return {
        "response": [asdict(of) for of in results.response],
        "scales": [_scale(scale) for scale in results.scales],
        "forms": asdict(results.forms),
        "order": None if standing is None else asdict(standing),
    }


def _scale(scale: ScaleQuality) -> dict[str, Any]:
    return {
        "scale": scale.scale,
        "relation": scale.relation,
        "ratees": scale.ratees,
        "responses": scale.responses,
        "status": scale.status,
        "alpha": _alpha(scale),
        "omega": _omega(scale),
        "icc": None if scale.icc is None else asdict(scale.icc),
        "raters_needed": {str(target): scale.raters_needed(target) for target in (0.7, 0.8)},
        "items_that_do_not_fit": list(scale.misfits),
    }


def _alpha(scale: ScaleQuality) -> dict[str, Any] | None:
    alpha = scale.alpha
    if alpha is None:
        return None
    return {
        "value": alpha.value,
        "low": alpha.low,
        "high": alpha.high,
        "standardized": alpha.standardized,
        "responses": alpha.n,
        "complete": {"value": alpha.complete_value, "responses": alpha.n_complete},
        "if_dropped": _by_item(scale.items, alpha.if_dropped),
        "item_total": _by_item(scale.items, alpha.item_total),
        "status": alpha.status,
    }


def _omega(scale: ScaleQuality) -> dict[str, Any] | None:
    omega = scale.omega
    if omega is None:
        return None
    loadings = _by_item(scale.items, omega.loadings)
    return {"value": omega.value, "loadings": loadings, "n": omega.n, "status": omega.status}


def _by_item(items: tuple[str, ...], numbers: NDArray[np.float64]) -> dict[str, float | None]:
    return {
        item: None if math.isnan(number) else number
        for item, number in zip(items, numbers.tolist(), strict=True)
    }


def _ratee(of_ratee: RateeResults) -> dict[str, Any]:
    groups = of_ratee.groups
    return {
        "ratee": of_ratee.ratee.id,
        "name": of_ratee.ratee.name,
        "groups": [_group(group) for group in groups],
        "competencies": {key: _row(groups, row) for key, row in of_ratee.competencies.items()},
        "overall": _row(groups, of_ratee.overall),
        "spreads": {key: _spreads(groups, row) for key, row in of_ratee.spreads.items()},
    }


def _spreads(groups: tuple[Group, ...], row: tuple[Spread | None, ...]) -> dict[str, Any]:
    pairs = zip(groups, row, strict=True)
    return {group.key: asdict(spread) for group, spread in pairs if spread is not None}


def _group(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "invited": group.invited,
        "answered": group.answered,
        "attributed": group.attributed,
    }


def _row(groups: tuple[Group, ...], row: ScoreRow) -> dict[str, Any]:
    cells = zip(groups, row.cells, row.margins, strict=True)
    return {
        "groups": {group.key: cell_json(cell, margin) for group, cell, margin in cells},
        "others": cell_json(row.others, row.others_margin),
        "weights": dict(row.weights),
        "gap": row.gap.difference if row.gap else None,
    }
