"""The results of a cycle as plain JSON values: what may be published, and nothing else."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.disclosure import Cell, Group, HiddenGroup
from analysis.results import CycleAlpha, CycleResults, RateeResults, ScoreRow


def summary(results: CycleResults) -> dict[str, Any]:
    """The `CycleSummary`: per ratee, group and competency the shown mean and n, or the reason.

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
        "alphas": [alpha_json(alpha) for alpha in results.alphas],
    }


def cell_json(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, HiddenGroup):
        return {"hidden": cell.reason}
    band = {} if cell.band is None else {"band": cell.band}
    return {"mean": cell.mean, "n": cell.n, **band}


def alpha_json(of_scale: CycleAlpha) -> dict[str, Any]:
    alpha = of_scale.alpha
    return {
        "competency": of_scale.competency,
        "group": of_scale.group,
        "ratees": of_scale.ratees,
        "responses": alpha.n,
        "items": alpha.k,
        "alpha": alpha.value,
        "low": alpha.low,
        "high": alpha.high,
        "complete": {"alpha": alpha.complete_value, "responses": alpha.n_complete},
        "status": alpha.status,
    }


def _ratee(of_ratee: RateeResults) -> dict[str, Any]:
    groups = of_ratee.groups
    return {
        "ratee": of_ratee.ratee.id,
        "name": of_ratee.ratee.name,
        "groups": [_group(group) for group in groups],
        "competencies": {key: _row(groups, row) for key, row in of_ratee.competencies.items()},
        "overall": _row(groups, of_ratee.overall),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "invited": group.invited,
        "answered": group.answered,
        "attributed": group.attributed,
    }


def _row(groups: tuple[Group, ...], row: ScoreRow) -> dict[str, Any]:
    return {
        "groups": {g.key: cell_json(cell) for g, cell in zip(groups, row.cells, strict=True)},
        "others": cell_json(row.others),
        "weights": dict(row.weights),
        "gap": row.gap.difference if row.gap else None,
    }
