"""Do the raters of a ratee see the same thing: intraclass correlations, rwg, alpha and kappa."""

from analysis.agreement.fleiss import FleissKappa, fleiss_kappa
from analysis.agreement.icc import IccOneway, icc_oneway
from analysis.agreement.krippendorff import KrippendorffAlpha, krippendorff_alpha
from analysis.agreement.nulls import null_variance
from analysis.agreement.shrout_fleiss import Icc, MeanSquares, icc_shrout_fleiss, mean_squares
from analysis.agreement.within_group import Rwg, RwgJ, rwg, rwg_j

__all__ = [
    "FleissKappa",
    "Icc",
    "IccOneway",
    "KrippendorffAlpha",
    "MeanSquares",
    "Rwg",
    "RwgJ",
    "fleiss_kappa",
    "icc_oneway",
    "icc_shrout_fleiss",
    "krippendorff_alpha",
    "mean_squares",
    "null_variance",
    "rwg",
    "rwg_j",
]
