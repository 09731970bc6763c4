"""surveyapp report team, company and loop: several managers in one report, and the note that
tells customers what became of their feedback."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from analysis.wording import Language
from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.errors import SurveyError
from surveyapp.runtime import Runtime
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results import loops, summaries

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


@click.command(
    cls=Command,
    example="surveyapp report loop --cycle 2026-Q4 --ratee AM01 --actions done.yaml --out notes",
)
@cycle_option
@click.option("--ratee", metavar="ID", help="External id of one manager; default all together.")
@click.option(
    "--actions", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What was done (YAML).",
)  # fmt: skip
@out_option
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@json_option
def loop(
    key: str, ratee: str | None, actions: Path, out: Path, language: Language, as_json: bool
) -> None:
    """Write a note to customers, "you said, we did": one page as PDF and as HTML.

    It names what customers wished if enough comments say so, and quotes nobody."""
    run = runtime()
    done = loops.read_actions(actions.read_bytes(), actions.name)
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        note = loops.loop_note(session, cycle, run.config.organisation, ratee, done, language)
    _say(
        run,
        Act.LOOP_NOTE,
        key,
        out,
        lambda: loops.write_note(note, ratee, out, run.config.brand()),
        as_json=as_json,
    )


def _write(
    run: Runtime, act: Act, key: str, reports: summaries.Named, out: Path, *, as_json: bool
) -> None:
    _say(
        run,
        act,
        key,
        out,
        lambda: summaries.write_summaries(reports, out, run.config.brand()),
        as_json=as_json,
    )


def _say(
    run: Runtime, act: Act, key: str, out: Path, write: Callable[[], list[Path]], *, as_json: bool
) -> None:
    """Write, log what was written, and name it."""
    try:
        written = write()
    except OSError as error:
        raise SurveyError(f"Cannot write to {out}: {error.strerror}") from error
    _note(run, act, key, written)
    done = {"cycle": key, "files": [str(path) for path in written]}
    show(done, as_json, lambda: "\n".join(map(str, written)))


def _note(run: Runtime, act: Act, key: str, written: Sequence[Path]) -> None:
    """Log what was written, so that a file found later can be recognised."""
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in written)
    with run.database.transaction() as session:
        run.note(session, act, key, count=len(digests), sha256=digests)
