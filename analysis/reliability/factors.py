"""Common factors of correlations: how to find them and how to turn them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.reliability.covariance import Matrix

Numbers = NDArray[np.float64]

HEYWOOD = 1e-5  # share of its variance below which an item has no uniqueness of its own
_NO_RETURN = 1e-9  # share from which on no search has come back to a proper solution
SINGULAR = 1e-8  # least eigenvalue of correlations below which items determine each other
_STEPS = 200
_LONGEST = 2.0  # step in log uniqueness
_FLAT = 1e-10  # slope, and least curvature, at which a minimum is found
_SETTLED = 1e-6  # step in log uniqueness after which the next would be rounding
_LEVELLED = 1e-6  # slope that may be left there
_ROUNDS = 10_000
_STILL = 1e-9  # change from which on an iteration has arrived
_LEVEL = 1e-7  # slope of a rotation at which it has arrived
_NO_FACTOR = 0.01  # eigenvalue below which there is no further factor: 1 % of one item


@dataclass(frozen=True, eq=False)
class _Fit:
    """The discrepancy of the best loadings for given uniquenesses, and its derivatives."""

    value: float
    slope: Numbers
    curvature: Matrix
    expected: Matrix  # curvature where the model is true: never negative
    loadings: Numbers | None  # None where no factor is left


def one_factor(r: Matrix) -> tuple[Numbers, Numbers] | None:
    """Loadings and uniquenesses of one common factor by maximum likelihood.

    Minimises ``log|R^| + tr(R R^-1)``, ``R^ = l l' + diag(psi)``, over psi alone: for given psi the
    best loadings are those of the first eigenvector of ``psi^-1/2 R psi^-1/2``. Newton's method in
    log psi with the exact second derivatives.

    Parameters
    ----------
    r
        (J, J) correlations of at least three items.

    Returns
    -------
    tuple of ndarray or None
        (J,) loadings, of positive sum, and (J,) uniquenesses, in standard deviations and
        variances of the items. None where there is no proper solution: an item without
        uniqueness (Heywood case), no common factor, several solutions equally good, or items
        that determine each other.

    References
    ----------
    Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis.
    Psychometrika, 32, 443-482.
    Jöreskog, K. G. (1977). Factor analysis by least-squares and maximum-likelihood methods. In
    K. Enslein, A. Ralston, & H. S. Wilf (Eds.), Statistical methods for digital computers
    (pp. 125-153). Wiley.
    """
    if np.linalg.eigvalsh(r)[0] < SINGULAR:
        return None
    log_psi = np.log((1 - 0.5 / len(r)) / np.diag(np.linalg.inv(r)))
    fit = _discrepancy(r, log_psi)
    for _ in range(_STEPS):
        if np.abs(fit.slope).max() < _FLAT:
            break
        before = log_psi
        log_psi, fit = _improved(r, log_psi, fit)
        if log_psi.min() < np.log(_NO_RETURN):
            return None
        if np.abs(log_psi - before).max() < _SETTLED:
            break
    else:
        return None
    if log_psi.min() < np.log(HEYWOOD) or np.abs(fit.slope).max() > _LEVELLED:
        return None
    if fit.loadings is None or np.linalg.eigvalsh(fit.curvature)[0] < _FLAT:
        return None
    return fit.loadings * _sign(fit.loadings), np.exp(log_psi)


def _discrepancy(r: Matrix, log_psi: Numbers) -> _Fit:
    """Sum over all eigenvalues e but the first of ``e - log e - 1``, and derivatives."""
    psi = np.exp(log_psi)
    e, u = np.linalg.eigh(r / np.sqrt(np.outer(psi, psi)))
    first, e, largest, u = u[:, -1], e[:-1], e[-1], u[:, :-1]
    others = u @ u.T
    gap = np.maximum(largest - e, _FLAT)
    of_first = (u * ((1 - e) * (largest + e) / gap)) @ u.T
    loadings = np.sqrt(psi * (largest - 1)) * first if largest > 1 else None
    return _Fit(
        value=float((e - np.log(e) - 1).sum()),
        slope=(u * u) @ (1 - e),
        curvature=((u * e) @ u.T) * others + of_first * np.outer(first, first),
        expected=others * others,
        loadings=loadings,
    )


def _improved(r: Matrix, log_psi: Numbers, fit: _Fit) -> tuple[Numbers, _Fit]:
    """One Newton step, with the expected curvature where the exact one is not positive."""
    curvature = fit.curvature
    if np.linalg.eigvalsh(curvature)[0] < _FLAT:
        curvature = fit.expected + 1e-6 * np.eye(len(r))
    step = -np.linalg.solve(curvature, fit.slope)
    step *= min(1.0, _LONGEST / np.abs(step).max())
    for _ in range(30):
        tried = _discrepancy(r, log_psi + step)
        if tried.value <= fit.value + 1e-14:
            break
        step *= 0.5
    return log_psi + step, tried


def _sign(loadings: Numbers) -> float:
    """The sign that makes the sum of the loadings positive."""
    return -1.0 if loadings.sum() < 0 else 1.0


def principal_axes(r: Matrix, factors: int) -> Matrix | None:
    """Loadings (J, factors) of uncorrelated factors by least squares of the correlations.

    Communalities are put into the diagonal and found anew until they stay: the minimum-residual
    solution. None where there is no proper one: an item without uniqueness (Heywood case), or fewer
    factors than asked for.

    References
    ----------
    Harman, H. H. (1976). Modern factor analysis (3rd ed.). University of Chicago Press, ch. 8, 9.
    """
    reduced = r.copy()
    communalities = 1 - 1 / np.diag(np.linalg.inv(r))  # squared multiple correlations
    for _ in range(_ROUNDS):
        np.fill_diagonal(reduced, communalities)
        e, u = np.linalg.eigh(reduced)
        loadings = u[:, -factors:] * np.sqrt(np.maximum(e[-factors:], 0.0))
        found = (loadings**2).sum(axis=1)
        if found.max() > 1 - HEYWOOD:
            return None
        if np.abs(found - communalities).max() < _STILL:
            return loadings[:, ::-1] if e[-factors] > _NO_FACTOR else None
        communalities = found
    return None


def varimax(loadings: Matrix) -> Matrix:
    """Turned rectangularly, so that each item loads high on few factors (Kaiser 1958)."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1.0)
    turn, reached = np.eye(rows.shape[1]), 0.0
    for _ in range(_ROUNDS):
        turned = rows @ turn
        gradient = rows.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, singular, right = np.linalg.svd(gradient)
        turn = left @ right
        if singular.sum() < reached * (1 + _STILL):
            break
        reached = singular.sum()
    turned_back: Matrix = loadings @ turn
    return turned_back


def oblimin(loadings: Matrix) -> tuple[Matrix, Matrix]:
    """Turned obliquely (direct quartimin): the pattern (J, k) and the factors' correlations.

    Minimises ``sum_j sum_p<q (l_jp l_jq)^2`` by projected gradients, from where the loadings are.

    References
    ----------
    Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika, 67, 7-20.
    Bernaards, C. A., & Jennrich, R. I. (2005). Gradient projection algorithms and software for
    arbitrary rotation criteria in factor analysis. Educational and Psychological Measurement, 65,
    676-696.
    """
    turn, step = np.eye(loadings.shape[1]), 1.0
    value, slope, pattern = _quartimin(loadings, turn)
    for _ in range(_ROUNDS):
        along = slope - turn * (turn * slope).sum(axis=0)
        size = float((along**2).sum())
        if size < _LEVEL**2:
            break
        step *= 2
        for _ in range(40):
            tried = turn - step * along
            tried /= np.sqrt((tried**2).sum(axis=0))
            reached, new_slope, new_pattern = _quartimin(loadings, tried)
            if value - reached > 0.5 * size * step:
                break
            step /= 2
        else:
            break  # no step is better: the slope is rounding error
        turn, value, slope, pattern = tried, reached, new_slope, new_pattern
    return pattern, turn.T @ turn


def _quartimin(loadings: Matrix, turn: Matrix) -> tuple[float, Matrix, Matrix]:
    """The criterion, its slope at the turning, and the pattern."""
    inverse = np.linalg.inv(turn)
    pattern = loadings @ inverse.T
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    slope = -(pattern.T @ (pattern * others) @ inverse).T
    return float((squares * others).sum()) / 4, slope, pattern
