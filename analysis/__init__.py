"""Numbers and text in, results and pages out: no web, no database, no clock, no network."""

from analysis.results import CycleResults, analyse
from analysis.summary import summary

__all__ = ["CycleResults", "analyse", "summary"]
