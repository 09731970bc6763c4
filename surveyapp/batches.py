"""All reports of a cycle made in the background: started from a page, watched, taken along.

The work is done by a process of its own, which outlives the request and the server. What it has
done stands in a file. A lock says that it is at work: it goes from the server to the process and
ends with it, however it ends. So of two that start at once one is refused, and a batch whose
process was killed is seen to be interrupted; started again, it goes on where it stopped.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from analysis.report import Audience
from surveyapp.config import from_environment
from surveyapp.errors import NotFound, Refused, SurveyError
from surveyapp.files import write_whole
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.datasets import shown_version
from surveyapp.services.releases import require_unchanged
from surveyapp.services.reports import bundle, pdf_digests, plan_reports, write_reports
from surveyapp.services.results.printing import ReportFile

State = Literal["running", "done", "stopped"]
FOLDER = "reports"  # in the data folder; below it one folder per cycle, by its random id
UNEXPECTED = N_("Something unexpected happened; the log of the service says what.")


@dataclass(frozen=True)
class Batch:
    """How far it is. ``stopped``: it failed as a whole, or its process was killed."""

    audience: Audience
    language: str  # "" is each manager's own
    version: str  # of what the reports show
    state: State = "running"
    total: int = 0
    done: int = 0
    kept: int = 0  # were there already, from a batch before
    failed: tuple[tuple[str, str], ...] = ()  # (id of the ratee, reason)
    problem: str = ""  # why it stopped; empty where its process was killed
    words: Mapping[str, str] | None = None  # to fill into the problem


def look(run: Runtime, cycle_id: str) -> Batch | None:
    """The last batch of a cycle; None where there is none."""
    folder = _folder(run, cycle_id)
    try:
        known = json.loads((folder / "state.json").read_bytes())
    except FileNotFoundError:
        return None
    batch = Batch(**known | {"failed": tuple(map(tuple, known["failed"]))})
    return replace(batch, state="stopped") if batch.state == "running" and _idle(folder) else batch


def is_current(run: Runtime, session: Session, cycle: Cycle, batch: Batch) -> bool:
    """Whether its reports still show what would be shown now."""
    return batch.version == _version(run, session, cycle)


def start(run: Runtime, key: str, audience: Audience, language: str) -> None:
    """Begin to make all reports of a released cycle; refused while that is being done."""
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        require_unchanged(session, cycle)
        batch = Batch(audience, language, _version(run, session, cycle))
    folder = _folder(run, cycle.id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder) as lock:
        (folder / "reports.zip").unlink(missing_ok=True)
        _note(folder, batch)
        process = subprocess.Popen(
            [sys.executable, "-m", "surveyapp.batches", key, run.account, str(lock)],
            env=os.environ | run.config.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(lock,),
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # so that no zombie stays


def archive(run: Runtime, key: str) -> Path:
    """The file with all reports of the last batch, if they still show what may be shown."""
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        require_unchanged(session, cycle)
        batch = look(run, cycle.id)
        if batch is None or batch.state != "done":
            raise NotFound(N_("These reports are not made yet."))
        if not is_current(run, session, cycle, batch):
            raise Refused(
                N_("Something has changed since these reports were made; make them anew.")
            )
    return _folder(run, cycle.id) / "reports.zip"


def remove(run: Runtime, cycle_id: str) -> None:
    """Delete all files of a cycle; refused while they are being made."""
    folder = _folder(run, cycle_id)
    if folder.exists():
        with _locked(folder):
            shutil.rmtree(folder)


def remove_all(run: Runtime) -> None:
    """Delete the files of all cycles: somebody is erased, whose name may stand in them."""
    for folder in _root(run).glob("*"):
        remove(run, folder.name)


def _root(run: Runtime) -> Path:
    return run.config.data_dir / FOLDER


def _folder(run: Runtime, cycle_id: str) -> Path:
    return _root(run) / cycle_id


def _version(run: Runtime, session: Session, cycle: Cycle) -> str:
    shown = shown_version(session, cycle)
    return f"{shown} {run.config.brand().mark} {run.config.organisation}"


def _note(folder: Path, batch: Batch) -> None:
    write_whole(folder / "state.json", json.dumps(asdict(batch), ensure_ascii=False).encode())


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """The right to write there; whoever inherits it keeps it."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(N_("The reports of this cycle are being made just now.")) from None
        yield lock
    finally:
        os.close(lock)


def _idle(folder: Path) -> bool:
    """Whether nobody is at work there."""
    try:
        with _locked(folder):
            return True
    except Refused:
        return False


# In the process


def main(key: str, account: str, lock: str) -> None:
    """Make the reports; what goes wrong stands in the file that is watched."""
    os.set_inheritable(int(lock), False)  # held until the end of this process, and no longer
    os.umask(0o077)
    os.nice(5)  # those who read and answer come first
    run = runtime_for(from_environment()).acting(account)
    with run.database.reading() as session:
        folder = _folder(run, find_cycle(session, key).id)
    watched = _Watched(folder, Batch(**json.loads((folder / "state.json").read_bytes())))
    try:
        _make(run, key, watched)
    except SurveyError as refusal:
        words = {name: str(word) for name, word in refusal.words.items()}
        watched.note(state="stopped", problem=refusal.reason, words=words)
    except BaseException:
        watched.note(state="stopped", problem=UNEXPECTED)
        raise


class _Watched:
    """A batch whose file says how far it is."""

    def __init__(self, folder: Path, batch: Batch) -> None:
        self.folder, self.batch = folder, batch

    def note(self, **changes: object) -> None:
        self.batch = replace(self.batch, **changes)  # type: ignore[arg-type]
        _note(self.folder, self.batch)

    def one_more(self, count: int) -> None:
        self.note(done=self.batch.done + count)


def _make(run: Runtime, key: str, watched: _Watched) -> None:
    batch, folder = watched.batch, watched.folder
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        plan = plan_reports(
            session, cycle, run.config.organisation,
            languages=(batch.language or None,), audience=batch.audience,
        )  # fmt: skip
    watched.note(total=len(plan))
    jobs = max(1, (os.cpu_count() or 1) - 1)
    files = write_reports(
        plan, folder / batch.audience, jobs, watched.one_more, brand=run.config.brand()
    )
    bundle(files, folder / "reports.zip")
    _log(run, key, batch, files)
    watched.note(
        state="done",
        kept=sum(file.kept for file in files),
        failed=tuple((file.ratee_id, file.error) for file in files if file.error),
    )


def _log(run: Runtime, key: str, batch: Batch, files: list[ReportFile]) -> None:
    """As the command does."""
    digests = pdf_digests(files)
    with run.database.transaction() as session:
        run.note(
            session, Act.REPORT, key, audience=batch.audience, count=len(digests), sha256=digests
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
