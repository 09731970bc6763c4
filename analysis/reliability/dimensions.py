"""How many dimensions the items of a questionnaire have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.reliability.covariance import (
    Matrix,
    answered,
    correlation,
    pairwise_correlation,
    pairwise_sums,
    places,
    varying_columns,
    why_undefined,
)
from analysis.statuses import Status

DATA_SETS = 1000  # of noise
RESPONSES_PER_ITEM = 5  # below it the dimensions are a guess
_AT_ONCE = 2_000_000  # random numbers held in memory


@dataclass(frozen=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues of the items beside those of noise. Empty where undefined."""

    eigenvalues: NDArray[np.float64]  # of the correlations, falling; they sum to the items
    noise: NDArray[np.float64]  # what noise reaches at each place
    retained: int | None  # dimensions: leading eigenvalues above the noise; may be 0
    n: int  # responses with at least one item answered
    k: int  # items that entered
    few: bool  # fewer than five responses per item: too few answers to rely on
    positive_definite: bool | None  # False: correlations of different responses contradict
    dropped_items: tuple[int, ...]  # columns left out because they do not vary
    status: Status | None


def parallel_analysis(
    items: ArrayLike, *, quantile: float = 0.95, seed: int = 0
) -> ParallelAnalysis:
    """Horn's parallel analysis: how many dimensions stand out from noise.

    The eigenvalues of the correlations of the items, in falling order, are compared place by place
    with a quantile of those of a thousand sets of unrelated normal numbers with the same
    responses, items and missing answers. The leading ones above it are retained.

    Parameters
    ----------
    items
        (responses, items) points of one group of raters, NaN where not judged. Any unit.
    quantile
        Of the noise, between 0 and 1.
    seed
        Of the noise: the same seed gives the same result.

    Returns
    -------
    ParallelAnalysis
        Items without variance are left out and named in ``dropped_items``. Undefined (None and
        empty arrays): one item (``undefined_single_item``); fewer than three responses, or a pair
        of items whose common responses do not vary (``undefined_no_pairs``); fewer than two items
        that vary (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, or if ``quantile`` is not
        between 0 and 1.

    Notes
    -----
    Each correlation is over the responses that answered both items. Such correlations may
    contradict each other: their least eigenvalue is then negative and ``positive_definite``
    False. The result remains, as noise is treated alike.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika, 30, 179-185.
    Glorfeld, L. W. (1995). An improvement on Horn's parallel analysis methodology. Educational and
    Psychological Measurement, 55, 377-393 (the 95th percentile in place of the mean).
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile must lie between 0 and 1, got {quantile}")
    x = answered(items, "pairwise")
    varying = varying_columns(x)
    dropped = places(~varying)
    status = why_undefined(x, varying)
    if status is not None:
        return _undefined(status, len(x), int(varying.sum()), dropped)
    kept = x[:, varying]
    r = pairwise_correlation(kept)
    if np.isnan(r).any():
        return _undefined("undefined_no_pairs", len(x), len(r), dropped)
    eigenvalues = np.asarray(np.linalg.eigvalsh(r)[::-1], dtype=np.float64)
    noise = np.quantile(_noise(~np.isnan(kept), seed), quantile, axis=0)
    return ParallelAnalysis(
        eigenvalues=eigenvalues,
        noise=noise,
        retained=int((eigenvalues > noise).cumprod().sum()),
        n=len(x),
        k=len(r),
        few=_few(len(x), len(r)),
        positive_definite=bool(eigenvalues[-1] > 0),
        dropped_items=dropped,
        status=None,
    )


def _noise(seen: NDArray[np.bool_], seed: int) -> Matrix:
    """Falling eigenvalues (sets, items) of unrelated normal numbers in the same places.

    In single precision: of a quantile over a thousand sets, three digits are to be trusted.
    """
    random = np.random.default_rng(seed)
    n, items = seen.shape
    at_once = max(1, _AT_ONCE // seen.size)
    batches = []
    for start in range(0, DATA_SETS, at_once):
        sets = min(at_once, DATA_SETS - start)
        x = random.standard_normal((sets, n, items), dtype=np.float32)
        x *= seen
        products, squares, _ = pairwise_sums(x, seen)
        batches.append(np.linalg.eigvalsh(correlation(products, squares)))
    falling: Matrix = np.concatenate(batches)[:, ::-1].astype(np.float64)
    return falling


def _few(n: int, items: int) -> bool:
    return n < RESPONSES_PER_ITEM * items


def _undefined(status: Status, n: int, items: int, dropped: tuple[int, ...]) -> ParallelAnalysis:
    nothing = np.empty(0)
    return ParallelAnalysis(nothing, nothing, None, n, items, _few(n, items), None, dropped, status)
