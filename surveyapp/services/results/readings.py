"""One released report, read through its link.

The results of a cycle are computed once and kept in the process, for as long as nothing changes
that they show: a report of a large company then costs what one report costs.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy.orm import Session

from analysis import analyse
from analysis.report import Audience, ManagerReport, build_manager_report
from analysis.results import CycleResults
from analysis.wording import Language
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import Cycle, ReportLink
from surveyapp.services.datasets import collect_ratings, shown_version
from surveyapp.services.releases import earlier_cycles, require_unchanged

MOST_KEPT = 8  # cycles; a report shows four at most

_kept: OrderedDict[str, tuple[str, list[CycleResults]]] = OrderedDict()  # by the id of the cycle
_lock = threading.Lock()


def report_behind(
    session: Session, link: ReportLink, language: Language, organisation: str
) -> ManagerReport:
    """The report that a link leads to; refused where its results may not be shown (any more)."""
    return report_of(session, link.cycle, link.ratee.external_id, language, organisation)


def report_of(
    session: Session,
    cycle: Cycle,
    ratee: str,
    language: Language,
    organisation: str,
    audience: Audience = "manager",
    reads: Callable[[Cycle], bool] = lambda _: True,
) -> ManagerReport:
    """The report of a ratee (external id), for who signed in and may read it.

    It compares with those cycles before of which its reader ``reads`` the report too.
    """
    for results in results_of(session, cycle, organisation):
        if ratee in results.ratees:
            earlier = [
                before
                for each in earlier_cycles(session, cycle)
                if reads(each)
                for before in results_of(session, each, organisation)
            ]
            return build_manager_report(results, ratee, language, audience, earlier)
    raise NotFound(N_('There is no ratee "%(ratee)s" in this cycle.'), ratee=ratee)


def results_of(session: Session, cycle: Cycle, organisation: str) -> list[CycleResults]:
    """The results of a released cycle, one per questionnaire used."""
    require_unchanged(session, cycle)
    version = f"{shown_version(session, cycle)} {organisation}"
    with _lock:
        known, results = _kept.get(cycle.id, ("", []))
        if known != version:
            results = [analyse(data) for data in collect_ratings(session, cycle, organisation)]
            _kept[cycle.id] = version, results
        _kept.move_to_end(cycle.id)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return results
