"""Signs of careless forms against R careless, straightforward loops and their own laws."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.carefulness import (
    all_extreme,
    average_string,
    even_odd,
    flags,
    irv,
    longstring,
    mahalanobis,
)
from tests.reference import needs_reference, vectors

NAN = float("nan")
forms = arrays(np.float64, (6, 7), elements=st.one_of(st.just(NAN), st.integers(1, 5).map(float)))


def of_trait(n=300, scales=(4, 4, 4, 4), seed=0):
    """Careful forms: each rater sees each competency somehow and ticks its items alike."""
    random = np.random.default_rng(seed)
    seen = np.repeat(random.normal(3.5, 1, (n, len(scales))), scales, axis=1)
    return np.clip(np.rint(seen + random.normal(0, 0.6, seen.shape)), 1, 5)


def judged(form, low=1, high=5, reverse=(), scales=None):
    """The flags of one form among three hundred careful ones."""
    others = of_trait()
    keys = np.isin(np.arange(16), reverse)
    others[:, keys] = low + high - others[:, keys]
    found = flags(
        np.vstack([others, form]), reverse=keys, low=low, high=high, scales=scales or [4] * 4
    )
    names = ("straight", "against_keys", "extreme", "unusual", "inconsistent")
    return {name for name in names if getattr(found, name)[-1]}, bool(found.flagged[-1])


@needs_reference
@pytest.mark.parametrize("id", ["careless_200", "careless_2"])
def test_runs_and_variability_equal_r_careless(id):
    found = vectors()[id]
    forms, expected, near = found.matrix(), found.expected, {"abs": found.tolerance}
    assert longstring(forms) == pytest.approx(expected["longstr"], **near)
    assert average_string(forms) == pytest.approx(expected["avgstr"], **near)
    assert irv(forms) == pytest.approx(expected["irv"], **near)


@needs_reference
def test_distances_equal_r_careless():
    found = vectors()["careless_200"]
    distances = mahalanobis(found.matrix(), confidence=found.arguments["mahad_confidence"])
    assert distances.d2 == pytest.approx(found.expected["mahad_sq"], abs=found.tolerance)
    np.testing.assert_array_equal(distances.flagged, found.expected["mahad_flag"])
    assert (distances.df, distances.singular, distances.status) == (50, False, None)


@needs_reference
def test_even_odd_equals_r_careless_and_is_undefined_where_it_is():
    found = vectors()["careless_200"]
    expected = [NAN if value is None else value for value in found.expected["evenodd"]]
    values = even_odd(found.matrix(), found.arguments["factors"])
    assert values == pytest.approx(expected, abs=found.tolerance, nan_ok=True)


def runs_of(form):
    """Lengths of the runs of one tick, by itertools; each NaN is a group of its own."""
    groups = [list(group) for _, group in groupby(form, key=lambda tick: tick)]
    return [len(group) for group in groups if group[0] == group[0]]


@given(forms)
def test_runs_equal_those_of_a_plain_loop(values):
    runs = [runs_of(form) for form in values.tolist()]
    longest = [max(lengths, default=NAN) for lengths in runs]
    means = [np.mean(lengths) if lengths else NAN for lengths in runs]
    assert longstring(values) == pytest.approx(longest, nan_ok=True)
    assert average_string(values) == pytest.approx(means, nan_ok=True)


@given(forms)
def test_variability_equals_numpys_and_needs_two_answers(values):
    expected = [
        np.std(form[~np.isnan(form)], ddof=1) if (~np.isnan(form)).sum() > 1 else NAN
        for form in values
    ]
    assert irv(values) == pytest.approx(expected, nan_ok=True)


def test_an_item_not_judged_breaks_a_run():
    assert longstring([[4, 4, NAN, 4, 4, 4]]) == [3]
    assert average_string([[4, 4, NAN, 4, 4, 4]]) == [2.5]


@given(forms, st.permutations(range(6)), st.integers(-9, 9))
def test_order_of_responses_and_zero_of_the_scale_change_nothing(values, order, shift):
    for index in (longstring, irv, average_string):
        moved = index(values[order] + shift)
        assert moved == pytest.approx(index(values)[order], nan_ok=True)


def test_distances_do_not_depend_on_units_keys_or_order():
    values = of_trait()
    turned = values * np.tile([-1, 10], 8) + 7
    assert mahalanobis(turned).d2 == pytest.approx(mahalanobis(values).d2)
    assert mahalanobis(values[::-1]).d2 == pytest.approx(mahalanobis(values).d2[::-1])


def test_distances_of_complete_forms_sum_to_their_degrees_of_freedom():
    """The trace of S^-1 S is J, so that they sum to (n - 1) J."""
    values = of_trait()
    assert mahalanobis(values).d2.sum() == pytest.approx(299 * 16)


def test_items_not_judged_count_as_average():
    values = of_trait()
    values[0] = NAN
    values[0, 3] = np.nanmean(values[1:, 3])
    distances = mahalanobis(values)
    assert distances.d2[0] == pytest.approx(0)


def test_a_form_without_answers_has_no_distance():
    distances = mahalanobis(np.vstack([of_trait(), np.full(16, NAN)]))
    assert np.isnan(distances.d2[-1])
    assert not distances.flagged[-1]
    assert list(distances.statuses[-2:]) == [None, "undefined_no_pairs"]


@pytest.mark.parametrize("what", ["copied", "constant", "unjudged"])
def test_items_that_determine_each_other_are_told_and_add_no_distance(what):
    values = of_trait()
    extra = {"copied": values[:, 0], "constant": np.full(300, 3.0), "unjudged": np.full(300, NAN)}
    extra = extra[what]
    distances = mahalanobis(np.column_stack([values, extra]))
    assert (distances.singular, distances.df) == (True, 16)
    assert distances.d2 == pytest.approx(mahalanobis(values).d2)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (of_trait(16), "not_estimable"),
        ([[3, 3]] * 9, "undefined_zero_variance"),
        ([[1, NAN], [2, NAN], [NAN, 2], [NAN, 1]], "undefined_no_pairs"),
    ],
)
def test_undefined_distances_say_why(values, status):
    distances = mahalanobis(values)
    assert distances.status == status
    assert np.isnan(distances.d2).all()
    assert not distances.flagged.any()


def test_halves_that_agree_are_consistent_and_halves_that_oppose_are_not():
    scales = [2, 2, 2, 2]
    assert even_odd([[1, 1, 3, 3, 2, 2, 5, 5]], scales) == pytest.approx([-1])
    assert even_odd([[1, 5, 3, 3, 2, 4, 5, 1]], scales) == pytest.approx([1])


def test_scales_may_be_named_by_their_columns():
    form = [[1, 3, 2, 1, 4, 3]]
    assert even_odd(form, [[0, 3], [1, 4], [2, 5]]) == even_odd([[1, 1, 3, 4, 2, 3]], [2, 2, 2])


@pytest.mark.parametrize(
    ("form", "scales"),
    [
        ([1, 2, 3, 4], [2, 2]),
        ([3, 3, 3, 3, 3, 3], [2, 2, 2]),
        ([1, NAN, 2, 3, 4, 4], [2, 2, 2]),
        ([1, 2, 3], [1, 1, 1]),
        ([NAN] * 6, [2, 2, 2]),
    ],
    ids=["two scales", "no variance", "half a scale", "one item each", "no answer"],
)
def test_even_odd_is_undefined_without_three_pairs_that_vary(form, scales):
    assert np.isnan(even_odd([form], scales)).all()


def test_all_extreme_forms_tick_nothing_but_ends():
    values = [[1, 5, 5, 1], [1, NAN, NAN, 1], [5, 4, 5, 5], [NAN] * 4]
    assert all_extreme(values, 1, 5).tolist() == [True, True, False, False]
    assert all_extreme([[10, 5]], [0, 1], [10, 5]).tolist() == [True]


def test_careful_forms_are_hardly_ever_flagged():
    values = of_trait(1000)
    found = flags(values, reverse=[False] * 16, low=1, high=5, scales=[4] * 4)
    assert found.flagged.mean() < 0.02
    assert not found.against_keys.any()


def test_one_tick_down_a_one_sided_form_is_legitimate():
    for tick in (1, 3, 5):
        assert judged([tick] * 16) == ({"straight"}, False)


def test_one_tick_down_a_form_with_both_keys_contradicts_itself():
    signs, flagged = judged([4] * 16, reverse=[5, 11])
    assert signs >= {"straight", "against_keys"}
    assert flagged


def test_a_short_run_across_a_reverse_item_is_a_slip():
    form = [2, 3, 4, 4, 4, 4, 3, 2, 3, 2, 3, 2, 3, 2, 3, 3]
    assert "against_keys" not in judged(form, reverse=[4])[0]


def test_a_long_run_beside_the_reverse_item_contradicts_nothing():
    form = [4] * 9 + [2, 3, 4, 3, 4, 3, 4]
    signs, _ = judged(form, reverse=[9])
    assert "straight" in signs
    assert "against_keys" not in signs


def test_ticks_at_random_raise_two_signs():
    assert judged([1, 5, 1, 5, 5, 1, 5, 1, 2, 4, 1, 5, 4, 2, 5, 1])[1]


def test_one_sign_alone_flags_nobody():
    values = of_trait(1000)
    found = flags(values, reverse=[False] * 16, low=1, high=5, scales=[4] * 4)
    assert (found.signs == 1).any()
    np.testing.assert_array_equal(found.flagged, found.signs >= 2)


def test_consistency_is_judged_on_recoded_answers():
    """Two of four items turned: as ticked, halves of a scale would seem to disagree."""
    form = np.array([1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 5, 5, 5, 5])
    turned = np.where(np.arange(16) % 4 == 1, 6 - form, form)
    assert "inconsistent" not in judged(turned, reverse=[1, 5, 9, 13])[0]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_few_forms_raise_no_sign_that_needs_many(rows):
    found = flags(of_trait(300)[:rows], reverse=[False] * 16, low=1, high=5, scales=[4] * 4)
    assert len(found.flagged) == rows
    assert not found.unusual.any()


def test_nine_tenths_missing_raise_no_warning_and_no_flag():
    values = of_trait()
    values[np.random.default_rng(1).random(values.shape) < 0.9] = NAN
    found = flags(values, reverse=[False] * 16, low=1, high=5, scales=[4] * 4)
    assert not found.straight.any()
    assert found.flagged.mean() < 0.05


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (longstring, ([1, 2],), "responses x items"),
        (irv, ([[1, np.inf]],), "infinite"),
        (mahalanobis, ([1, 2],), "dimension"),
        (even_odd, ([[1, 2, 3]], [2, 2]), "columns up to 3, but there are 3"),
    ],
)
def test_wrong_input_is_refused_with_the_value(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


def test_as_many_keys_as_items_are_needed():
    with pytest.raises(ValueError, match="one key per item"):
        flags(of_trait(), reverse=[False], low=1, high=5, scales=[4] * 4)


def test_consistency_does_not_depend_on_the_unit():
    """Halves 1, 2, 4 and 2, 3, 4: r = 9 / sqrt(84) = .9820, stepped up .9909."""
    form = np.array([[1, 2, 2, 3, 4, 4.0]])
    assert even_odd(form, [2, 2, 2]) == pytest.approx([-0.9909], abs=1e-4)
    assert even_odd(form * 1e-20, [2, 2, 2]) == pytest.approx([-0.9909], abs=1e-4)
