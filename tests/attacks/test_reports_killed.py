"""A batch of reports that is killed, again and again, ends with the bytes of an undisturbed one."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPORTS = 12
BATCH = f"""
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, {str(ROOT)!r})

if __name__ == "__main__":
    from surveyapp.services.reports import write_reports
    from tests.analysis.pdf.sample_reports import rich

    reports = [replace(rich("zh"), ratee_id=f"m{{number:02}}") for number in range({REPORTS})]
    write_reports(reports, Path(sys.argv[1]), 2, lambda done: print(done, flush=True))
"""


def batch(folder: Path) -> list[str]:
    script = folder.parent / "batch.py"
    script.write_text(BATCH, encoding="utf-8")
    return [sys.executable, str(script), str(folder)]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("m*.*")
    }


def killed_after(folder: Path, reports: int, seconds: float) -> None:
    """Kill the command a moment after so many reports were done."""
    with subprocess.Popen(batch(folder), stdout=subprocess.PIPE) as running:
        for _ in range(reports):
            running.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            running.wait(seconds)
        running.kill()
        # Its end of the pipe is that of its children too: they may still be about to begin a file.
        running.stdout.read()


@pytest.mark.timeout(1800)
def test_a_batch_killed_at_any_moment_ends_with_the_same_bytes(tmp_path, rng, scaled, figures):
    subprocess.run(batch(tmp_path / "whole"), check=True, capture_output=True)
    expected = digests(tmp_path / "whole")
    assert len(expected) == 2 * REPORTS
    for turn in range(scaled(1, 30)):
        folder = tmp_path / f"killed{turn}"
        for _ in range(2):
            killed_after(folder, rng.randrange(REPORTS // 2), rng.uniform(0, 0.2))
        subprocess.run(batch(folder), check=True, capture_output=True)
        assert digests(folder) == expected
        assert {path.name for path in folder.iterdir()} == set(expected)
    figures(kills=2 * scaled(1, 30))


def test_the_faces_are_opened_once_for_a_whole_batch(tmp_path, strace, figures):
    log = tmp_path / "opened"
    subprocess.run(
        [strace, "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace=openat",
         *batch(tmp_path / "out")],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    opened = re.findall(r"/([^/]+\.ttf)\"", log.read_text(encoding="utf-8", errors="replace"))
    assert sorted(opened) == ["NotoSansSC-Bold.ttf", "NotoSansSC-Regular.ttf"]
    assert len(digests(tmp_path / "out")) == 2 * REPORTS
    figures(reports=REPORTS, face_files_opened=len(opened))
