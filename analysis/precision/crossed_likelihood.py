"""Restricted likelihood of crossed ratees and raters, and where it is highest.

``y = mu + A a + B b + e``: A says which of the *few* a rating belongs to (the smaller side), B
which of the *many*. With the variances of a and b divided by that of e, ``theta = (s, t)``, the
ratings have the variance ``V = I + s A A' + t B B'`` (ratings x ratings). All that is needed of its
inverse follows from counts and sums. As ``B'B`` is diagonal, the many are eliminated; what remains,
``I + s A'(I + t B B')^-1 A``, is dense and as small as the smaller side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.nested import Numbers

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_LARGEST = 1e6  # ratio to the residual variance at which nothing is left to the residual
_SMALL = 100  # on the smaller side: up to here a likelihood with two peaks was seen
_STEPS = 100
_CLOSE = 1e-10  # of the deviance, in which 1 is much: what another step would gain
_DIGITS = 1e-10  # relative precision of a deviance, at the worst theta
_DEPENDENT = 1e-10  # smallest eigenvalue, relative, of components that can be separated


@dataclass(frozen=True, eq=False)
class Vectors:
    """What is known of some vectors U, a number for each rating: their sums and products."""

    few: Numbers  # (few, vectors) A'U
    many: Numbers  # (many, vectors) B'U
    gram: Numbers  # (vectors, vectors) U'U


@dataclass(frozen=True, eq=False)
class Ratings:
    """What the likelihood knows of the ratings."""

    counts: csr_array[Any, Any]  # (few, many) ratings of each by each
    back: csr_array[Any, Any]  # its transpose
    columns: Vectors  # of 1 and y


@dataclass(frozen=True, eq=False)
class Variance:
    """V at one theta."""

    theta: Numbers
    kept: Numbers  # (many,) 1 / (1 + t ratings of each)
    shared: csr_array[Any, Any]  # (few, few) A'B kept B'A
    factor: Numbers  # (few, few) lower Cholesky factor of I + s A'(I + t B B')^-1 A


@dataclass(frozen=True, eq=False)
class Fit:
    """The restricted likelihood at one theta, mean and residual variance profiled out."""

    theta: Numbers
    deviance: float  # -2 log likelihood, up to a constant
    slope: Numbers  # (2,) its derivatives
    information: Numbers  # (2, 2) about its second derivatives
    mean: float
    residual: float  # variance
    few: Numbers  # predicted effects
    many: Numbers


def gather(
    few: NDArray[np.intp], many: NDArray[np.intp], shape: tuple[int, int], y: Numbers
) -> Ratings:
    """Ratings y, the place of each on both sides and the lengths of the sides."""
    from scipy.sparse import coo_array  # here, so that a web process that fits nothing does not pay

    counts = coo_array((np.ones(len(y)), (few, many)), shape=shape).tocsr()
    columns = np.column_stack([np.ones(len(y)), y])
    by_few, by_many = (
        np.array([np.bincount(place, column, length) for column in columns.T], dtype=np.float64).T
        for place, length in zip((few, many), shape, strict=True)
    )
    return Ratings(counts, counts.T.tocsr(), Vectors(by_few, by_many, columns.T @ columns))


def first_guess(ratings: Ratings) -> Numbers | None:
    """Variances of few, many and residual by MINQUE(0); None if they cannot be told apart.

    They solve ``sum_l tr(M V_k M V_l) v_l = y'M V_k M y`` with V_k in (A A', B B', I) and M taking
    out the mean (Rao 1971); the y of ``ratings`` must have the mean 0. If this system is
    singular, a component is a mixture of the others. None is taken as less than 1 % of all.
    """
    a, b = ratings.columns.few[:, 0], ratings.columns.many[:, 0]
    (n, _), (_, total) = ratings.columns.gram
    pairs = ratings.counts.tocoo()
    expected = np.sum(pairs.data * a[pairs.row] * b[pairs.col]) / n
    both = np.sum(pairs.data**2) - 2 * expected + (a @ a) * (b @ b) / n**2
    in_few, in_many = (q @ q - 2 * np.sum(q**3) / n + (q @ q / n) ** 2 for q in (a, b))
    few, many = (n - q @ q / n for q in (a, b))
    system = np.array([[in_few, both, few], [both, in_many, many], [few, many, n - 1]])
    scale = np.sqrt(np.diag(system))
    if not scale.all() or np.linalg.eigvalsh(system / np.outer(scale, scale))[0] < _DEPENDENT:
        return None
    sums = (np.sum(side[:, 1] ** 2) for side in (ratings.columns.few, ratings.columns.many))
    found = np.linalg.solve(system, np.array([*sums, total]))
    guess: Numbers = np.maximum(found, 0.01 * total / (n - 1))
    return guess


def best_fit(ratings: Ratings) -> Fit | None:
    """The fit of highest restricted likelihood; None if there is no such with three components.

    That is so if the design mixes the components, and if the likelihood is highest where nothing
    is left to the residual.
    """
    guess = first_guess(ratings)
    if guess is None:
        return None
    starts = [guess[:2] / guess[2]]
    if len(ratings.columns.few) <= _SMALL:
        starts.append(np.ones(2))
    best = min((climb(ratings, start) for start in starts), key=lambda fit: fit.deviance)
    return best if best.theta.max() < 0.99 * _LARGEST else None


def climb(ratings: Ratings, start: Numbers) -> Fit:
    """A fit that no small change of theta betters.

    Newton steps with the average information of Gilmour, Thompson and Cullis (1995) from a theta
    above 0, on the scale ``x = log(1 + theta / start)``: logarithmic far out, and 0 at a finite
    place. The gradient, added to the information, keeps a step below about one unit. A component
    at 0 that the likelihood would push further down stays there.
    """
    x, fit = np.full(2, np.log(2.0)), fit_at(ratings, start)
    highest = np.log1p(_LARGEST / start)
    for _ in range(_STEPS):
        stretch = start + fit.theta  # d theta / d x
        slope = fit.slope * stretch
        curvature = fit.information * np.outer(stretch, stretch) + np.diag(np.abs(slope))
        free = ((x > 0) | (slope < 0)) & ((x < highest) | (slope > 0))
        step = np.zeros(2)
        step[free] = -np.linalg.solve(curvature[np.ix_(free, free)], slope[free])
        if -slope @ step < _CLOSE:
            break
        for shorter in 0.5 ** np.arange(30):
            nearer = np.clip(x + shorter * step, 0, highest)
            tried = fit_at(ratings, start * np.expm1(nearer))
            if tried.deviance <= fit.deviance + _DIGITS * abs(fit.deviance):
                break
        else:  # rounding hides what could still be gained
            break
        x, fit = nearer, tried
    return fit


def fit_at(ratings: Ratings, theta: Numbers) -> Fit:
    """Deviance, its derivatives, mean and predictions at one theta."""
    df = float(ratings.columns.gram[0, 0]) - 1
    v = _variance(ratings, theta)
    solved = _solved(ratings, v, ratings.columns)
    y = _centred(solved)
    ones, squares = float(solved.gram[0, 0]), float(y.gram[1, 1])
    spread = 2 * np.log(np.diag(v.factor)).sum() - np.log(v.kept).sum()
    a, b = y.few[:, 1], y.many[:, 1]
    of_mean = np.array([_square(solved.few[:, 0]), _square(solved.many[:, 0])]) / ones
    explained = np.array([_square(a), _square(b)]) / squares
    average = _centred(_solved(ratings, v, _with_ones(ratings, a, b))).gram[1:, 1:] / squares
    return Fit(
        theta=theta,
        deviance=float(spread + np.log(ones) + df * np.log(squares)),
        slope=_traces(ratings, v) - of_mean - df * explained,  # spends v
        information=df * (average - np.outer(explained, explained)),
        mean=float(solved.gram[0, 1]) / ones,
        residual=squares / df,
        few=theta[0] * a,
        many=theta[1] * b,
    )


def _square(x: Numbers) -> float:
    return float(x @ x)


def _variance(ratings: Ratings, theta: Numbers) -> Variance:
    from scipy.linalg import cholesky

    s, t = theta
    kept = 1 / (1 + t * ratings.columns.many[:, 0])
    shared = _shared(ratings, kept)
    reduced = shared.toarray()
    reduced *= -s * t
    reduced[np.diag_indices_from(reduced)] += 1 + s * ratings.columns.few[:, 0]
    # The transpose of the symmetric matrix lies in memory as LAPACK wants it: no copy is made.
    factor = cholesky(reduced.T, lower=True, overwrite_a=True, check_finite=False)
    return Variance(theta, kept, shared, factor)


def _shared(ratings: Ratings, weights: Numbers) -> csr_array[Any, Any]:
    """Of each two of the few, the sum of the weights of the many they have in common."""
    from scipy.sparse import diags_array

    shared: csr_array[Any, Any] = ratings.counts @ diags_array(weights) @ ratings.back
    return shared


def _solved(ratings: Ratings, v: Variance, u: Vectors) -> Vectors:
    """A'V^-1 U, B'V^-1 U and U'V^-1 U."""
    from scipy.linalg import cho_solve

    s, t = v.theta
    kept = v.kept[:, None]
    remaining = u.few - t * (ratings.counts @ (kept * u.many))
    few = cho_solve((v.factor, True), remaining, check_finite=False)
    many = kept * (u.many - s * (ratings.back @ few))
    return Vectors(few, many, u.gram - t * u.many.T @ (kept * u.many) - s * remaining.T @ few)


def _centred(solved: Vectors) -> Vectors:
    """The same without what the first vector, the 1 of the mean, explains."""
    share = solved.gram[0] / solved.gram[0, 0]
    return Vectors(*(x - np.outer(x[:, 0], share) for x in (solved.few, solved.many, solved.gram)))


def _with_ones(ratings: Ratings, a: Numbers, b: Numbers) -> Vectors:
    """The vectors 1, A a and B b."""
    (n, _), _ = ratings.columns.gram
    of_few, of_many = ratings.columns.few[:, 0], ratings.columns.many[:, 0]
    few = np.column_stack([of_few, of_few * a, ratings.counts @ b])
    many = np.column_stack([of_many, ratings.back @ a, of_many * b])
    gram = np.array(
        [
            [n, of_few @ a, of_many @ b],
            [of_few @ a, few[:, 1] @ a, few[:, 2] @ a],
            [of_many @ b, few[:, 2] @ a, many[:, 2] @ b],
        ]
    )
    return Vectors(few, many, gram)


def _traces(ratings: Ratings, v: Variance) -> Numbers:
    """tr A'V^-1 A and tr B'V^-1 B. The inverse they need takes the place of ``v.factor``."""
    from scipy.linalg.lapack import dpotri

    s, t = v.theta
    upper = dpotri(v.factor, lower=1, overwrite_c=1)[0].T
    diagonal = np.diag(upper)

    def trace(symmetric: csr_array[Any, Any]) -> float:  # of its product with the inverse
        pairs = symmetric.tocoo()
        half = pairs.data @ upper[pairs.row, pairs.col]  # the other triangle holds zeros
        return float(2 * half - symmetric.diagonal() @ diagonal)

    of_few = diagonal @ ratings.columns.few[:, 0] - t * trace(v.shared)
    of_many = v.kept @ ratings.columns.many[:, 0] - s * trace(_shared(ratings, v.kept**2))
    return np.array([of_few, of_many])
