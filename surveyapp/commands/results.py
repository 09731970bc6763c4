"""surveyapp responses, analyse and report: from ratings to numbers to PDF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast

import click

from analysis import analyse as analyse_data
from analysis import summary
from analysis.cycle_summary import as_text, build_cycle_summary
from analysis.disclosure import Policy
from analysis.wording import Language
from surveyapp.commands.base import Command, CommandGroup, json_option, progress, runtime, show
from surveyapp.commands.sources import load
from surveyapp.errors import SurveyError
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.imports import import_ratings, read_map, read_ratings
from surveyapp.services.releases import released_data
from surveyapp.services.reports import bundle, pdf_digests, plan_reports, write_reports

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=CommandGroup, example="surveyapp responses import ratings.csv --help")
def responses() -> None:
    """Bring in ratings that were collected elsewhere."""


@responses.command(
    "import",
    example="surveyapp responses import lq2002.csv --cycle lq2002 "
    "--questionnaire docs/examples/lq2002/questionnaire.yaml --map docs/examples/lq2002/map.yaml",
)
@click.argument("file", type=_file)
@click.option("--questionnaire", "key", required=True, help="Key, KEY@VERSION or YAML file.")
@click.option(
    "--map", "map_file", type=_file, required=True, help="Which column holds what (YAML)."
)
@click.option("--cycle", required=True, help="Key of the cycle to make.")
@click.option("--threshold", default=3, show_default=True, type=click.IntRange(3, 20))
@click.option("--comment-threshold", default=5, show_default=True, type=click.IntRange(3, 50))
@json_option
def import_file(
    file: Path, key: str, map_file: Path, cycle: str, threshold: int, comment_threshold: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Import the ratings in FILE (CSV) as a cycle of state imported."""
    questionnaire = load(key)
    column_map = read_map(map_file.read_bytes(), map_file.name, questionnaire)
    ratings = read_ratings(file.read_bytes(), file.name, column_map, questionnaire)
    policy = Policy(threshold=threshold, comment_threshold=comment_threshold)
    run = runtime()
    with run.database.transaction() as session:
        ratees, rows = import_ratings(
            session, cycle, questionnaire, ratings, policy, run.config.now()
        )
        run.note(session, Act.IMPORT, cycle, ratees=ratees, ratings=rows)
    done = {"cycle": cycle, "ratees": ratees, "ratings": rows}
    show(done, as_json, lambda: f"Imported {rows} ratings of {ratees} people as {cycle}.")


@click.command(cls=Command, example="surveyapp analyse --cycle 2026-Q4 --json > results.json")
@click.option("--cycle", "key", required=True)
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@json_option
def analyse(key: str, language: Language, as_json: bool) -> None:
    """Print how far the numbers of a released cycle can be trusted; as JSON, all its results."""
    run = runtime()
    with run.database.reading() as session:
        data = released_data(session, find_cycle(session, key), run.config.organisation)
    results = [analyse_data(one) for one in data]
    with run.database.transaction() as session:
        run.note(session, Act.ANALYSE, key)
    show(
        {"cycle": key, "questionnaires": [summary(each) for each in results]},
        as_json,
        lambda: "\n\n".join(as_text(build_cycle_summary(each, language)) for each in results),
    )


@click.group(cls=CommandGroup, example="surveyapp report build --cycle 2026-Q4 --out reports")
def report() -> None:
    """Make the feedback reports."""


@report.command(
    example="surveyapp report build --cycle 2026-Q4 --out reports --language zh --jobs 2"
)
@click.option("--cycle", "key", required=True)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["zh", "en"]), help="Default: the manager's own.")
@click.option(
    "--audience", type=click.Choice(["manager", "hr"]), default="manager", show_default=True
)
@click.option("--ratee", help="External id of one manager; default all.")
@click.option(
    "--zip",
    "archive",
    type=click.Path(dir_okay=False, path_type=Path),
    help="All PDFs as one file.",
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 64))
@json_option
def build(
    key: str, out: Path, language: str | None, audience: str, ratee: str | None,
    archive: Path | None, jobs: int, as_json: bool,
) -> None:  # fmt: skip
    """Write one PDF and one JSON per manager of a released or imported cycle.

    Run again after an interruption, it goes on where it stopped."""
    run = runtime()
    with run.database.reading() as session:
        reports = plan_reports(
            session,
            find_cycle(session, key),
            run.config.organisation,
            languages=(language,),
            audience=cast(Literal["manager", "hr"], audience),
            ratee=ratee,
        )
    for folder in (out, *([archive.parent] if archive else [])):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SurveyError(f"The folder {folder} cannot be made: {error.strerror}") from error
    with progress("Reports", len(reports)) as bar:
        files = write_reports(reports, out, jobs, bar.update, brand=run.config.brand())
    if archive:
        bundle(files, archive)
    with run.database.transaction() as session:
        digests = pdf_digests(files)
        run.note(session, Act.REPORT, key, audience=audience, count=len(digests), sha256=digests)
    failed = [file for file in files if file.error]
    done = {
        "written": len(files) - len(failed),
        "kept": sum(file.kept for file in files),
        "out": str(out),
        "failed": [{"ratee": file.ratee_id, "reason": file.error} for file in failed],
    }
    show(done, as_json, lambda: f"{done['written']} reports in {out}")
    if failed:
        reasons = "; ".join(f"{file.ratee_id}: {file.error}" for file in failed)
        raise SurveyError(f"{len(failed)} reports failed: {reasons}")
