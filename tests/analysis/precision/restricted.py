"""The restricted likelihood written out with dense matrices: slow, plain, and not ours twice."""

import numpy as np
from scipy.optimize import minimize


def indicator(labels):
    labels = np.asarray(labels)
    return (labels[:, None] == np.unique(labels)).astype(float)


def deviance(y, groups, variances):
    """-2 log likelihood of y = mu + effects of each grouping + residual (variance last)."""
    *between, residual = variances
    v = residual * np.eye(len(y))
    for variance, labels in zip(between, groups, strict=True):
        v += variance * indicator(labels) @ indicator(labels).T
    inverse, ones = np.linalg.inv(v), np.ones(len(y))
    information = ones @ inverse @ ones
    rest = y - ones @ inverse @ y / information
    return np.linalg.slogdet(v)[1] + np.log(information) + rest @ inverse @ rest


def highest(y, groups):
    """Variances of highest likelihood, found without derivatives from three starts."""
    unit = np.var(y)
    count = len(groups)
    found = [
        minimize(
            lambda x: deviance(y, groups, np.abs(x) * unit),
            [*[start] * count, rest],
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 5000, "maxfev": 5000},
        )
        for start, rest in ((0.3, 0.4), (0.01, 1.0), (2.0, 0.1))
    ]
    return np.abs(min(found, key=lambda each: each.fun).x) * unit


def effects(y, groups, variances):
    """Best linear unbiased predictions of each grouping, by Henderson's equations."""
    *between, residual = variances
    z = np.hstack([np.ones((len(y), 1)), *(indicator(labels) for labels in groups)])
    sizes = [len(np.unique(labels)) for labels in groups]
    prior = [residual / v for v, size in zip(between, sizes, strict=True) for _ in range(size)]
    return np.linalg.solve(z.T @ z + np.diag([0.0, *prior]), z.T @ y)
