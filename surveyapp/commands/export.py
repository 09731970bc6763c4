"""surveyapp export: the results of a cycle as tables."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import cast

import click

from analysis.wording import Language
from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.errors import Refused, SurveyError
from surveyapp.files import write_whole
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results.exports import Format, plan_export, written_as


@click.command(
    cls=Command, example="surveyapp export --cycle 2026-Q4 --out 2026-Q4.xlsx --language zh"
)
@click.option("--cycle", "key", required=True)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="FILE.xlsx; a folder for CSV."
)
@click.option(
    "--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@click.option("--bom", is_flag=True, help="CSV that Excel, too, reads as UTF-8.")
@json_option
def export(key: str, out: Path, form: str, language: Language, bom: bool, as_json: bool) -> None:
    """Write what may be shown of a released or imported cycle as tables, for HR.

    One workbook, or with --format csv one file per table. Neither holds a row of one rater whose
    answers are anonymous."""
    _check(out, form)
    run = runtime()
    with run.database.reading() as session:
        plan = plan_export(session, find_cycle(session, key), run.config.organisation, language)
    files = {
        out / name if name else out: content
        for name, content in written_as(plan, cast(Format, form), bom=bom).items()
    }
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    with run.database.transaction() as session:  # before they are there: none goes unnoted
        run.note(
            session, Act.RESULTS, key, format=form, language=language, sha256=[*digests.values()]
        )
    _write(files)
    done = {
        "cycle": key,
        "format": form,
        "files": [{"file": str(path), "sha256": digest} for path, digest in digests.items()],
    }
    show(done, as_json, lambda: "\n".join(f"Wrote {path}" for path in files))


def _check(out: Path, form: str) -> None:
    if form == "xlsx" and (out.suffix != ".xlsx" or out.is_dir()):
        raise Refused(f'"{out}" is no name of a workbook. Say FILE.xlsx, or --format csv.')
    if form == "csv" and out.exists() and not out.is_dir():
        raise Refused(f'"{out}" is a file. CSV files go into a folder of their own.')


def _write(files: dict[Path, bytes]) -> None:
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise SurveyError(f"{path} cannot be written: {error.strerror}") from error
