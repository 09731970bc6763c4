"""Numbers and text in, results and pages out: no web, no database, no clock, no network."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.results import CycleResults, analyse
    from analysis.summaries import summary

__all__ = ["CycleResults", "analyse", "summary"]

_PLACES = {"CycleResults": "results", "analyse": "results", "summary": "summaries"}


def __getattr__(name: str) -> Any:
    """Loaded when asked for: whoever only reads comments waits for no statistics."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
