"""Real ratings of 49 leaders, against the csv and statistics modules."""

import csv
import os
import statistics
from pathlib import Path

import pytest
from cycles import competency, cycle, item, questionnaire

from analysis import analyse
from analysis.disclosure import GroupScore
from analysis.report import build_manager_report

REAL = os.environ.get("SURVEYAPP_REAL_DATA")
pytestmark = pytest.mark.skipif(not REAL, reason="SURVEYAPP_REAL_DATA is not set")
ITEMS = [f"LEAD{number:02}" for number in range(1, 12)]


@pytest.fixture(scope="module")
def soldiers():
    with (Path(REAL) / "lq2002.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def results(soldiers):
    answers: dict = {}
    for row in soldiers:
        peers = answers.setdefault(row["COMPID"], {"PEER": []})["PEER"]
        peers.append([float(row[name]) for name in ITEMS])
    leading = competency("leading", [item(name.lower()) for name in ITEMS])
    return analyse(cycle(answers, of=questionnaire([leading]), imported=True))


def test_there_are_49_leaders(results):
    assert len(results.ratees) == 49


@pytest.mark.parametrize("name", ["LEAD01", "LEAD07"])
@pytest.mark.parametrize("leader", ["2", "13", "58"])
def test_item_means_equal_an_independent_computation(results, soldiers, leader, name):
    points = [float(row[name]) for row in soldiers if row["COMPID"] == leader]
    (cell,) = results.ratees[leader].items[name.lower()].cells
    assert cell == GroupScore(pytest.approx(statistics.fmean(points)), len(points))


def test_alpha_over_all_responses_has_an_interval_around_it(results):
    (leading,) = (scale for scale in results.scales if scale.alpha)
    assert leading.ratees == 49
    assert leading.alpha.n == 2042
    assert 0.8 < leading.alpha.low < leading.alpha.value < leading.alpha.high < 1


def test_every_leader_gets_a_report(results):
    for leader in results.ratees:
        report = build_manager_report(results, leader, "zh")
        assert report.competencies[0].gap_text == ""
        assert report.overall is not None
