"""Making many reports: one that fails, a batch that is interrupted, one file for all."""

import json
import zipfile
from dataclasses import replace

import pytest

from analysis import analyse
from analysis.report import build_manager_report
from surveyapp.services import reports
from surveyapp.services.reports import bundle, write_reports
from tests.analysis.cycles import cycle, rows


@pytest.fixture(scope="module")
def planned():
    results = analyse(cycle({ratee: {"SUPERVISOR": rows(4)} for ratee in ("a", "b", "c")}))
    return [build_manager_report(results, ratee, "en") for ratee in ("a", "b", "c")]


def write(planned, folder):
    return write_reports(planned, folder, jobs=1, progress=lambda done: None)


def test_an_interrupted_batch_goes_on_where_it_stopped(planned, tmp_path, monkeypatch):
    write(planned[:2], tmp_path)
    made = []
    real = reports.render_pdf
    monkeypatch.setattr(reports, "render_pdf", lambda one: made.append(one.ratee_id) or real(one))
    files = write(planned, tmp_path)
    assert made == ["c"]
    assert [file.kept for file in files] == [True, True, False]


def test_a_report_that_says_something_else_is_made_anew(planned, tmp_path):
    write(planned, tmp_path)
    changed = replace(planned[0], headline="Something else")
    assert [file.kept for file in write([changed], tmp_path)] == [False]
    assert "Something else" in (tmp_path / "a.en.json").read_text()


def test_half_a_report_is_made_anew(planned, tmp_path):
    write(planned, tmp_path)
    (tmp_path / "b.en.json").unlink()
    assert [file.kept for file in write(planned, tmp_path)] == [True, False, True]


def test_a_report_that_fails_is_set_apart_with_its_reason(planned, tmp_path, monkeypatch):
    real = reports.render_pdf

    def failing(report):
        if report.ratee_id == "b":
            raise ValueError("no ink")
        return real(report)

    monkeypatch.setattr(reports, "render_pdf", failing)
    write(planned, tmp_path)
    assert json.loads((tmp_path / "failed.json").read_text()) == {"b.en.pdf": "ValueError: no ink"}
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["a.en.pdf", "c.en.pdf"]
    monkeypatch.setattr(reports, "render_pdf", real)
    write(planned, tmp_path)
    assert not (tmp_path / "failed.json").exists()


def test_all_reports_in_one_file_with_the_same_bytes_each_time(planned, tmp_path):
    files = write(planned, tmp_path / "reports")
    bundle(files, tmp_path / "one.zip")
    bundle(files, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as whole:
        assert whole.namelist() == ["a.en.pdf", "b.en.pdf", "c.en.pdf"]
        assert whole.read("b.en.pdf") == (tmp_path / "reports" / "b.en.pdf").read_bytes()
