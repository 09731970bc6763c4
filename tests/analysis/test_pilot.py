"""A pilot beside the full cycle: only of what both have published."""

import pytest
from cycles import competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.pilot import compare_cycles

NA = float("nan")


def company(peers, *, ratees=12, of=None, first=0):
    """So many ratees whose peers all answer the same rows."""
    answers = {f"r{n}": {"PEER": peers(n)} for n in range(first, first + ratees)}
    return analyse(cycle(answers, of=of))


def flat(point):
    return lambda n: rows(*[point] * 4)


def varied(up=0):
    return lambda n: rows(2 + n % 2 + up, 3, 3, 2 + n % 3)


def one(pilot, full, competency="trust"):
    found = compare_cycles(pilot, full).competencies
    return next(row for row in found if row.competency == competency)


def load(pilot, full, item="t1"):
    return next(row for row in compare_cycles(pilot, full).items if row.item == item)


def test_means_over_ratees_stand_side_by_side():
    row = one(company(flat(4)), company(flat(3)))
    assert (row.group, row.pilot.mean, row.full.mean) == ("PEER", 4.0, 3.0)
    assert (row.pilot.ratees, row.full.ratees) == (12, 12)


def test_the_same_ratees_are_compared_with_themselves():
    row = one(company(varied(up=1)), company(varied()))
    assert row.same_ratees
    assert row.difference.n_pairs == 12
    assert row.difference.difference == pytest.approx(0.25, abs=0.06)  # means are rounded to .1


def test_other_ratees_are_compared_as_two_groups():
    row = one(company(varied(), first=50), company(varied()))
    assert not row.same_ratees
    assert (row.difference.n_a, row.difference.n_b, row.difference.n_pairs) == (12, 12, 0)


@pytest.mark.parametrize("ratees", [1, 2])
def test_over_fewer_than_three_ratees_there_is_no_mean(ratees):
    row = one(company(flat(4), ratees=ratees), company(flat(3)))
    assert (row.pilot.ratees, row.pilot.mean, row.difference) == (ratees, None, None)


@pytest.mark.parametrize("ratees", [3, 9])
def test_below_ten_ratees_a_difference_is_not_tested(ratees):
    row = one(company(flat(4), ratees=ratees), company(flat(3)))
    assert row.pilot.mean == 4.0
    assert row.difference is None


def test_a_hidden_group_counts_nowhere():
    def hidden(n):
        return rows(1, 1) if n == 0 else rows(4, 4, 4)

    row = one(company(hidden), company(flat(4)))
    assert (row.pilot.ratees, row.pilot.mean) == (11, 4.0)


def test_two_pilots_that_publish_the_same_give_the_same_whatever_was_hidden():
    def secret(point):
        return lambda n: rows(point, point) if n == 0 else rows(2, 3, 4, 4)

    full = company(flat(3))
    assert compare_cycles(company(secret(1)), full) == compare_cycles(company(secret(5)), full)


def test_only_items_that_both_ask_on_the_same_scale_enter_a_competency():
    changed = questionnaire(
        [
            competency("trust", [item("t1"), item("t9"), item("t2", reverse=True)]),
            competency("speed", [item("s1"), item("s2")]),
        ]
    )

    def answers(n):
        return [[5, 1, 1, 3, 3]] * 2 + [[4, 1, 1, 3, 3]] * 2

    comparison = compare_cycles(company(answers, of=changed), company(flat(3)))
    trust = next(row for row in comparison.competencies if row.competency == "trust")
    assert trust.pilot.mean == 4.5
    assert (comparison.only_in_pilot, comparison.only_in_full) == (("t9",), ())


def test_the_share_of_cannot_judge_is_of_groups_whose_mean_is_shown():
    def some(n):
        return [[NA, 3, 3, 3], [3, 3, 3, 3], [4, 3, 3, 3], [2, 3, 3, 3]]

    row = load(company(some), company(flat(3)))
    assert (row.pilot.cannot_judge, row.full.cannot_judge) == (0.25, 0.0)
    assert (row.pilot.groups, row.pilot.hidden) == (12, 0)


def test_groups_in_which_too_few_judged_an_item_are_counted_and_not_opened():
    def few(n):
        gone = NA if n < 5 else 3
        return [[gone, 3, 3, 3], [gone, 3, 3, 3], [4, 3, 3, 3], [2, 3, 3, 3]]

    def fewer(n):
        return few(n) if n else [[NA, 3, 3, 3]] * 4

    full = company(flat(3))
    row = load(company(few), full)
    assert (row.pilot.hidden, row.pilot.groups, row.pilot.cannot_judge) == (5, 12, 0.0)
    assert load(company(fewer), full) == row  # 0 or 2 of 4 judged it: nobody can tell


def test_over_fewer_than_three_groups_no_share_is_told():
    row = load(company(flat(3), ratees=2), company(flat(3)))
    assert (row.pilot.groups, row.pilot.cannot_judge) == (2, None)


def test_an_item_with_other_words_is_marked():
    text = {"default": {"zh": "{ratee}守信用", "en": "{ratee} keeps promises"}}
    other = questionnaire(
        [
            competency("trust", [item("t1") | {"text": text}, item("t2")]),
            competency("speed", [item("s1"), item("s2")]),
        ]
    )
    found = compare_cycles(company(flat(3), of=other), company(flat(3))).items
    assert {row.item for row in found if row.reworded} == {"t1"}


def test_questionnaires_of_different_keys_are_not_compared():
    other = questionnaire().model_copy(update={"key": "other"})
    with pytest.raises(ValueError, match="'other' and 'tiny' cannot be compared"):
        compare_cycles(company(flat(3), of=other), company(flat(3)))
