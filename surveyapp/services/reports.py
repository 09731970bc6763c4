"""Making the reports of a cycle: analyse once, then one PDF per ratee in parallel processes."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from analysis import analyse
from analysis.pdf import render_pdf
from analysis.report import ManagerReport, build_manager_report, to_json
from surveyapp.errors import NotFound
from surveyapp.models import Cycle
from surveyapp.services.releases import earlier_data, released_data

WORTH_A_POOL = 40  # starting workers costs about as much as this many reports

Audience = Literal["manager", "hr"]


@dataclass(frozen=True)
class ReportFile:
    """One report on the disk, or the reason why it is not there."""

    ratee_id: str
    path: Path  # of the PDF; the model lies beside it as JSON
    error: str = ""
    kept: bool = False  # it was there already, of the same model


def plan_reports(
    session: Session,
    cycle: Cycle,
    organisation: str,
    *,
    languages: Sequence[str | None] = (None,),
    audience: Audience = "manager",
    ratee: str | None = None,
) -> list[ManagerReport]:
    """The report models of a released or imported cycle.

    ``languages``: None means each manager's own. ``ratee`` limits them to one person.
    """
    now = released_data(session, cycle, organisation)
    before = [analyse(data) for data in earlier_data(session, cycle, organisation)]
    reports = []
    for data in now:
        results = analyse(data)
        fallback = data.questionnaire.languages[0]
        for one in data.ratees:
            for language in languages if ratee in {None, one.id} else ():
                spoken = _spoken(language or one.language or fallback)
                reports.append(build_manager_report(results, one.id, spoken, audience, before))
    if not reports:
        raise NotFound(f'There is no ratee "{ratee}" in this cycle.' if ratee else "No ratees.")
    return reports


def _spoken(language: str) -> Literal["zh", "en"]:
    return "zh" if language == "zh" else "en"


def write_reports(
    reports: Sequence[ManagerReport], folder: Path, jobs: int, progress: Callable[[int], Any]
) -> list[ReportFile]:
    """Render and write all reports; one that fails does not stop the others.

    A batch that was interrupted goes on where it stopped: a report whose JSON says the same is
    not made again. What failed stands in ``failed.json`` with its reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for result in _rendered(reports, folder, jobs):
        written.append(result)
        progress(1)
    written.sort(key=lambda file: file.path.name)
    _note_failures(folder / "failed.json", [file for file in written if file.error])
    return written


def bundle(files: Sequence[ReportFile], archive: Path) -> None:
    """All reports that were written as one ZIP; the same reports give the same bytes."""
    partial = archive.with_name(f".{archive.name}.part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as whole:  # PDFs are compressed already
        for file in files:
            if not file.error:
                whole.writestr(zipfile.ZipInfo(file.path.name), file.path.read_bytes())
    partial.rename(archive)


def _note_failures(note: Path, failed: Sequence[ReportFile]) -> None:
    if failed:
        reasons = {file.path.name: file.error for file in failed}
        _write_atomically(note, json.dumps(reasons, ensure_ascii=False, indent=2).encode())
    else:
        note.unlink(missing_ok=True)


def pdf_digests(files: Sequence[ReportFile]) -> list[str]:
    """The SHA-256 of each PDF that was written: a file found later can be recognised."""
    written = (file.path.read_bytes() for file in files if not file.error)
    return sorted(hashlib.sha256(content).hexdigest() for content in written)


def _rendered(reports: Sequence[ManagerReport], folder: Path, jobs: int) -> Iterator[ReportFile]:
    if jobs <= 1 or len(reports) < WORTH_A_POOL:
        for report in reports:
            yield _write(report, folder)
        return
    # Not plain fork: a process with threads (numpy's, a server's) must not be forked.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["analysis.pdf"])
    with ProcessPoolExecutor(min(jobs, len(reports)), mp_context=context) as pool:
        for future in as_completed([pool.submit(_write, report, folder) for report in reports]):
            yield future.result()


def _write(report: ManagerReport, folder: Path) -> ReportFile:
    path = folder / f"{report.ratee_id}.{report.language}.pdf"
    beside, model = path.with_suffix(".json"), to_json(report)
    try:
        if path.exists() and beside.exists() and beside.read_bytes() == model:
            return ReportFile(report.ratee_id, path, kept=True)
        _write_atomically(path, render_pdf(report))
        _write_atomically(beside, model)
    except Exception as error:  # one bad report must not stop the batch; the caller shows it
        return ReportFile(report.ratee_id, path, f"{type(error).__name__}: {error}")
    return ReportFile(report.ratee_id, path)


def _write_atomically(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.rename(path)
