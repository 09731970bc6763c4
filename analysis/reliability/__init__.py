"""How well the items of a scale hang together, and how many raters a score needs."""

from analysis.reliability.alpha import Alpha, cronbach_alpha, undefined
from analysis.reliability.comparison import AlphaComparison, compare_alphas
from analysis.reliability.dimensions import ParallelAnalysis, parallel_analysis
from analysis.reliability.hierarchical import OmegaHierarchical, omega_hierarchical
from analysis.reliability.omega import Omega, mcdonald_omega
from analysis.reliability.planning import raters_needed, spearman_brown

__all__ = [
    "Alpha",
    "AlphaComparison",
    "Omega",
    "OmegaHierarchical",
    "ParallelAnalysis",
    "compare_alphas",
    "cronbach_alpha",
    "mcdonald_omega",
    "omega_hierarchical",
    "parallel_analysis",
    "raters_needed",
    "spearman_brown",
    "undefined",
]
