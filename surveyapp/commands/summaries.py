"""surveyapp report team and company: several managers in one report."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click

from analysis.wording import Language
from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.errors import SurveyError
from surveyapp.runtime import Runtime
from surveyapp.services import summaries
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle

cycle_option = click.option("--cycle", "key", required=True)
out_option = click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder."
)


@click.command(
    cls=Command, example="surveyapp report team --cycle 2026-Q4 --supervisor L01 --out r"
)
@cycle_option
@click.option("--supervisor", required=True, metavar="ID", help="Their id in the roster.")
@out_option
@click.option("--language", type=click.Choice(["zh", "en"]), help="Default: the supervisor's own.")
@json_option
def team(key: str, supervisor: str, out: Path, language: Language | None, as_json: bool) -> None:
    """Write one report on all managers of a supervisor, as PDF and JSON. It is for HR."""
    run = runtime()
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        reports = summaries.team_reports(
            session, cycle, run.config.organisation, supervisor, language
        )
    _write(run, Act.TEAM_REPORT, key, reports, out, as_json=as_json)


@click.command(cls=Command, example="surveyapp report company --cycle 2026-Q4 --out reports-hr")
@cycle_option
@out_option
@click.option("--language", type=click.Choice(["zh", "en"]), help="Default: the questionnaire's.")
@json_option
def company(key: str, out: Path, language: Language | None, as_json: bool) -> None:
    """Write one summary over all managers of a cycle, as PDF and JSON. It is for HR."""
    run = runtime()
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        reports = summaries.company_reports(session, cycle, run.config.organisation, language)
    _write(run, Act.COMPANY_REPORT, key, reports, out, as_json=as_json)


def _write(
    run: Runtime, act: Act, key: str, reports: summaries.Named, out: Path, *, as_json: bool
) -> None:
    try:
        written = summaries.write_summaries(reports, out)
    except OSError as error:
        raise SurveyError(f"Cannot write to {out}: {error.strerror}") from error
    note_files(run, act, key, written)
    done = {"cycle": key, "files": [str(path) for path in written]}
    show(done, as_json, lambda: "\n".join(map(str, written)))


def note_files(run: Runtime, act: Act, key: str, written: Sequence[Path]) -> None:
    """Log what was written, so that a file found later can be recognised."""
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in written)
    with run.database.transaction() as session:
        run.note(session, act, key, count=len(digests), sha256=digests)
