"""What a report costs, beside WeasyPrint printing the same content, and a thousand of them.

Prints ``name=value`` lines. Times are CPU of the process, so that other programs disturb them
little; both programs take turns in one run and use the same two faces. WeasyPrint gets the texts,
tables, shades and dots of the report as HTML (`bench/report_html.py`), its style sheet and faces
read beforehand, and need not tag its file, as ours is.
"""

from __future__ import annotations

import multiprocessing
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "analysis" / "pdf"))

from pypdf import PdfReader

from analysis.pdf import load_faces, render_pdf
from analysis.report import ManagerReport
from tests import company

ROOT = Path(__file__).parent.parent
RUNS, THEIRS = 60, 5
COUNTS = (10, 100, 1000)
JOBS = 2
MEMORY = """
import pickle, sys
from pathlib import Path
from analysis.pdf import render_pdf
render_pdf(pickle.loads(Path(sys.argv[1]).read_bytes()))
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def tell(name: str, value: float | str) -> None:
    print(f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}", flush=True)


def one_report(report: ManagerReport) -> tuple[int, float]:
    """Size and time of one report; returns its pages and the median time."""
    tell("faces_load_cpu_s", cpu(load_faces))
    tell("faces_load_again_cpu_s", cpu(load_faces))
    pdf = render_pdf(report)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    spent = [cpu(lambda: render_pdf(report)) for _ in range(RUNS)]
    tell("pages", pages)
    tell("items", sum(len(section.rows) for section in report.sections) + 1)
    tell("comments", sum(len(block.comments) for block in report.comments))
    tell("bytes", len(pdf))
    tell("cpu_s_median", statistics.median(spent))
    tell("cpu_s_min", min(spent))
    return pages, statistics.median(spent)


def memory(report: ManagerReport) -> None:
    """The most memory of a process that loads the faces and prints one report."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(pickle.dumps(report))
        file.flush()
        words = [sys.executable, "-c", MEMORY, file.name]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    tell("process_mb", int(done.stdout) / 1024)


def beside_weasyprint(report: ManagerReport, pages: int) -> None:
    from report_html import printer
    from test_pdf_report import texts_in

    theirs_print = printer(report)
    pdf = theirs_print()
    their_pages = len(PdfReader(BytesIO(pdf)).pages)
    text = _text(pdf)
    missing = {said for said in map(_bare, texts_in(report)) if said not in text}
    ours, theirs = [], []
    for _ in range(THEIRS):
        theirs.append(cpu(theirs_print))
        ours += [cpu(lambda: render_pdf(report)) for _ in range(4)]
    tell("weasyprint_pages", their_pages)
    tell("weasyprint_bytes", len(pdf))
    tell("weasyprint_texts_missing", len(missing))
    tell("weasyprint_cpu_s_median", statistics.median(theirs))
    rate, their_rate = pages / statistics.median(ours), their_pages / statistics.median(theirs)
    tell("pages_per_cpu_s", rate)
    tell("weasyprint_pages_per_cpu_s", their_rate)
    tell("times_weasyprint", rate / their_rate)


def _text(pdf: bytes) -> str:
    return _bare("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def _bare(text: str) -> str:
    return "".join(text.split())


def work(report: ManagerReport) -> tuple[float, int, int]:
    """One report in a worker: its CPU time, and its memory: all, and what it shares with none."""
    spent = cpu(lambda: render_pdf(report))
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    held = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return spent, held["Rss"], held["Private_Dirty"] + held["Private_Clean"]


def many() -> None:
    """A thousand reports in two processes that share the faces of their server."""
    made = [company.rich("zh", ratee=f"AM{n:02}") for n in range(1, company.RATEES + 1)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.pdf.preloaded"])
    rates = []
    with ProcessPoolExecutor(JOBS, mp_context=context) as pool:
        list(pool.map(work, made[:JOBS]))  # the server has loaded the faces
        for count in COUNTS:
            reports = [replace(made[n % len(made)], ratee_id=f"B{n}") for n in range(count)]
            before = time.perf_counter()
            done = list(pool.map(work, reports))
            rates.append(count / (time.perf_counter() - before))
            tell(f"reports_per_s_of_{count}", rates[-1])
            tell(f"cpu_s_per_report_of_{count}", statistics.median(spent for spent, *_ in done))
        tell("worker_mb", max(whole for _, whole, _ in done) / 1024)
        tell("worker_own_mb", max(own for *_, own in done) / 1024)
    tell("jobs", JOBS)
    tell("rate_of_1000_to_that_of_10", rates[-1] / rates[0])


def main() -> None:
    report = company.rich("zh")
    pages, _ = one_report(report)
    memory(report)
    beside_weasyprint(report, pages)
    many()


if __name__ == "__main__":
    main()
