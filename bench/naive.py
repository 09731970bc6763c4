"""The closed-form statistics as one would first write them: a loop over ratees with numpy.

Nothing is done twice on purpose and the rows are sorted only once; it is the plain way, to compare
the results and the time of the package with.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import stdtrit

OWN_FROM = 5


def closed_form(items, ratee, null_variance, confidence=0.95):
    """Mean with interval, rwg(j), r*, AD per ratee, and the one-way ICC; by name."""
    order = np.argsort(ratee, kind="stable")
    labels, starts = np.unique(ratee[order], return_index=True)
    groups = np.split(items[order], starts[1:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nobody judged an item
        scores = [np.nanmean(group, axis=1) for group in groups]
        scores = [score[~np.isnan(score)] for score in scores]
        found = icc(scores)
        agreement = [agreement_of(group, null_variance) for group in groups]
        intervals = [interval_of(score, found["msw"], found["df"], confidence) for score in scores]
    names = ["rwg_j", "r_star", "ad_mean", "ad_median"]
    found.update(zip(names, np.array(agreement).T, strict=True))
    found.update(zip(["mean", "low", "high"], np.array(intervals).T, strict=True))
    return found | {"ratees": labels}


def icc(scores):
    """ICC(1) and ICC(2) with k0."""
    scores = [score for score in scores if len(score)]
    n = np.array([len(score) for score in scores])
    total, ratees = n.sum(), len(n)
    grand = sum(score.sum() for score in scores) / total
    between = sum(len(score) * (score.mean() - grand) ** 2 for score in scores)
    within = sum(((score - score.mean()) ** 2).sum() for score in scores)
    msb, msw = between / (ratees - 1), within / (total - ratees)
    k0 = (total - (n**2).sum() / total) / (ratees - 1)
    icc1 = (msb - msw) / (msb + (k0 - 1) * msw)
    icc2 = (msb - msw) / msb
    return {"icc1": icc1, "icc2": icc2, "k0": k0, "msw": msw, "df": total - ratees}


def agreement_of(group, null_variance):
    """rwg(j), r*, AD from means and from medians of one ratee."""
    group = group[:, (~np.isnan(group)).sum(axis=0) >= 2]
    count = group.shape[1]
    if count == 0:
        return [np.nan] * 4
    u = np.nanvar(group, axis=0, ddof=1).mean() / null_variance
    rwg_j = 0.0 if u > 1 else count * (1 - u) / (count * (1 - u) + u)
    ad_mean = np.nanmean(np.abs(group - np.nanmean(group, axis=0)), axis=0).mean()
    ad_median = np.nanmean(np.abs(group - np.nanmedian(group, axis=0)), axis=0).mean()
    return [rwg_j, 1 - u, ad_mean, ad_median]


def interval_of(score, msw, df, confidence):
    """Mean and interval of one ratee: own standard deviation from five raters on."""
    n = len(score)
    if n == 0:
        return [np.nan] * 3
    variance = score.var(ddof=1) if n >= OWN_FROM else 0.0
    variance, df = (variance, n - 1) if variance > 0 else (msw, df)
    reach = stdtrit(df, (1 + confidence) / 2) * np.sqrt(variance / n)
    return [score.mean(), score.mean() - reach, score.mean() + reach]


def alpha(items):
    """Cronbach's alpha of covariances over the responses that answered both items."""
    count = items.shape[1]
    s = np.empty((count, count))
    for m in range(count):
        for other in range(m + 1):
            both = ~np.isnan(items[:, m]) & ~np.isnan(items[:, other])
            s[m, other] = s[other, m] = np.cov(items[both, m], items[both, other])[0, 1]
    return count / (count - 1) * (1 - np.trace(s) / s.sum())
