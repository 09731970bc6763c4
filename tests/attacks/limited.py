"""One report in a process of its own, with little time, little memory and nothing to open."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from analysis.pdf import render_pdf
from analysis.report import ManagerReport

CPU, MEMORY = 5, 300  # seconds, megabytes
ACTS = ("open", "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


@dataclass(frozen=True)
class Printed:
    """What became of a report; ``pdf`` is empty where its process died."""

    pdf: bytes
    cpu: float
    megabytes: float
    acts: tuple[str, ...]  # files opened, programs started, addresses called


def print_alone(report: ManagerReport, plain: ManagerReport) -> Printed:
    """``plain`` is printed before anybody watches: Python loads its codecs at their first use."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.pdf.preloaded"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_print, args=(report, plain, there))
    process.start()
    there.close()
    try:
        printed: Printed = here.recv()
    except EOFError:
        printed = Printed(b"", 0, 0, ())
    process.join(300)
    return printed


def _print(report: ManagerReport, plain: ManagerReport, connection: Connection) -> None:
    render_pdf(plain)
    acts: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event.startswith(ACTS):
            acts.append(f"{event} {arguments[:1]}")

    limit = int(time.process_time()) + CPU + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    allowed = _kilobytes("VmSize") * 1024 + MEMORY * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    sys.addaudithook(watch)
    before = time.process_time()
    pdf = render_pdf(report)
    spent = time.process_time() - before
    watching = False
    connection.send(Printed(pdf, spent, _kilobytes("VmHWM") / 1024, tuple(acts)))


def _kilobytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0])
