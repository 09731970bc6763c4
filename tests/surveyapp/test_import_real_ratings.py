"""Real ratings of 49 leaders, from the CSV file to the PDF, against plain Python."""

import csv
import json
import os
import statistics
from pathlib import Path

import pytest
from pypdf import PdfReader

REAL = os.environ.get("SURVEYAPP_REAL_DATA")
EXAMPLE = Path(__file__).parents[2] / "docs/examples/lq2002"
LEADERS = ("2", "13", "58")
ITEMS = ("LEAD01", "LEAD07")

pytestmark = pytest.mark.skipif(not REAL, reason="SURVEYAPP_REAL_DATA is not set")


@pytest.fixture
def imported(cli):
    outcome = cli(
        "responses", "import", Path(REAL) / "lq2002.csv", "--cycle", "lq2002", "--json",
        "--questionnaire", EXAMPLE / "questionnaire.yaml", "--map", EXAMPLE / "map.yaml",
    )  # fmt: skip
    assert outcome.json == {"cycle": "lq2002", "ratees": 49, "ratings": 2042}
    return cli


def points(leader, item):
    with (Path(REAL) / "lq2002.csv").open(encoding="utf-8") as file:
        return [float(row[item]) for row in csv.DictReader(file) if row["COMPID"] == leader]


def test_the_reports_of_three_leaders_say_what_plain_python_computes(imported, tmp_path):
    for leader in LEADERS:
        outcome = imported(
            "report", "build", "--cycle", "lq2002", "--out", tmp_path / "reports",
            "--ratee", leader, "--language", "en", "--jobs", "1",
        )  # fmt: skip
        assert outcome.code == 0
        report = json.loads((tmp_path / "reports" / f"{leader}.en.json").read_text("utf-8"))
        rows = {row["id"]: row for section in report["sections"] for row in section["rows"]}
        text = "".join(
            page.extract_text() for page in PdfReader(tmp_path / f"reports/{leader}.en.pdf").pages
        )
        for item in ITEMS:
            expected = points(leader, item)
            (cell,) = rows[item.lower()]["cells"]
            assert cell["value"] == pytest.approx(statistics.fmean(expected))
            assert cell["n"] == len(expected)
            assert cell["text"] in text
            assert f"{len(expected)}" in text


def test_every_leader_is_analysed(imported):
    result = imported("analyse", "--cycle", "lq2002", "--json").json
    (questionnaire,) = result["questionnaires"]
    assert len(questionnaire["ratees"]) == 49
