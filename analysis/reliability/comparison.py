"""Whether two groups of raters answer a scale equally consistently."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from analysis.reliability.alpha import Alpha, cronbach_alpha
from analysis.statuses import Status

_NOTHING = 1e-12


@dataclass(frozen=True)
class AlphaComparison:
    """Two alphas of different responses. None where undefined; ``status`` says why."""

    w: float | None  # (1 - alpha of a) / (1 - alpha of b): below 1 where a is more consistent
    df1: int | None  # of the numerator of the F distribution: responses of b less 1
    df2: int | None  # responses of a less 1
    p: float | None  # two-sided
    status: Status | None


def compare_alphas(a: Alpha | ArrayLike, b: Alpha | ArrayLike) -> AlphaComparison:
    """Test whether two alphas of different responses are the same.

    ``W = (1 - alpha_a) / (1 - alpha_b)``, under equality F with ``n_b - 1`` and ``n_a - 1``
    degrees of freedom.

    Parameters
    ----------
    a, b
        Results of `cronbach_alpha`, or (responses, items) points from which they are computed.
        The responses of the two must not be the same people's; the items may differ.

    Returns
    -------
    AlphaComparison
        Of the complete responses of each (``complete_value`` and ``n_complete``), as the interval
        of alpha is: the distribution is known of them only. ``p`` between 0 and 1. Undefined if an
        alpha is (with its word), if fewer than three responses are complete
        (``undefined_no_pairs``), or if an alpha is exactly 1 (``not_estimable``).

    Raises
    ------
    ValueError
        As `cronbach_alpha`, of a matrix.

    Notes
    -----
    ``1 - alpha`` is the mean square of error over that between responses, and the latter
    scatters most: that of b stands in the numerator of W, so its degrees of freedom come first (as
    in R cocron, which puts the larger alpha into the denominator). With the two exchanged W becomes
    1/W and p stays. An approximation that takes responses as independent.

    References
    ----------
    Feldt, L. S. (1969). A test of the hypothesis that Cronbach's alpha or Kuder-Richardson
    coefficient twenty is the same for two tests. Psychometrika, 34, 363-373.
    Charter, R. A., & Feldt, L. S. (1996). Testing the equality of two alpha coefficients.
    Perceptual and Motor Skills, 82, 763-768.
    """
    one, other = _alpha(a), _alpha(b)
    status = one.status or other.status
    if status is not None:
        return AlphaComparison(None, None, None, None, status)
    if one.complete_value is None or other.complete_value is None:
        return AlphaComparison(None, None, None, None, "undefined_no_pairs")
    error, other_error = 1 - one.complete_value, 1 - other.complete_value
    if min(error, other_error) <= _NOTHING:
        return AlphaComparison(None, None, None, None, "not_estimable")
    from scipy.special import fdtr, fdtrc  # here, so that a web process does not pay

    w, df1, df2 = error / other_error, other.n_complete - 1, one.n_complete - 1
    p = 2 * min(float(fdtr(df1, df2, w)), float(fdtrc(df1, df2, w)))
    return AlphaComparison(w, df1, df2, min(p, 1.0), None)


def _alpha(given: Alpha | ArrayLike) -> Alpha:
    return given if isinstance(given, Alpha) else cronbach_alpha(given)
