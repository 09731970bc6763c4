"""How the ratees of a cycle stand to each other, for HR."""

import numpy as np
import pytest
from cycles import cycle, questionnaire, rows

from analysis import analyse
from analysis.standing import weighted

NAN = np.nan


def company(*, ratees=12, supervisor=None):
    """Managers from poor to good, each rated by five peers who differ by a point."""
    points = [1 + 0.3 * n for n in range(ratees)]
    answers = {}
    for n, point in enumerate(points):
        peers = rows(*(float(np.clip(round(point + off), 1, 5)) for off in (-0.5, 0, 0, 0.5, 0.3)))
        answers[f"r{n:02}"] = {"PEER": peers}
        if supervisor:
            answers[f"r{n:02}"]["SUPERVISOR"] = rows(supervisor(n))
    return answers


def test_managers_stand_in_tiers_and_never_in_ranks():
    tiers = analyse(cycle(company())).standing.tiers
    assert (tiers["r00"], tiers["r11"]) == ("lower", "upper")
    assert set(tiers.values()) == {"lower", "middle", "upper"}


def test_there_is_no_order_of_fewer_than_ten():
    assert analyse(cycle(company(ratees=9))).standing is None


def test_without_declared_weights_there_is_nothing_to_compare_with():
    found = analyse(cycle(company())).standing
    assert (found.equal_weights, found.careful_forms) == (None, None)


def test_weights_that_turn_the_order_round_are_told():
    """By peers alone the order rises with n, by the supervisor alone it falls."""
    answers = company(supervisor=lambda n: 4 - n // 6)
    tilted = questionnaire(weights={"SUPERVISOR": 95, "PEER": 5})
    found = analyse(cycle(answers, of=tilted)).standing
    assert found.equal_weights.value < 0
    even = questionnaire(weights={"SUPERVISOR": 50, "PEER": 50})
    assert analyse(cycle(answers, of=even)).standing.equal_weights.value == pytest.approx(1)


def test_the_order_goes_by_the_weights_of_each_position():
    """Peers alone judge some, the supervisor alone the others: their two orders are opposite."""
    answers = company(supervisor=lambda n: 4 - n // 6)
    by_position = {"by peers": {"PEER": 100}, "by boss": {"SUPERVISOR": 100}}
    of = questionnaire(weights={"PEER": 100}, by_position=by_position)
    places = {ratee: "by boss" if n >= 6 else "by peers" for n, ratee in enumerate(answers)}
    mixed = analyse(cycle(answers, of=of, positions=places)).standing
    alike = analyse(cycle(answers, of=of, positions=dict.fromkeys(answers, "by peers"))).standing
    assert alike.tiers["r11"] == "upper"
    assert mixed.tiers["r11"] != "upper"


def test_weights_of_one_position_are_weights_declared():
    of = questionnaire(by_position={"key accounts": {"PEER": 60, "SUPERVISOR": 40}})
    answers = company(supervisor=lambda n: 4 - n // 6)
    assert analyse(cycle(answers, of=of)).standing.equal_weights is not None
    assert analyse(cycle(answers)).standing.equal_weights is None


def test_answers_of_hidden_groups_leave_no_trace():
    quiet, loud = company(), company()
    quiet["r00"]["CUSTOMER"], loud["r00"]["CUSTOMER"] = rows(1, 1), rows(5, 5)
    assert analyse(cycle(quiet)).standing == analyse(cycle(loud)).standing


def test_a_missing_relation_leaves_its_weight_to_the_rest():
    means = np.array([[NAN, 3.0, 5.0], [2.0, NAN, NAN], [NAN, NAN, NAN]])
    score = weighted(means, np.array([0.2, 0.4, 0.4]))
    assert score[0] == pytest.approx(4.0)
    assert np.isnan(score[1:]).all()
