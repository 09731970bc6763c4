"""What may be shown of a group."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import (
    Group,
    GroupScore,
    HiddenGroup,
    Policy,
    form_groups,
    may_show_comments,
    publish_mean,
    publish_means,
)
from questionnaires.model import Relation

POLICY = Policy()
counts = st.dictionaries(st.sampled_from(list(Relation)), st.integers(0, 12))


def groups_of(answered, policy=POLICY):
    counted = {Relation(relation): n for relation, n in answered.items()}
    return {group.key: group.answered for group in form_groups("a", counted, counted, policy)}


def published(*points, attributed=False, policy=POLICY):
    return publish_mean(points, 1, 5, attributed, policy)


def test_one_self_and_one_supervisor_are_shown():
    assert groups_of({"SELF": 1, "SUPERVISOR": 1}) == {"SELF": 1, "SUPERVISOR": 1}


def test_cells_that_reach_the_threshold_stand_alone():
    assert groups_of({"PEER": 3, "CUSTOMER": 4}) == {"PEER": 3, "CUSTOMER": 4}


def test_two_small_cells_that_reach_the_threshold_together_are_merged():
    assert groups_of({"PEER": 2, "CUSTOMER": 1}) == {"PEER+CUSTOMER": 3}


def test_small_cells_that_stay_small_together_are_hidden():
    assert groups_of({"PEER": 1, "CUSTOMER": 1}) == {"PEER": None, "CUSTOMER": None}


def test_a_large_cell_is_never_merged_with_a_small_one():
    assert groups_of({"PEER": 5, "CUSTOMER": 2}) == {"PEER": 5, "CUSTOMER": None}


def test_named_customers_are_never_merged():
    named = Policy(customers="named")
    assert groups_of({"PEER": 2, "CUSTOMER": 1}, named) == {"PEER": None, "CUSTOMER": 1}


def test_without_a_merging_order_small_cells_stay_hidden():
    assert groups_of({"PEER": 2, "CUSTOMER": 2}, Policy(merging=())) == {
        "PEER": None,
        "CUSTOMER": None,
    }


def test_a_supervisor_who_did_not_answer_has_no_count():
    (group,) = form_groups("a", {Relation.SUPERVISOR: 1}, {}, POLICY)
    assert group == Group("a", (Relation.SUPERVISOR,), 1, None, attributed=True)


def test_relations_nobody_was_invited_for_form_no_group():
    assert form_groups("a", {Relation.PEER: 0}, {}, POLICY) == ()


def test_a_merged_group_counts_everyone_invited():
    merged = form_groups(
        "a",
        {Relation.PEER: 4, Relation.CUSTOMER: 5},
        {Relation.PEER: 2, Relation.CUSTOMER: 2},
        POLICY,
    )
    assert [(group.invited, group.answered) for group in merged] == [(9, 4)]


@given(counts, st.integers(3, 8))
def test_every_relation_is_in_one_group_and_no_anonymous_group_is_too_small(answered, threshold):
    policy = Policy(threshold=threshold)
    formed = form_groups("a", dict.fromkeys(Relation, 12), answered, policy)
    relations = [relation for group in formed for relation in group.relations]
    assert sorted(relations) == sorted(Relation)
    for group in formed:
        assert group.attributed or group.answered is None or group.answered >= threshold


def test_a_threshold_below_three_is_refused():
    with pytest.raises(ValueError, match="greater than or equal to 3"):
        Policy(threshold=2)


@pytest.mark.parametrize(("answered", "shown"), [(None, False), (4, False), (5, True)])
def test_comments_of_anonymous_groups_need_five(answered, shown):
    group = Group("a", (Relation.PEER,), 9, answered, attributed=False)
    assert may_show_comments(group, POLICY) is shown


def test_the_comment_of_one_supervisor_is_shown():
    assert may_show_comments(Group("a", (Relation.SUPERVISOR,), 1, 1, attributed=True), POLICY)


def test_two_anonymous_points_have_no_mean():
    assert published(5, 1) == HiddenGroup("too_few")


def test_no_and_one_anonymous_answer_look_alike():
    assert published() == published(3) == published(math.nan, 3) == HiddenGroup("too_few")


def test_an_attributed_group_that_did_not_judge_says_so():
    assert published(math.nan, attributed=True) == HiddenGroup("not_answered")


def test_attributed_points_are_shown_as_they_are():
    assert published(5, 5, 4, attributed=True) == GroupScore(14 / 3, 3)


def test_means_of_few_are_rounded_to_a_tenth_halves_up():
    assert published(4, 3, 3, 3) == GroupScore(3.3, 4)
    assert published(4, 4, 3, 4) == GroupScore(3.8, 4)


def test_means_of_five_are_exact():
    assert published(4, 4, 3, 3, 2) == GroupScore(3.2, 5)
    assert published(4, 4, 3, 3, 3, 3, 2) == GroupScore(22 / 7, 7)


@pytest.mark.parametrize("n", [3, 4, 5, 20])
def test_all_at_the_end_and_all_but_one_look_alike(n):
    assert published(*[5] * n) == published(*[5] * (n - 1), 4) == GroupScore(5 - 0.5 / n, n, "high")
    assert published(*[1] * n) == published(*[1] * (n - 1), 2) == GroupScore(1 + 0.5 / n, n, "low")


@pytest.mark.parametrize("n", [3, 4, 5, 20])
def test_two_points_from_the_end_there_is_no_band(n):
    score = published(*[5] * (n - 1), 3)
    assert isinstance(score, GroupScore)
    assert score.band is None


points = st.lists(st.integers(1, 5), min_size=3, max_size=12)


@given(points)
def test_no_published_mean_tells_every_answer_of_an_anonymous_group(ticked):
    """Some other set of answers gives the same published value, unless all ticked alike inside.

    (A mean strictly inside the scale never tells the answers: one up and one down keeps it.)
    """
    low, high = sorted(ticked)[0], sorted(ticked)[-1]
    other = sorted(ticked)
    if sum(ticked) >= 5 * len(ticked) - 1:
        other = [5] * len(ticked) if low < 5 else [4, *[5] * (len(ticked) - 1)]
    elif sum(ticked) <= len(ticked) + 1:
        other = [1] * len(ticked) if high > 1 else [2, *[1] * (len(ticked) - 1)]
    elif high - low > 1:
        other[0], other[-1] = low + 1, high - 1
    elif high < 5 and low > 1:
        other[0], other[-1] = low - 1, high + 1
    elif high == 5:
        fours = [place for place, point in enumerate(other) if point == 4]
        other[fours[0]], other[fours[1]] = 5, 3
    else:
        twos = [place for place, point in enumerate(other) if point == 2]
        other[twos[0]], other[twos[1]] = 1, 3
    assert sorted(other) != sorted(ticked)
    assert published(*other) == published(*ticked)


@given(st.lists(points, min_size=1, max_size=4), st.booleans())
def test_many_groups_at_once_give_what_each_gives_alone(groups, attributed):
    at_once = publish_means(
        np.array([[float(sum(ticked))] for ticked in groups]),
        np.array([[len(ticked)] for ticked in groups]),
        np.array([1.0]),
        np.array([5.0]),
        np.full(len(groups), attributed),
        POLICY,
    )
    for number, ticked in enumerate(groups):
        assert at_once.score(number, 0) == published(*ticked, attributed=attributed)
