"""Reports about several managers: a supervisor's team, and the whole of a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.brand import Brand
from analysis.pdf import PLAIN
from analysis.pdf.summary_pages import render_summary
from analysis.report import ManagerReport, build_company_report, build_team_report, to_json
from analysis.results import CycleResults
from analysis.wording import Language
from questionnaires.model import Relation
from surveyapp.errors import NotFound
from surveyapp.files import write_whole
from surveyapp.i18n import N_
from surveyapp.models import Assignment, Cell, Cycle, Person
from surveyapp.services.results.readings import results_of

Named = list[tuple[str, ManagerReport]]  # with the name of the file, without its ending


def team_reports(
    session: Session, cycle: Cycle, organisation: str, supervisor: str, language: Language | None
) -> Named:
    """The report of the managers whom this person (external id) is asked about as supervisor.

    One per questionnaire, if they have several; in the supervisor's own language by default.
    """
    results = results_of(session, cycle, organisation)
    person = session.scalar(select(Person).where(Person.external_id == supervisor))
    members = set(
        session.scalars(
            select(Person.external_id)
            .join(Cell, Cell.ratee_id == Person.id)
            .join(Assignment, Assignment.cell_id == Cell.id)
            .where(
                Cell.cycle_id == cycle.id,
                Cell.relation == Relation.SUPERVISOR,
                Assignment.rater_id == (person.id if person else None),
            )
        )
    )
    if person is None or not members:
        raise NotFound(
            N_('Nobody is rated by a supervisor "%(supervisor)s" in %(cycle)s.'),
            supervisor=supervisor,
            cycle=cycle.key,
        )
    spoken = language or ("zh" if person.language == "zh" else "en")
    found = [of for of in results if members & of.ratees.keys()]
    reports = [build_team_report(of, members, person.name, spoken) for of in found]
    return _named(f"team-{supervisor}", found, reports)


@dataclass(frozen=True)
class Team:
    """A supervisor and how many managers they were asked about as such."""

    id: str  # random, as in addresses
    external_id: str
    name: str
    managers: int


def teams(session: Session, cycle: Cycle) -> list[Team]:
    """All teams of a cycle, by the id of their supervisor."""
    managers = func.count(Cell.ratee_id.distinct())
    rows = session.execute(
        select(Person.id, Person.external_id, Person.name, managers)
        .join(Assignment, Assignment.rater_id == Person.id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .where(Cell.cycle_id == cycle.id, Cell.relation == Relation.SUPERVISOR)
        .group_by(Person.id, Person.external_id, Person.name)
        .order_by(Person.external_id)
    )
    return [Team(*row) for row in rows]


def company_reports(
    session: Session, cycle: Cycle, organisation: str, language: Language | None
) -> Named:
    """The summary of a cycle, one per questionnaire used; by default in its first language."""
    results = results_of(session, cycle, organisation)
    reports = [
        _company_report(of, language or ("zh" if _first_language(of) == "zh" else "en"))
        for of in results
    ]
    return _named("company", results, reports)


_company_report = lru_cache(maxsize=8)(build_company_report)  # of results that are kept anyway


def _first_language(results: CycleResults) -> str:
    return results.questionnaire.languages[0]


def _named(stem: str, results: list[CycleResults], reports: list[ManagerReport]) -> Named:
    several = len(reports) > 1
    return [
        (f"{stem}.{of.questionnaire.key}" if several else stem, report)
        for of, report in zip(results, reports, strict=True)
    ]


def write_summaries(reports: Named, folder: Path, brand: Brand = PLAIN) -> list[Path]:
    """Each report as a PDF and as JSON; returns the paths of the PDFs."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, report in reports:
        path = folder / f"{name}.{report.language}.pdf"
        write_whole(path, render_summary(report, brand))
        write_whole(path.with_suffix(".json"), to_json(report))
        written.append(path)
    return written
