"""What a batch of reports costs: rate on two processes, growth from 10 to 1,000, memory, faces.

Makes up a company with the built-in questionnaire, analyses it and writes its reports as
``surveyapp report build`` does. Prints ``name=value`` lines; ends with exit code 1 if a report
failed. Memory is proportional set size: what processes share is counted once among them.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import multiprocessing

import numpy as np

import questionnaires
from analysis import analyse
from analysis.disclosure import Policy, form_groups
from analysis.export import export_of, to_csv, to_xlsx
from analysis.ratings import Comment, CycleData, CycleInfo, Ratee, RatingTable
from analysis.report import build_manager_report
from questionnaires.model import Relation
from surveyapp.services.reports import Plan, write_reports

SIZES = (10, 100, 1_000)
JOBS = 2
ONE_AT_A_TIME = 100  # reports of the run that shows what the second process is worth
TRACED = 10  # reports of the run that counts how often a face is opened
SAMPLE_EVERY = 5
RATERS = {
    Relation.SELF: (1, 1),
    Relation.SUPERVISOR: (1, 1),
    Relation.PEER: (4, 8),
    Relation.CUSTOMER: (5, 10),
}
TEXTS = Path(__file__).parent.parent / "surveyapp/demo/answers.json"


def company(ratees: int) -> CycleData:
    """A closed cycle of so many managers, each with about 16 raters and 20 comments."""
    rng = np.random.default_rng(6)
    asked = questionnaires.load("account_manager_360")
    texts = [text for of in json.loads(TEXTS.read_text("utf-8"))["texts"].values() for text in of]
    groups, values, whose, by, comments = [], [], [], [], []
    for number in range(ratees):
        ratee, level = f"AM{number:04}", rng.normal(3.7, 0.4)
        counts = {r: int(rng.integers(low, high + 1)) for r, (low, high) in RATERS.items()}
        groups += form_groups(ratee, counts, counts, Policy())
        for relation, raters in counts.items():
            given = np.clip(np.round(rng.normal(level, 0.8, (raters, len(asked.items)))), 1, 5)
            for place, item in enumerate(asked.items):
                if relation not in item.relations:
                    given[:, place] = np.nan
                elif asked.scale_of(item).kind != "rating":
                    given[:, place] *= 2
            values.append(given)
            whose += [ratee] * raters
            by += [relation.value] * raters
            comments += [
                Comment(ratee, relation.value, question.id, texts[rng.integers(len(texts))])
                for question in asked.open_questions_for(relation)
                for _ in range(raters)
            ]
    return CycleData(
        cycle=CycleInfo("bench", "Bench", "Morningstar", "2026-11-22"),
        questionnaire=asked,
        policy=Policy(),
        ratees=tuple(Ratee(f"AM{n:04}", f"陈思远{n}", "大客户经理") for n in range(ratees)),
        groups=tuple(groups),
        ratings=RatingTable(
            values=np.concatenate(values),
            items=tuple(item.id for item in asked.items),
            ratee=np.array(whose),
            group=np.array(by),
        ),
        comments=tuple(comments),
    )


class Memory:
    """The largest proportional set sizes seen: of the press, of one of its children, of all."""

    def __init__(self) -> None:
        self.done = 0
        self.press = self.child = self.all = self.here = 0

    def sample(self, made: int) -> None:
        self.done += made
        if self.done % SAMPLE_EVERY:
            return
        [press] = [each for each in multiprocessing.active_children() if each.name == "press"]
        children = [pss(child) for child in children_of(press.pid)]
        sizes = pss("self"), pss(press.pid)
        self.here, self.press = max(self.here, sizes[0]), max(self.press, sizes[1])
        self.child = max(self.child, *children, 0)
        self.all = max(self.all, sum(sizes) + sum(children))


def pss(process: int | str) -> int:
    """Kilobytes; 0 if it has ended meanwhile."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(found[1]) if found else 0


def children_of(process: int | None) -> list[int]:
    try:
        return [
            int(w) for w in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except OSError:
        return []


def plan_of(results) -> Plan:
    return Plan([partial(build_manager_report, results, ratee, "zh") for ratee in results.ratees])


def batch(plan: Plan, jobs: int, memory: Memory) -> tuple[float, float, int]:
    """Seconds, seconds of CPU of the press and its children, and bytes of one batch."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        files = write_reports(plan, Path(folder), jobs, memory.sample)
        seconds = time.perf_counter() - start
        written = sum(file.path.stat().st_size for file in files if not file.error)
    failed = [file.error for file in files if file.error]
    if failed:
        raise SystemExit(f"{len(failed)} reports failed, the first one: {failed[0]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, written


def measure(ratees: int) -> float:
    """Print the figures of one size; returns its CPU per report, the start of the press apart.

    On a machine that does something else as well, CPU says more than the clock.
    """
    start = time.process_time()
    results = analyse(company(ratees))
    print(f"batch_{ratees}_make_up_and_analyse_cpu_s={time.process_time() - start:.2f}")
    started, start_cpu, _ = batch(Plan([]), JOBS, Memory())
    memory = Memory()
    seconds, cpu, written = batch(plan_of(results), JOBS, memory)
    per_report = (cpu - start_cpu) / ratees
    print(f"batch_{ratees}_seconds={seconds:.2f}")
    print(f"batch_{ratees}_press_start_seconds={started:.2f}")
    print(f"batch_{ratees}_reports_per_second={ratees / seconds:.1f}")
    print(f"batch_{ratees}_cpu_ms_per_report={1000 * per_report:.1f}")
    print(f"batch_{ratees}_reports_per_second_of_{JOBS}_idle_cores={JOBS / per_report:.1f}")
    print(f"batch_{ratees}_kilobytes_per_report={written / ratees / 1024:.0f}")
    print(f"batch_{ratees}_pss_mb_command={memory.here / 1024:.0f}")
    print(f"batch_{ratees}_pss_mb_press={memory.press / 1024:.0f}")
    print(f"batch_{ratees}_pss_mb_largest_child={memory.child / 1024:.0f}")
    print(f"batch_{ratees}_pss_mb_all={memory.all / 1024:.0f}")
    if ratees == ONE_AT_A_TIME:
        alone, _, _ = batch(plan_of(results), 1, Memory())
        print(f"batch_{ratees}_speed_of_{JOBS}_processes_over_1={alone / seconds:.2f}")
    if ratees == SIZES[-1]:
        exported(results)
    return per_report


def exported(results) -> None:
    """The same company as tables."""
    for name, write in (("xlsx", to_xlsx), ("csv", lambda of: b"".join(c for _, c in to_csv(of)))):
        start = time.process_time()
        content = write(export_of([results], "zh"))
        print(f"export_{name}_cpu_s={time.process_time() - start:.1f}")
        print(f"export_{name}_megabytes={len(content) / 1e6:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"export_peak_mb={peak:.0f}")


def faces() -> None:
    """How often a face is opened while a batch is made, by all its processes together."""
    strace = shutil.which("strace")
    if strace is None:
        print("face_files_opened=unknown (strace is not installed)")
        return
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as log:
        command = [strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=openat", "-o", log.name]
        subprocess.run([*command, sys.executable, __file__, str(TRACED)], check=True)
        print(f"face_files_opened={len(re.findall(r'[.]ttf', log.read()))}")
        print(f"face_files_opened_in_a_batch_of={TRACED}")


def main() -> None:
    small, middle, large = (measure(size) for size in SIZES)
    print(f"growth_cpu_per_report_{SIZES[2]}_over_{SIZES[1]}={large / middle:.2f}")
    print(f"growth_cpu_per_report_{SIZES[2]}_over_{SIZES[0]}={large / small:.2f}")
    faces()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        batch(plan_of(analyse(company(int(sys.argv[1])))), JOBS, Memory())
    else:
        main()
