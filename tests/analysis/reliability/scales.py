"""Scales to try the coefficients on, and what every result owes its reader."""

from dataclasses import fields
from math import isfinite

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

NAN = float("nan")
ticked = arrays(np.float64, (8, 4), elements=st.integers(1, 5).map(float))
gappy = arrays(
    np.float64,
    st.tuples(st.integers(0, 12), st.integers(1, 5)),
    elements=st.one_of(st.just(NAN), st.integers(1, 5).map(float)),
)


def congeneric(loadings, n, seed=0):
    """Responses that one factor made, with unit variances."""
    loadings, random = np.asarray(loadings), np.random.default_rng(seed)
    factor, own = random.standard_normal((n, 1)), random.standard_normal((n, len(loadings)))
    return factor * loadings + own * np.sqrt(1 - loadings**2)


def scattered(n, items, missing, seed=0):
    """Points of which a share is missing."""
    random = np.random.default_rng(seed)
    points = np.clip(np.rint(congeneric([0.7] * items, n, seed) + 3), 1, 5)
    points[random.random(points.shape) < missing] = NAN
    return points


def is_told(result):
    """Numbers are finite or None with a word; places without a number have one."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, float):
            assert isfinite(value), field.name
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
            assert not np.isinf(value).any(), field.name
            unknown = np.isnan(value).reshape(len(value), -1).any(axis=1)
            assert not unknown.any() or (np.not_equal(result.statuses, None) >= unknown).all()
    if hasattr(result, "value"):
        assert (result.value is None) == (result.status is not None)
