"""Computes intervals of mean scores by leaving out whole clusters of examples in turn."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Bool, Float64, Int64

from qareport.data.ranges import Count, Difference, NotNegative, Share
from qareport.data.types import Example
from qareport.errors import DataError

METHOD = "jackknife of whole clusters with Student's t"

FEWEST_CLUSTERS = 8
"""From here on a 95 % interval holds the truth in 93 % of simulations or more, whether clusters are
alike in size or not (benchmarks/coverage.py); with fewer the scores of a few articles decide."""

FEWEST_EFFECTIVE_CLUSTERS = 2.0
"""Where one cluster outweighs all others, the interval would reach from 0 to 1: our choice."""

SUMMED_BITS = 52
"""Bits of the largest sum: those of a float64 less one, which rounding its terms up may take."""

Values = Float64[np.ndarray, " example"]
Members = Bool[np.ndarray, " example"]


class ClusterUnit(StrEnum):
    """What the examples of one cluster share."""

    ARTICLE = "article"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which cluster each example belongs to; scores within one are not independent."""

    unit: ClusterUnit
    numbers: Int64[np.ndarray, " example"]
    """From 0, in the order of titles or contexts, so that the order of examples is irrelevant."""
    count: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of an interval."""

    low: Difference
    high: Difference
    level: Share
    """Share of intervals made this way that hold the truth, if all goes well: 0.95."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of some examples, and how far it may be off."""

    estimate: Difference
    bounds: Bounds | None
    """None where clusters are too few or too unequal in size, or all have the same mean."""
    n: Count
    clusters: Count
    """Clusters that hold any of the `n` examples."""
    effective_clusters: NotNegative
    """As many clusters of equal size would weigh alike: (sum of sizes)² / sum of squared sizes."""
    unit: ClusterUnit
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Jackknife:
    """The mean of some examples, and what it would be without each of their clusters."""

    mean: float
    deviations: Float64[np.ndarray, " cluster"]
    """The mean without each cluster, less the mean of all; NaN for a lone cluster."""
    sizes: Int64[np.ndarray, " cluster"]
    unit: ClusterUnit


def clusters_of(examples: Sequence[Example]) -> Clusters:
    """The articles of the examples, or their paragraphs when some example has no title.

    Raises:
        DataError: there are no examples.
    """
    if not examples:
        raise DataError("there are no examples to score; check the data set and its limits")
    titles = [example.title for example in examples]
    if all(titles):
        return _number(ClusterUnit.ARTICLE, titles)
    return _number(ClusterUnit.PARAGRAPH, [example.context for example in examples])


def interval_of_score(
    values: Values, clusters: Clusters, *, members: Members | None = None, level: float = 0.95
) -> Interval:
    """The mean of scores from 0 to 1, or of those of a group's members, with its interval.

    Its ends are computed in log odds, where an interval near 0 or 1 is not cut off (Korn and
    Graubard 1998).

    Raises:
        DataError: the group has no members.
    """
    found = jackknife(values, clusters, members=members)
    return interval_of(found, share_bounds(found.mean, _half_width(found, level), level))


def interval_of_difference(
    values: Values, clusters: Clusters, *, members: Members | None = None, level: float = 0.95
) -> Interval:
    """The mean of paired differences of scores, -1 to 1, with its interval.

    Raises:
        DataError: the group has no members.
    """
    found = jackknife(values, clusters, members=members)
    half = _half_width(found, level)
    bounds = Bounds(max(-1.0, found.mean - half), min(1.0, found.mean + half), level)
    return interval_of(found, bounds if half else None)


def jackknife(values: Values, clusters: Clusters, *, members: Members | None = None) -> Jackknife:
    """The mean of the values, or of those of a group's members, with and without each cluster.

    Raises:
        DataError: the group has no members.
    """
    numbers = clusters.numbers
    if members is not None:
        numbers, values = numbers[members], values[members]
    if not values.size:
        raise DataError("a group without examples has no mean; leave it out")
    # A group such as a kind of question is in few of the clusters.
    _, numbers, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
    sums = np.bincount(numbers, weights=_round_to_grid(values))
    n, total = len(values), sums.sum()
    means_without: Float64[np.ndarray, " cluster"] = np.full(len(sizes), np.nan)
    np.divide(total - sums, n - sizes, out=means_without, where=sizes < n)
    return Jackknife(
        # Exact, so that the order of the examples does not show in the last bits.
        mean=math.fsum(values.tolist()) / n,
        # Less the mean of the rounded values, so that equal clusters deviate by exactly 0.
        deviations=means_without - total / n,
        sizes=sizes,
        unit=clusters.unit,
    )


def covariance(first: Jackknife, second: Jackknife) -> float:
    """Of two means over the same clusters; of a mean with itself, its variance.

    (G - 1) / G times the sum of products of deviations from the means of all, for G clusters: the
    jackknife that MacKinnon, Nielsen and Webb (2023) call CV3.
    """
    clusters = len(first.deviations)
    products = first.deviations * second.deviations
    return (clusters - 1) / clusters * math.fsum(products.tolist())


def degrees_of_freedom(found: Jackknife) -> float:
    """The effective number of clusters less one, since the large ones decide the variance.

    Carter, Schnepel and Steigerwald 2017.
    """
    return effective_clusters(found.sizes) - 1


def t_quantile(degrees_of_freedom: float, level: float) -> float:
    """How many standard errors off the ends of an interval of this level are, by Student's t."""
    # Imported here, since most commands never need it.
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy is slow

    return float(stdtrit(degrees_of_freedom, (1 + level) / 2))


def share_bounds(mean: float, half_width: float, level: float) -> Bounds | None:
    """Bounds around a mean from 0 to 1, as far off in log odds as `half_width` is at the mean.

    None where there is no width, or the mean is 0 or 1.
    """
    slope = mean * (1 - mean)
    if not (half_width and slope):
        return None
    log_odds, half = math.log(mean / (1 - mean)), half_width / slope
    return Bounds(_share_of(log_odds - half), _share_of(log_odds + half), level)


def effective_clusters(sizes: Int64[np.ndarray, " cluster"]) -> float:
    """As many clusters of equal size would weigh like those of these sizes."""
    return float(sizes.sum() ** 2 / np.sum(sizes**2))


def are_enough(sizes: Int64[np.ndarray, " cluster"]) -> bool:
    """Whether clusters of these sizes stand for others: there are some, and none outweighs all."""
    return len(sizes) >= FEWEST_CLUSTERS and effective_clusters(sizes) >= FEWEST_EFFECTIVE_CLUSTERS


def sizes_of(clusters: Clusters, members: Members | None = None) -> Int64[np.ndarray, " cluster"]:
    """The number of examples, or of a group's members, in each cluster that has any."""
    numbers = clusters.numbers if members is None else clusters.numbers[members]
    return np.unique(numbers, return_counts=True)[1]


def interval_of(found: Jackknife, bounds: Bounds | None) -> Interval:
    """The interval of a mean with these bounds."""
    return Interval(
        estimate=found.mean,
        bounds=bounds,
        n=int(found.sizes.sum()),
        clusters=len(found.sizes),
        effective_clusters=effective_clusters(found.sizes),
        unit=found.unit,
    )


def _number(unit: ClusterUnit, keys: Sequence[str]) -> Clusters:
    number_of = {key: number for number, key in enumerate(sorted(set(keys)))}
    numbers = np.array([number_of[key] for key in keys], dtype=np.int64)
    return Clusters(unit, numbers, len(number_of))


def _half_width(found: Jackknife, level: float) -> float:
    """How far each end is off; 0 where no interval can be given."""
    if not are_enough(found.sizes):
        return 0.0
    return t_quantile(degrees_of_freedom(found), level) * math.sqrt(covariance(found, found))


def _share_of(log_odds: float) -> float:
    """The share with these log odds, 0 to 1."""
    # By way of the side on which exp cannot overflow.
    odds = math.exp(-abs(log_odds))
    return odds / (1 + odds) if log_odds < 0 else 1 / (1 + odds)


def _round_to_grid(values: Values) -> Values:
    """The values as multiples of a power of two so large that every sum of them is exact.

    Otherwise the last digits of an interval would depend on the order in which a CPU adds (the
    rounding in advance of Demmel and Nguyen 2013).
    """
    _, exponent = math.frexp(len(values) * float(np.abs(values).max(initial=0.0)))
    grid = max(2.0 ** (exponent - SUMMED_BITS), sys.float_info.min)
    return np.rint(values / grid) * grid
