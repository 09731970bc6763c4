"""What differs between two questionnaires, in the words of the interface."""

from __future__ import annotations

from questionnaires.diff import ItemTrend
from surveyapp.i18n import N_

PARTS = {
    "questionnaire": N_("Questionnaire"),
    "scale": N_("Scale"),
    "competency": N_("Competency"),
    "item": N_("Item"),
    "open question": N_("Open question"),
    "weights": N_("Weights"),
}
WHAT = {
    "added": N_("added"),
    "removed": N_("removed"),
    "reworded": N_("reworded"),
    "labels": N_("other labels"),
    "moved": N_("moved to another competency"),
    "order": N_("other order"),
    "languages": N_("other languages"),
    "relations": N_("asks others"),
    "scale": N_("other scale"),
    "reverse": N_("turned round"),
    "polarity": N_("other kind of question"),
    "keywords": N_("other keywords"),
    "suggestions": N_("other suggestions"),
    "percent": N_("other percents"),
}
TRENDS = {
    "kept": (N_("go on as they were"), "good"),
    "changed": (N_("go on; look whether they still ask the same"), "warm"),
    "lost": (N_("end here, since before and after cannot be compared"), "wrong"),
    "new": (N_("begin here"), "quiet"),
}


def kind(line: str) -> str:
    """How a line of a diff is marked."""
    return {"+": "added", "-": "removed", "@": "changed"}.get(line[:1], "")


def of_verdict(trends: tuple[ItemTrend, ...], verdict: str) -> list[ItemTrend]:
    return [trend for trend in trends if trend.verdict == verdict]
