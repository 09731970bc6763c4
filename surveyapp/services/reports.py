"""Making the reports of a cycle: analyse once, then one PDF per ratee in parallel processes."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analysis import analyse
from analysis.pdf import render_pdf
from analysis.ratings import CycleData
from analysis.report import ManagerReport, build_manager_report, to_json
from surveyapp.errors import NotFound

WORTH_A_POOL = 40  # starting workers costs about as much as this many reports

Audience = Literal["manager", "hr"]


@dataclass(frozen=True)
class ReportFile:
    """One report that was written, or the reason why it was not."""

    ratee_id: str
    path: Path
    error: str = ""


def plan_reports(
    data_sets: Sequence[CycleData], language: str | None, audience: Audience, ratee: str | None
) -> list[ManagerReport]:
    """The report models to render; ``ratee`` limits them to one person."""
    reports = []
    for data in data_sets:
        wanted = [one for one in data.ratees if ratee in {None, one.id}]
        results = analyse(data)
        for one in wanted:
            spoken = _spoken(language or one.language or data.questionnaire.languages[0])
            reports.append(build_manager_report(results, one.id, spoken, audience))
    if not reports:
        raise NotFound(f'There is no ratee "{ratee}" in this cycle.' if ratee else "No ratees.")
    return reports


def _spoken(language: str) -> Literal["zh", "en"]:
    return "zh" if language == "zh" else "en"


def write_reports(
    reports: Sequence[ManagerReport], folder: Path, jobs: int, progress: Callable[[int], Any]
) -> list[ReportFile]:
    """Render and write all reports; one that fails does not stop the others."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for result in _rendered(reports, folder, jobs):
        written.append(result)
        progress(1)
    return sorted(written, key=lambda file: file.ratee_id)


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
    try:
        _write_atomically(path, render_pdf(report))
        _write_atomically(path.with_suffix(".json"), to_json(report))
    except Exception as error:  # one bad report must not stop the batch; the caller shows it
        return ReportFile(report.ratee_id, path, f"{type(error).__name__}: {error}")
    return ReportFile(report.ratee_id, path)


def _write_atomically(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.rename(path)
