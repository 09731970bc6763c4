"""All ratees at once give what a loop over ratees gives."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.agreement import icc_oneway, rwg_j, scatter
from analysis.precision.means import mean_interval
from bench import naive

REAL = os.environ.get("SURVEYAPP_REAL_DATA")


def company(seed, *, ratees=40, most_raters=9, items=4, missing=0.1, points=5):
    """Responses in any order: unequal numbers of raters, one to ``most_raters``."""
    rng = np.random.default_rng(seed)
    ratee = np.repeat(np.arange(ratees), rng.integers(1, most_raters + 1, ratees))
    level = rng.normal(3, 0.8, ratees)[ratee, np.newaxis]
    answers = np.clip(np.round(level + rng.normal(size=(len(ratee), items))), 1, points)
    answers[rng.random(answers.shape) < missing] = np.nan
    order = rng.permutation(len(ratee))
    return answers[order], ratee[order]


def scale_scores(items):
    answered = (~np.isnan(items)).sum(axis=1)
    return np.nansum(items, axis=1) / np.where(answered, answered, np.nan)


def assert_same(items, ratee):
    loop = naive.closed_form(items, ratee, 2.0)
    scores = scale_scores(items)
    agreement, means = rwg_j(items, ratee, 2.0), mean_interval(scores, ratee)
    assert agreement.ratees.tolist() == means.ratees.tolist() == loop["ratees"].tolist()
    for name in ("rwg_j", "r_star", "ad_mean", "ad_median"):
        np.testing.assert_allclose(getattr(agreement, name), loop[name], atol=1e-9)
    for name in ("mean", "low", "high"):
        np.testing.assert_allclose(getattr(means, name), loop[name], atol=1e-9)
    icc = icc_oneway(scores, ratee)
    assert (icc.icc1, icc.icc2, icc.k0) == pytest.approx([loop[n] for n in ("icc1", "icc2", "k0")])


@given(st.integers(0, 10**6), st.sampled_from([0, 0.05, 0.5, 0.9]))
def test_unequal_raters_and_missing_answers(seed, missing):
    assert_same(*company(seed, missing=missing))


def test_more_ratees_than_fit_into_one_block(monkeypatch):
    monkeypatch.setattr(scatter, "_CELLS", 50)
    assert_same(*company(1))


def test_a_ratee_with_more_raters_than_fit_into_one_block(monkeypatch):
    monkeypatch.setattr(scatter, "_CELLS", 5)
    assert_same(*company(2, ratees=3, most_raters=300))


def test_answers_that_are_no_whole_points():
    items, ratee = company(3)
    assert_same(items + np.random.default_rng(3).normal(size=items.shape), ratee)


def test_a_scale_of_a_hundred_points():
    items, ratee = company(4)
    assert_same(np.round(items * 20 + np.random.default_rng(4).normal(size=items.shape)), ratee)


def test_points_that_a_sample_of_responses_would_miss():
    items, ratee = company(5, ratees=200)
    items[1::40] += 0.25
    assert_same(items, ratee)


def test_points_far_from_zero_keep_their_digits():
    items, ratee = company(6)
    near, far = rwg_j(items, ratee, 2.0), rwg_j(items + 1e9, ratee, 2.0)
    np.testing.assert_allclose(far.r_star, near.r_star, atol=1e-9)
    np.testing.assert_allclose(far.ad_mean, near.ad_mean, atol=1e-9)


@pytest.mark.skipif(not REAL, reason="SURVEYAPP_REAL_DATA is not set")
def test_real_ratings_of_49_leaders():
    with (Path(REAL) / "lq2002.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    items = np.array([[float(row[f"LEAD{item:02}"]) for item in range(1, 12)] for row in rows])
    assert_same(items, np.array([row["COMPID"] for row in rows]))
