"""Many reports: one that fails, hangs or dies, a batch that is interrupted, one file for all."""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import analyse
from analysis.brand import Brand
from analysis.colours import Colour
from analysis.report import CommentBlock, ReportComment, build_manager_report
from surveyapp.commands.base import progress
from surveyapp.errors import Refused
from surveyapp.files import working_in
from surveyapp.services.reports import USUAL, bundle, write_reports
from surveyapp.services.results.printing import Limits, PressStopped, ReportFile
from tests.analysis.cycles import cycle, rows

GREEN = Brand(Colour("#0B5D3B"), footer="Ask Anna")
NAMES = ["a.en.pdf", "b.en.pdf", "c.en.pdf"]


@pytest.fixture(scope="module")
def planned():
    results = analyse(cycle({ratee: {"SUPERVISOR": rows(4)} for ratee in ("a", "b", "c")}))
    return [build_manager_report(results, ratee, "en") for ratee in ("a", "b", "c")]


@pytest.fixture(scope="module")
def made(planned, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write(planned, folder)
    return folder


@pytest.fixture
def written(made, tmp_path):
    """A folder with the three reports."""
    return shutil.copytree(made, tmp_path / "written")


def write(planned, folder, *, jobs=2, limits=USUAL, progress=lambda done: None):
    return write_reports(planned, folder, jobs, progress, limits)


def laborious(report):
    """The same report with so many comments that a page after the other must be filled."""
    comments = tuple(ReportComment("一二三四五" * 400, "neutral", "") for _ in range(2_000))
    return replace(report, comments=(CommentBlock("Why?", "Peers", comments),))


def reading_for_ever(folder, name):
    """Files as if the report were there, but one can never be read to its end."""
    folder.mkdir()
    (folder / f"{name}.pdf").touch()
    os.mkfifo(folder / f"{name}.json")


def pdfs(folder):
    return sorted(path.name for path in folder.glob("*.pdf"))


def reasons(folder):
    return json.loads((folder / "failed.json").read_text(encoding="utf-8"))


def test_an_interrupted_batch_goes_on_where_it_stopped(planned, written):
    for name in ("c.en.pdf", "c.en.json"):
        (written / name).unlink()
    before = {path.name: path.stat().st_ino for path in written.iterdir()}
    files = write(planned, written)
    assert [file.kept for file in files] == [True, True, False]
    after = {path.name: path.stat().st_ino for path in written.iterdir()}
    assert before.items() < after.items()
    assert sorted(after) == sorted(NAMES + [name.replace(".pdf", ".json") for name in NAMES])


def test_a_report_that_says_something_else_is_made_anew(planned, written):
    changed = replace(planned[0], headline="Something else")
    assert [file.kept for file in write([changed], written)] == [False]
    assert "Something else" in (written / "a.en.json").read_text()


def test_another_look_makes_every_report_anew_and_the_same_look_none(planned, written):
    before = (written / "a.en.pdf").read_bytes()
    for kept in (False, True):
        files = write_reports(planned, written, 2, lambda _: None, brand=GREEN)
        assert [file.kept for file in files] == [kept] * 3
    assert (written / "a.en.pdf").read_bytes() != before


def test_half_a_report_is_made_anew(planned, written):
    (written / "b.en.json").unlink()
    assert [file.kept for file in write(planned, written)] == [True, False, True]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(cpu_seconds=1), "it took more than 1 seconds of CPU"),
        (Limits(memory=30 << 20), "it needed more than 30 MiB"),
    ],
)
def test_a_report_that_takes_too_much_is_set_apart_with_its_reason(
    planned, tmp_path, limits, reason
):
    files = write([planned[0], laborious(planned[1]), planned[2]], tmp_path, limits=limits)
    assert [file.error for file in files] == ["", reason, ""]
    assert reasons(tmp_path) == {"b.en.pdf": reason}
    assert pdfs(tmp_path) == ["a.en.pdf", "c.en.pdf"]


def test_a_report_that_is_made_at_last_is_noted_no_longer(planned, written):
    (written / "failed.json").write_text('{"b.en.pdf": "it needed more than 30 MiB"}')
    write(planned, written)
    assert not (written / "failed.json").exists()


def test_a_report_that_hangs_is_given_up(planned, tmp_path):
    folder = tmp_path / "reports"
    reading_for_ever(folder, "b.en")
    files = write(planned, folder, limits=Limits(seconds=20))  # in which the others are done
    assert [file.error for file in files] == ["", "it was not done after 20 seconds", ""]


def test_a_report_whose_process_is_killed_does_not_stop_the_others(planned, tmp_path):
    folder = tmp_path / "reports"
    reading_for_ever(folder, "b.en")
    done = []

    def kill_what_hangs(made):
        done.append(made)
        if len(done) == 2:
            for child in children_of(press()):
                os.kill(child, signal.SIGKILL)

    files = write(planned, folder, progress=kill_what_hangs)
    assert [file.error for file in files] == ["", "its process was killed (SIGKILL)", ""]


def press():
    [process] = [each for each in multiprocessing.active_children() if each.name == "press"]
    return process.pid


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_batch_without_its_press_stops_and_goes_on_when_asked_again(planned, tmp_path):
    with pytest.raises(PressStopped, match="goes on where it stopped"):
        write(planned, tmp_path, jobs=1, progress=lambda _: os.kill(press(), signal.SIGKILL))
    files = write(planned, tmp_path)
    assert [file.error for file in files] == ["", "", ""]
    assert files[0].kept
    assert not list(tmp_path.glob(".*"))


def test_a_report_that_cannot_be_written_leaves_nothing_half_done(planned, tmp_path):
    (tmp_path / "b.en.pdf").mkdir()
    files = write(planned, tmp_path)
    assert files[1].error.startswith(("IsADirectoryError", "PermissionError"))
    assert not list(tmp_path.glob(".*"))


def test_what_a_failed_report_leaves_is_never_one_of_another_model(planned, written):
    write([laborious(planned[0])], written, limits=Limits(cpu_seconds=1))
    assert pdfs(written) == ["b.en.pdf", "c.en.pdf"]


def test_a_failure_stays_noted_until_the_report_is_there(planned, written):
    noted = {"b.en.pdf": "it needed more than 30 MiB"}
    (written / "failed.json").write_text(json.dumps(noted))
    write(planned[:1], written)
    assert reasons(written) == noted


def test_two_batches_never_write_into_one_folder(planned, tmp_path):
    with working_in(tmp_path), pytest.raises(Refused, match="Somebody else is writing"):
        write(planned, tmp_path)
    assert pdfs(tmp_path) == []


def test_all_reports_in_one_file_with_the_same_bytes_each_time(written, tmp_path):
    files = [ReportFile(name[0], written / name) for name in NAMES]
    bundle(files, tmp_path / "one.zip")
    bundle(files, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as whole:
        assert whole.namelist() == NAMES
        assert whole.read("b.en.pdf") == (written / "b.en.pdf").read_bytes()


def test_who_watches_sees_a_bar(monkeypatch):
    screen, terminal = os.openpty()
    with os.fdopen(terminal, "w") as watched:
        monkeypatch.setattr(sys, "stderr", watched)
        with progress("Reports", 2) as bar:
            bar.update(2)
        watched.write("the last word")
        watched.flush()
        seen = b""
        while b"the last word" not in seen:  # a terminal hands over what it has, in pieces
            seen += os.read(screen, 4096)
    os.close(screen)
    assert b"100%" in seen
