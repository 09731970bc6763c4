"""Making the reports of a cycle: analyse once, then one PDF per ratee."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from analysis import analyse
from analysis.brand import Brand
from analysis.pdf import PLAIN
from analysis.report import Audience, ManagerReport, build_manager_report
from surveyapp.errors import NotFound
from surveyapp.files import replacing, working_in, write_whole
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.services.releases import earlier_data, released_data
from surveyapp.services.results.printing import USUAL, Limits, ReportFile, print_reports


class Plan(Iterable[ManagerReport]):
    """The reports of a cycle, each built when it is its turn: a thousand are never held at once."""

    def __init__(self, builders: Sequence[Callable[[], ManagerReport]]) -> None:
        self._builders = builders

    def __len__(self) -> int:
        return len(self._builders)

    def __iter__(self) -> Iterator[ManagerReport]:
        return (build() for build in self._builders)


def plan_reports(
    session: Session,
    cycle: Cycle,
    organisation: str,
    *,
    languages: Sequence[str | None] = (None,),
    audience: Audience = "manager",
    ratee: str | None = None,
) -> Plan:
    """The report models of a released or imported cycle.

    ``languages``: None means each manager's own. ``ratee`` limits them to one person.
    """
    now = released_data(session, cycle, organisation)
    before = [analyse(data) for data in earlier_data(session, cycle, organisation)]
    builders = []
    for data in now:
        results = analyse(data)
        fallback = data.questionnaire.languages[0]
        for one in data.ratees:
            for language in languages if ratee in {None, one.id} else ():
                spoken = _spoken(language or one.language or fallback)
                builders.append(
                    partial(build_manager_report, results, one.id, spoken, audience, before)
                )
    if not builders:
        if ratee:
            raise NotFound(N_('There is no ratee "%(ratee)s" in this cycle.'), ratee=ratee)
        raise NotFound(N_("Nobody is rated in %(cycle)s yet."), cycle=cycle.key)
    return Plan(builders)


def _spoken(language: str) -> Literal["zh", "en"]:
    return "zh" if language == "zh" else "en"


def write_reports(
    reports: Iterable[ManagerReport],
    folder: Path,
    jobs: int,
    progress: Callable[[int], Any],
    limits: Limits = USUAL,
    brand: Brand = PLAIN,
) -> list[ReportFile]:
    """Render and write all reports; one that fails does not stop the others.

    A batch that was interrupted goes on where it stopped: a report whose JSON says the same and
    whose PDF has the same ``brand`` is not made again. What failed stands in ``failed.json`` with
    its reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with working_in(folder):
        for result in print_reports(reports, folder, jobs, limits, brand):
            written.append(result)
            progress(1)
        written.sort(key=lambda file: file.path.name)
        _note_failures(folder / "failed.json", written)
    return written


def _note_failures(note: Path, written: Sequence[ReportFile]) -> None:
    """Reasons by file name; what failed before and was not tried again stays noted."""
    reasons = json.loads(note.read_bytes()) if note.exists() else {}
    reasons |= {file.path.name: file.error for file in written}
    failed = {name: reason for name, reason in sorted(reasons.items()) if reason}
    if failed:
        write_whole(note, json.dumps(failed, ensure_ascii=False, indent=2).encode())
    else:
        note.unlink(missing_ok=True)


def bundle(files: Sequence[ReportFile], archive: Path) -> None:
    """All reports that were written as one ZIP; the same reports give the same bytes."""
    with replacing(archive) as file, zipfile.ZipFile(file, "w") as whole:
        for one in files:
            if not one.error:  # stored as they are: PDFs are compressed already
                whole.writestr(zipfile.ZipInfo(one.path.name), one.path.read_bytes())


def pdf_digests(files: Sequence[ReportFile]) -> list[str]:
    """The SHA-256 of each PDF that was written: a file found later can be recognised."""
    written = (file.path.read_bytes() for file in files if not file.error)
    return sorted(hashlib.sha256(content).hexdigest() for content in written)
