"""Puts the scores of models together that differ by their training seed alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.intervals import (
    METHOD,
    Clusters,
    Interval,
    Jackknife,
    are_enough,
    clusters_of,
    covariance,
    degrees_of_freedom,
    interval_of,
    jackknife,
    share_bounds,
    t_quantile,
)
from qareport.analysis.statistics.total_intervals import mean_columns
from qareport.data.percent import Score
from qareport.errors import DataError

SEEDS_METHOD = f"{METHOD}, and the variance between seeds"

FEWEST_SEEDS = 3
"""From here on the interval holds the truth in 92 % of simulations or more; with two seeds, whose
distance is often small by chance, in 88 % (benchmarks/seeds.py)."""

LEVEL = 0.95
SAME = 1e-12
"""Within which means are the same, but for rounding."""


@dataclass(frozen=True, slots=True)
class SeedScores:
    """The mean score of several models by one measure, and how far seeds are apart."""

    seeds: int
    mean: Interval
    """Of the scores of all models, for other articles and other seeds alike; without bounds where
    there are too few of either."""
    standard_deviation: Score
    """Between the mean scores of the models; its square is divided by their number less one."""
    lowest: Score
    highest: Score


def combine_seeds(models: Sequence[Sequence[ExampleRow]]) -> Mapping[str, SeedScores]:
    """What models score together, by measure; the rows of all are of the same examples in order.

    Raises:
        DataError: there are fewer than two models, or no examples.
    """
    if len(models) <= 1:
        raise DataError("one model has no spread between seeds; give the records of two or more")
    columns = [mean_columns([row.score for row in rows]) for rows in models]
    clusters = clusters_of([row.example for row in models[0]])
    shared = (name for name in columns[0] if all(name in each for each in columns))
    return {
        name: seed_scores(np.stack([each[name] for each in columns]), clusters) for name in shared
    }


def seed_scores(scores: Float64[np.ndarray, "seed example"], clusters: Clusters) -> SeedScores:
    """What the models with these scores have together, 0 to 1.

    The variance of their mean is the sum of two: that of the examples' mean scores over the
    clusters, and that of the models' mean scores over their number. What models and clusters have
    together is in both, so that the interval is rather too wide. Its degrees of freedom are those
    of Satterthwaite (1946).
    """
    means = scores.mean(axis=1)
    found = jackknife(scores.mean(axis=0), clusters)
    return SeedScores(
        seeds=len(means),
        mean=_interval(means, found),
        standard_deviation=float(means.std(ddof=1)),
        lowest=float(means.min()),
        highest=float(means.max()),
    )


def _interval(means: Float64[np.ndarray, " seed"], found: Jackknife) -> Interval:
    # Rounding must not make a spread of equal means.
    of_seeds = float(means.var(ddof=1)) / len(means) if np.ptp(means) > SAME else 0.0
    of_examples = covariance(found, found) if np.abs(found.deviations).max() > SAME else 0.0
    variance = of_examples + of_seeds
    half_width = 0.0
    if of_examples and len(means) >= FEWEST_SEEDS and are_enough(found.sizes):
        doubt = of_examples**2 / degrees_of_freedom(found) + of_seeds**2 / (len(means) - 1)
        half_width = t_quantile(variance**2 / doubt, LEVEL) * math.sqrt(variance)
    bounds = share_bounds(found.mean, half_width, LEVEL)
    return replace(interval_of(found, bounds), method=SEEDS_METHOD)
