"""Printing: each report in a process of its own, with limits, from faces that are loaded once.

One process, the press, loads the program and the faces and does nothing else; for each report it
forks a child, which shares that memory. A child that fails, hangs or is killed takes nothing with
it. The press is a fresh process, because one with threads (numpy's, a server's) must not be forked.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import signal
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic

from analysis.brand import Brand
from analysis.pdf import has_look, load_faces, render_pdf
from analysis.report import ManagerReport, to_json
from surveyapp.errors import SurveyError
from surveyapp.files import write_whole
from surveyapp.i18n import N_

LONGEST_REASON = 300  # characters


@dataclass(frozen=True)
class Limits:
    """What one report may take. A usual one takes a tenth of a second and 20 MB."""

    cpu_seconds: int = 30
    seconds: float = 120.0  # in all, with waiting
    memory: int = 256 << 20  # bytes, on top of what a child shares with the press


USUAL = Limits()


@dataclass(frozen=True)
class ReportFile:
    """One report on the disk, or the reason why it is not there."""

    ratee_id: str
    path: Path  # of the PDF; the model lies beside it as JSON
    error: str = ""
    kept: bool = False  # it was there already, of the same model and look


@dataclass(frozen=True)
class _Job:
    report: ManagerReport
    path: Path
    limits: Limits
    brand: Brand


class PressStopped(SurveyError):
    """The process that makes the reports is gone."""


def file_stem(report: ManagerReport) -> str:
    """The name of its files. What HR reads is never taken for what the manager may have."""
    end = ".hr" if report.audience == "hr" else ""
    return f"{report.ratee_id}.{report.language}{end}"


def print_reports(
    reports: Iterable[ManagerReport], folder: Path, jobs: int, limits: Limits, brand: Brand
) -> Iterator[ReportFile]:
    """Write all reports, so many at once, in the order in which they are done."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    press = context.Process(target=_press, args=(theirs,), name="press")
    press.start()
    theirs.close()
    try:
        asked = (
            _Job(report, folder / f"{file_stem(report)}.pdf", limits, brand) for report in reports
        )
        yield from _fed(ours, asked, jobs)
    except (EOFError, ConnectionError) as error:
        raise PressStopped(
            N_(
                "The process that makes the reports was killed. Begin once more: it goes on "
                "where it stopped."
            )
        ) from error
    finally:
        ours.close()  # then the press ends, whatever it is at
        press.join()


def _fed(press: Connection, asked: Iterable[_Job], jobs: int) -> Iterator[ReportFile]:
    waiting = 0
    for job in asked:
        if waiting == jobs:
            yield press.recv()
            waiting -= 1
        press.send(job)
        waiting += 1
    for _ in range(waiting):
        yield press.recv()


# In the press


def _press(customer: Connection) -> None:
    """Make each report that is asked for, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks decides
    with suppress(Exception):  # each child will say what is wrong with them
        load_faces()
    gc.freeze()  # the collector would write into every shared page
    running: dict[int, _Child] = {}
    try:
        while True:
            _turn(customer, running)
    except (EOFError, ConnectionError):
        for child in running.values():
            child.process.kill()


def _turn(customer: Connection, running: dict[int, _Child]) -> None:
    """Wait for the next thing to happen, and answer it."""
    for ready in wait([customer, *running], _patience(running)):
        if isinstance(ready, int):
            customer.send(running.pop(ready).ended())
        else:
            child = _Child(customer.recv(), customer)
            running[child.process.sentinel] = child
    for late in [key for key, child in running.items() if child.deadline <= monotonic()]:
        customer.send(running.pop(late).given_up())


def _patience(running: dict[int, _Child]) -> float | None:
    if not running:
        return None
    return max(0.0, min(child.deadline for child in running.values()) - monotonic())


class _Child:
    """One report in the making."""

    def __init__(self, job: _Job, customer: Connection) -> None:
        context = multiprocessing.get_context("fork")
        self.job, self.deadline = job, monotonic() + job.limits.seconds
        self.outcome, theirs = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(target=_print, args=(job, theirs, customer))
        self.process.start()
        theirs.close()

    def ended(self) -> ReportFile:
        self.process.join()
        with closing(self.outcome), suppress(EOFError):
            if self.outcome.poll():
                made: ReportFile = self.outcome.recv()
                return made
        return self._failed(_cause_of_death(self.process.exitcode or 0, self.job.limits))

    def given_up(self) -> ReportFile:
        self.process.kill()
        self.outcome.close()
        return self._failed(f"it was not done after {self.job.limits.seconds:g} seconds")

    def _failed(self, reason: str) -> ReportFile:
        return ReportFile(self.job.report.ratee_id, self.job.path, reason)


def _cause_of_death(exitcode: int, limits: Limits) -> str:
    if exitcode == -signal.SIGXCPU:
        return f"it took more than {limits.cpu_seconds} seconds of CPU"
    if exitcode < 0:
        return f"its process was killed ({signal.Signals(-exitcode).name})"
    return f"its process ended with code {exitcode}"


# In a child of the press


def _print(job: _Job, outcome: Connection, customer: Connection) -> None:
    customer.close()  # so that who asks sees the end of the press, whatever its children do
    _limit(job.limits)
    ratee = job.report.ratee_id
    made: ReportFile | None = None
    try:
        made = ReportFile(ratee, job.path, kept=not _write(job))
    except MemoryError:
        pass  # there is no room for words before what took it is gone
    except Exception as error:  # one bad report must not stop the batch; the caller shows it
        made = ReportFile(ratee, job.path, _in_a_line(f"{type(error).__name__}: {error}"))
    if made is None:
        made = ReportFile(ratee, job.path, f"it needed more than {job.limits.memory >> 20} MiB")
    outcome.send(made)


def _limit(limits: Limits) -> None:
    # Not an absolute bound on memory: threads of libraries reserve address space by the core.
    for kind, amount in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, _address_space() + limits.memory),
        (resource.RLIMIT_CORE, 0),  # a core file would hold what people wrote
    ):
        _, most = resource.getrlimit(kind)
        soft = amount if most == resource.RLIM_INFINITY else min(amount, most)
        with suppress(ValueError):  # macOS has no such limit on memory
            resource.setrlimit(kind, (soft, most))


def _address_space() -> int:
    """Bytes reserved by this process; where nobody tells, so many that nothing is limited."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 1 << 46
    return pages * resource.getpagesize()


def _in_a_line(words: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in words)
    return plain[:LONGEST_REASON]


def _write(job: _Job) -> bool:
    """Make the two files of a report; False if they are there already, of the same model and look.

    The JSON is written last and says of which model the PDF is. So it goes before the PDF of
    another model comes: of two that are interrupted in between, one may hold what managers must
    not see.
    """
    path, beside, model = job.path, job.path.with_suffix(".json"), to_json(job.report)
    same = path.exists() and beside.exists() and beside.read_bytes() == model
    if same and has_look(path.read_bytes(), job.brand):
        return False
    beside.unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    write_whole(path, render_pdf(job.report, job.brand))
    write_whole(beside, model)
    return True
