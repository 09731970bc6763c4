"""How sure a score is: intervals, shrinkage, severity of raters, differences, composites."""

from analysis.precision.classical import (
    CompositeReliability,
    TrueScore,
    composite_reliability,
    minimum_detectable_difference,
    score_interval,
    sem,
    standard_error_of_difference,
    true_score,
)
from analysis.precision.comparison import Difference, adjust_p, difference
from analysis.precision.crossed import CrossedEffects, crossed_effects
from analysis.precision.means import (
    MeanIntervals,
    PooledStandardError,
    mean_interval,
    pooled_standard_error,
)
from analysis.precision.shrinkage import ShrunkenMeans, shrunken_means

__all__ = [
    "CompositeReliability",
    "CrossedEffects",
    "Difference",
    "MeanIntervals",
    "PooledStandardError",
    "ShrunkenMeans",
    "TrueScore",
    "adjust_p",
    "composite_reliability",
    "crossed_effects",
    "difference",
    "mean_interval",
    "minimum_detectable_difference",
    "pooled_standard_error",
    "score_interval",
    "sem",
    "shrunken_means",
    "standard_error_of_difference",
    "true_score",
]
