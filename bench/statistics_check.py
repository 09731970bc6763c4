"""Every reference vector, computed by the public functions and laid beside what R printed.

Reads the folder named by ``SURVEYAPP_REFERENCE_DATA``. Prints a line per vector: how many numbers
were compared, the largest absolute difference and the tolerance. Ends with
``vectors=28 right=28``, and with exit code 1 if one is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from math import inf, isnan
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from analysis import agreement, carefulness, gaps, precision, reliability
from analysis.scoring import competency_scores, recode
from tests.reference import FOLDER, VARIABLE, Vector, vectors

Found = dict[str, Any]
PRINTED = 1e-12  # relative: the vectors hold about thirteen digits

NOT_COMPARED = {
    "icc1_bh1996_hrs.k_harmonic",  # not offered: not the k of any formula
    "icc1_bh1996_hrs.p",  # not offered: the interval says more
    "alpha_bfi_A.alpha_unreversed_wrong",  # what a program prints that forgets to reverse
    "alpha_bfi_N.alpha_unreversed_wrong",
}


def icc_forms(vector: Vector) -> Found:
    raters = [name for name in vector.columns if name != "target"]
    forms = agreement.icc_shrout_fleiss(vector.matrix(raters))
    return {
        str(name): {
            "icc": icc.value,
            "F": icc.f,
            "df1": icc.df1,
            "df2": icc.df2,
            "p": icc.p,
            "ci95": [icc.low, icc.high],
        }
        for name, icc in forms.items()
    }


def mean_squares(vector: Vector) -> Found:
    table = vector.matrix([name for name in vector.columns if name != "target"])
    found = agreement.mean_squares(table)
    return {"BMS": found.bms, "WMS": found.wms, "JMS": found.jms, "EMS": found.ems}


def kappa(vector: Vector) -> Found:
    diagnoses = np.array([vector.labels(rater) for rater in vector.columns])
    counts = [(diagnoses == category).sum(axis=0) for category in np.unique(diagnoses)]
    found = agreement.fleiss_kappa(np.transpose(counts))
    return {"kappa": found.value, "z": found.z}


def krippendorff(vector: Vector) -> Found:
    table = vector.matrix([name for name in vector.columns if name != "observer"])
    levels = ("nominal", "ordinal", "interval", "ratio")
    return {level: agreement.krippendorff_alpha(table, level).value for level in levels}


def alpha(vector: Vector) -> Found:
    arguments = vector.arguments
    items = arguments.get("items", vector.columns)
    points = vector.matrix(items)
    if "reverse" in arguments:
        keys = [item in arguments["reverse"] for item in items]
        points = recode(points, keys, *arguments["scale"])
    found = reliability.cronbach_alpha(points)
    interval = [found.low, found.high]
    return {
        "alpha_pairwise": found.value,
        "alpha_pairwise_check": found.value,
        "alpha": found.value,
        "alpha_listwise": found.complete_value,
        "std_alpha": found.standardized,
        "average_r": found.average_r,
        "alpha_if_dropped": dict(zip(items, found.if_dropped, strict=True)),
        "r_drop": dict(zip(items, found.item_total, strict=True)),
        "n_rows": found.n,
        "n_complete": found.n_complete,
        "feldt_ci95": interval,
        "feldt_ci95_listwise": interval,
    }


def icc_oneway(vector: Vector) -> Found:
    values, ratee = vector.numbers(vector.arguments["y"]), vector.labels(vector.arguments["target"])
    found, reml = agreement.icc_oneway(values, ratee), precision.shrunken_means(values, ratee)
    return {
        "n_targets": found.n_ratees,
        "n_ratings": found.n_ratings,
        "k0": found.k0,
        "k_mean": found.n_ratings / found.n_ratees,
        "MSB": found.msb,
        "MSW": found.msw,
        "df_between": found.n_ratees - 1,
        "df_within": found.n_ratings - found.n_ratees,
        "F": found.msb / found.msw,
        "icc1": found.icc1,
        "icc1_ci95": [found.low, found.high],
        "icc1_mean_size": found.icc1_mean_size,
        "multilevel_ICC1": found.icc1_mean_size,
        "icc2_anova": found.icc2,
        "icc2_k0": found.icc2,
        "multilevel_ICC2": found.icc2,
        "var_between": (found.msb - found.msw) / found.k0,
        "var_within": found.msw,
        "reml_var_between": reml.between,
        "reml_var_within": reml.within,
        "reml_icc1": reml.between / (reml.between + reml.within),
    }


def rwg_by_platoon(vector: Vector) -> Found:
    items, null = vector.matrix(vector.arguments["items"]), vector.arguments["null_variance"]
    units = zip(vector.labels("UNIT"), vector.labels("PLATOON"), strict=True)
    platoon = np.array([".".join(unit) for unit in units])
    first = agreement.rwg(items[:, 0], platoon, null)
    complete = ~np.isnan(items).any(axis=1)  # R multilevel 2.7 leaves out responses with a gap
    found = agreement.rwg_j(items[complete], platoon[complete], null)
    return {
        "rwg_item1": dict(zip(first.ratees, first.rwg, strict=True)),
        "rwgj": dict(zip(found.ratees, found.rwg_j, strict=True)),
        **_scatter(found),
    }


def rwg_by_company(vector: Vector) -> Found:
    items, company = vector.matrix(vector.arguments["items"]), vector.labels("COMPID")
    uniform, skewed = (
        agreement.rwg_j(items, company, null) for null in vector.arguments["null_variance"]
    )
    icc = agreement.icc_oneway(competency_scores(items), company)
    of_skewed = dict(zip(skewed.ratees, skewed.rwg_j, strict=True))
    return {
        "rwgj_uniform": dict(zip(uniform.ratees, uniform.rwg_j, strict=True)),
        "median_rwgj_uniform": float(np.median(uniform.rwg_j)),
        "rwgj_slight_skew_1.34": of_skewed,
        "rwgj_slight_skew_multilevel": of_skewed,
        "rwgj_slight_skew_raw": dict(zip(skewed.ratees, skewed.raw, strict=True)),
        **_scatter(uniform),
        "icc1_mean_size": icc.icc1_mean_size,
        "icc1_k0": icc.icc1,
        "icc2": icc.icc2,
        "alpha": reliability.cronbach_alpha(items).value,
    }


def _scatter(found: agreement.RwgJ) -> Found:
    return {
        "rwgj_lindell": dict(zip(found.ratees, found.r_star, strict=True)),
        "ad_mean": dict(zip(found.ratees, found.ad_mean, strict=True)),
        "ad_median": dict(zip(found.ratees, found.ad_median, strict=True)),
        "n": dict(zip(found.ratees, found.n, strict=True)),
    }


def nulls(vector: Vector) -> Found:
    return {
        shape: {points: agreement.null_variance(int(points), shape) for points in known}
        for shape, known in vector.expected.items()
    }


def planning(vector: Vector) -> Found:
    icc1 = vector.arguments["icc1"]
    targets = {"k70": 0.7, "k80": 0.8, "k90": 0.9}
    needed = {
        key: [reliability.raters_needed(r, target) for r in icc1] for key, target in targets.items()
    }
    return {**needed, "rel_k5": reliability.spearman_brown(np.array(icc1), 5)}


def omega(vector: Vector) -> Found:
    items = vector.matrix(vector.arguments["items"])
    found = reliability.mcdonald_omega(items)
    return {
        "loadings": found.loadings,
        "uniquenesses": found.uniquenesses,
        "omega_total": found.value,
        "omega_standardized": found.standardized,
        "alpha": reliability.cronbach_alpha(items).value,
    }


def dimensions(vector: Vector) -> Found:
    quantile = vector.arguments.get("quantile", 0.95)
    found = reliability.parallel_analysis(vector.matrix(), quantile=quantile)
    return {
        "eigenvalues": found.eigenvalues,
        "noise_p95": found.noise,
        "n_components": found.retained,
    }


def shrunken(vector: Vector) -> Found:
    values, ratee = vector.numbers(vector.arguments["y"]), vector.labels(vector.arguments["target"])
    found, icc = precision.shrunken_means(values, ratee), agreement.icc_oneway(values, ratee)
    raw = precision.mean_interval(values, ratee)
    return {
        "var_between": found.between,
        "var_within": found.within,
        "mean": found.mean,
        "raw_means": dict(zip(raw.ratees, raw.mean, strict=True)),
        "shrunken_means": dict(zip(found.ratees, found.shrunken, strict=True)),
        "reliability_k5": found.reliability[0],
        "icc1": icc.icc1,
        "icc1_ci95": [icc.low, icc.high],
    }


def crossed(vector: Vector) -> Found:
    found = precision.crossed_effects(
        vector.numbers("diameter"), vector.labels("plate"), vector.labels("sample")
    )
    plates = dict(zip(found.ratees, found.ratee_effects, strict=True))
    first = vector.expected["first_plate_effects"]
    return {
        "var_plate": found.between_ratees,
        "var_sample": found.between_raters,
        "var_resid": found.residual,
        "mean": found.mean,
        "sample_effects": dict(zip(found.raters, found.rater_effects, strict=True)),
        "first_plate_effects": {plate: plates[plate] for plate in first},
    }


def sleep(vector: Vector) -> Found:
    extra, group = vector.numbers("extra"), np.array(vector.labels("group"))
    paired = vector.id.startswith("paired")
    found = precision.difference(extra[group == "1"], extra[group == "2"], paired=paired)
    return {
        "t": found.t,
        "df": found.df,
        "p": found.p,
        "ci95": [found.low, found.high],
        "d": found.d,
        "g": found.effect,
        "dz": found.effect,
    }


def measurement_error(vector: Vector) -> Found:
    sd, rel, score, mean, other_rel = (
        vector.arguments[name] for name in ("sd", "reliability", "score", "mean", "reliability2")
    )
    errors = precision.sem(sd, rel), precision.sem(sd, other_rel)
    true = precision.true_score(score, mean, sd, rel)
    return {
        "sem": errors[0],
        "ci95": precision.score_interval(score, sd, rel),
        "kelley": true.value,
        "see": true.se,
        "se_diff": precision.standard_error_of_difference(*errors),
        "min_detectable_diff95": precision.minimum_detectable_difference(*errors),
    }


def careless(vector: Vector) -> Found:
    forms = vector.matrix()
    found: Found = {
        "longstr": carefulness.longstring(forms),
        "avgstr": carefulness.average_string(forms),
        "irv": carefulness.irv(forms),
    }
    if "factors" in vector.arguments:
        confidence = vector.arguments["mahad_confidence"]
        distances = carefulness.mahalanobis(forms, confidence=confidence)
        found["mahad_sq"], found["mahad_flag"] = distances.d2, distances.flagged
        found["evenodd"] = carefulness.even_odd(forms, vector.arguments["factors"])
    return found


def self_other(vector: Vector) -> Found:
    views = vector.numbers("self"), vector.numbers("others")
    found = gaps.self_other_categories(*views)
    standing = gaps.self_other_categories(*views, standardized=True)
    return {
        "mean_diff": found.mean,
        "sd_diff": found.sd,
        "category": found.category,
        "category4": found.category4,
        "category_standardized": standing.category,
    }


def composite(vector: Vector) -> Found:
    found = precision.composite_reliability(**vector.arguments)
    return {"var_composite": found.variance, "reliability": found.value}


CHECKS: dict[str, Callable[[Vector], Found]] = {
    "icc_sf_six": icc_forms,
    "icc_sf_ms": mean_squares,
    "icc_video": icc_forms,
    "fleiss_kappa_diagnoses": kappa,
    "kripp_textbook": krippendorff,
    "alpha_attitude": alpha,
    "alpha_bfi_A": alpha,
    "alpha_bfi_N": alpha,
    "icc1_bh1996_hrs": icc_oneway,
    "rwg_cohesion": rwg_by_platoon,
    "rwg_lq2002_lead": rwg_by_company,
    "rwg_lq2002_tsig": rwg_by_company,
    "rwg_nulls": nulls,
    "spearman_brown_need": planning,
    "omega_hs_visual": omega,
    "omega_hs_textual": omega,
    "omega_lq_lead": omega,
    "eigen_attitude": dimensions,
    "parallel_attitude": dimensions,
    "blup_dyestuff": shrunken,
    "crossed_penicillin": crossed,
    "welch_sleep": sleep,
    "paired_sleep": sleep,
    "sem_classic": measurement_error,
    "careless_200": careless,
    "careless_2": careless,
    "self_other": self_other,
    "mosier_composite": composite,
}


def differences(found: Any, expected: Any, tolerance: float) -> Iterator[tuple[float, bool]]:
    """Of each expected value how far the one found is away, and whether that is right."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from differences(found.get(key, "missing"), value, tolerance)
    elif isinstance(expected, list):
        if not isinstance(found, str) and found is not None and len(found) == len(expected):
            for one, value in zip(found, expected, strict=True):
                yield from differences(one, value, tolerance)
        else:
            yield inf, False
    elif expected is None or isinstance(expected, str):
        right = found == expected or (expected is None and _is_nan(found))
        yield 0.0 if right else inf, right
    elif found is None or isinstance(found, str) or _is_nan(found):
        yield inf, False
    else:
        away = abs(float(found) - expected)
        yield away, away <= tolerance + PRINTED * max(1.0, abs(expected))


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)


def check(vector: Vector) -> tuple[int, float, bool]:
    """How many values were compared, the largest difference, and whether all are right."""
    expected = {
        key: value
        for key, value in vector.expected.items()
        if f"{vector.id}.{key}" not in NOT_COMPARED
    }
    found = CHECKS[vector.id](vector) if vector.id in CHECKS else {}
    compared = list(differences(found, expected, vector.tolerance))
    return len(compared), max(away for away, _ in compared), all(right for _, right in compared)


def main() -> int:
    """Prints the table; 1 if a vector is wrong or the folder is not there."""
    if not FOLDER:
        print(f"Set {VARIABLE} to the folder that holds vectors.json.", file=sys.stderr)
        return 1
    known = vectors()
    print(f"{'vector':<24}{'values':>8}{'largest difference':>22}{'tolerance':>12}  ok")
    right = 0
    for id, vector in known.items():
        values, away, ok = check(vector)
        right += ok
        print(f"{id:<24}{values:>8}{away:>22.3g}{vector.tolerance:>12g}  {'yes' if ok else 'NO'}")
    print(f"vectors={len(known)} right={right}")
    return int(right < len(known))


if __name__ == "__main__":
    sys.exit(main())
