"""Computes intervals of mean scores by resampling whole clusters of examples."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8

from qareport.data.percent import Score
from qareport.data.sampling import have_articles
from qareport.data.types import Example
from qareport.errors import DataError

METHOD = "percentile bootstrap of whole clusters"

FEWEST_CLUSTERS = 2
"""A lone cluster is in every resample, so its mean would seem to have no error."""

CHUNK_CELLS = 2**20
"""Cells of the table of resamples that are worked on at once: 8 MiB of float64."""

SUMMED_BITS = 52
"""Bits of the largest sum: those of a float64 less one, which rounding its terms up may take."""


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
class Bootstrap:
    """How resamples were drawn: enough to draw them again."""

    unit: ClusterUnit
    clusters: int
    resamples: int
    seed: int
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Resamples:
    """How often each resample holds each cluster; all figures of a record share one draw."""

    clusters: Clusters
    counts: UInt8[np.ndarray, "resample cluster"]
    bootstrap: Bootstrap


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of an interval."""

    low: Score
    high: Score
    level: Score
    """Share of intervals made this way that hold the truth, if all goes well: 0.95."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of some examples, and how far it may be off."""

    estimate: Score
    bounds: Bounds | None
    """None when the examples are of fewer than two clusters."""
    n: int
    clusters: int
    """Clusters that hold any of the `n` examples."""
    left_out: int
    """Resamples that do not define the figure, such as those without any of the examples."""
    bootstrap: Bootstrap


def clusters_of(examples: Sequence[Example]) -> Clusters:
    """The articles of the examples, or their paragraphs when titles do not separate articles.

    Raises:
        DataError: there are no examples.
    """
    if not examples:
        raise DataError("there are no examples to resample; check the data set and its limits")
    if have_articles(examples):
        return _number(ClusterUnit.ARTICLE, [example.title for example in examples])
    return _number(ClusterUnit.PARAGRAPH, [example.context for example in examples])


def draw_resamples(clusters: Clusters, *, seed: int, resamples: int = 10_000) -> Resamples:
    """As many clusters as there are, drawn with replacement, once for each resample."""
    # A seed, not a generator: a generator that was used before would make the recorded seed wrong.
    generator = np.random.default_rng(seed)
    # Counts fit a byte: that one is above 255 has a chance below 1e-500 (1/256!) each.
    counts = np.empty((resamples, clusters.count), dtype=np.uint8)
    for chunk in _chunks(counts):
        chunk[:] = _draw_counts(generator, resamples=len(chunk), clusters=clusters.count)
    bootstrap = Bootstrap(clusters.unit, clusters.count, resamples=resamples, seed=seed)
    return Resamples(clusters, counts, bootstrap)


def interval_of_mean(
    values: Float64[np.ndarray, " example"],
    resamples: Resamples,
    *,
    members: Bool[np.ndarray, " example"] | None = None,
    level: float = 0.95,
) -> Interval:
    """The mean of the values, or of those of a group's members, with its interval.

    The values of a paired difference are the differences of two models' scores.

    Raises:
        DataError: the group has no members.
    """
    of_group = values if members is None else values[members]
    if not of_group.size:
        raise DataError("a group without examples has no mean; leave it out")
    # Exact, so that the order of the examples does not show in the last bits.
    estimate = math.fsum(of_group.tolist()) / of_group.size
    means = resampled_means(values, resamples, members=members)
    return percentile_interval(estimate, means, resamples, members=members, level=level)


def resampled_means(
    values: Float64[np.ndarray, " example"],
    resamples: Resamples,
    *,
    members: Bool[np.ndarray, " example"] | None = None,
) -> Float64[np.ndarray, " resample"]:
    """The mean of the members in each resample; NaN where it holds none of them."""
    numbers, count = resamples.clusters.numbers, resamples.clusters.count
    if members is not None:
        numbers, values = numbers[members], values[members]
    sizes = np.bincount(numbers, minlength=count)
    summable = _round_to_grid(values, terms=count * int(sizes.max(initial=0)))
    sums = np.bincount(numbers, weights=summable, minlength=count)
    # Drawn together, since a mean of the clusters' means would weigh small clusters like large.
    per_cluster = np.stack([sums, sizes], axis=1)  # (cluster, sum or size)
    # A group such as an article is in few of the clusters; the others add nothing to any sum.
    present = np.flatnonzero(sizes)
    totals = np.concatenate(
        [chunk[:, present] @ per_cluster[present] for chunk in _chunks(resamples.counts)]
    )
    means: Float64[np.ndarray, " resample"] = np.full(len(totals), np.nan)
    np.divide(totals[:, 0], totals[:, 1], out=means, where=totals[:, 1] > 0)
    return means


def percentile_interval(
    estimate: float,
    resampled: Float64[np.ndarray, " resample"],
    resamples: Resamples,
    *,
    members: Bool[np.ndarray, " example"] | None = None,
    level: float = 0.95,
) -> Interval:
    """An estimate between the quantiles of the same figure in the resamples that define it."""
    numbers = resamples.clusters.numbers
    of_group = numbers if members is None else numbers[members]
    clusters = int(np.count_nonzero(np.bincount(of_group)))
    defined = resampled[~np.isnan(resampled)]
    has_bounds = clusters >= FEWEST_CLUSTERS and defined.size > 0
    return Interval(
        estimate=estimate,
        bounds=_quantile_bounds(defined, level) if has_bounds else None,
        n=len(of_group),
        clusters=clusters,
        left_out=len(resampled) - len(defined),
        bootstrap=resamples.bootstrap,
    )


def _number(unit: ClusterUnit, keys: Sequence[str]) -> Clusters:
    number_of = {key: number for number, key in enumerate(sorted(set(keys)))}
    numbers = np.array([number_of[key] for key in keys], dtype=np.int64)
    return Clusters(unit, numbers, len(number_of))


def _chunks(
    counts: UInt8[np.ndarray, "resample cluster"],
) -> Iterator[UInt8[np.ndarray, "_ cluster"]]:
    """The table in parts whose copy in wider numbers stays small."""
    rows = max(1, CHUNK_CELLS // counts.shape[1])
    return (counts[first : first + rows] for first in range(0, len(counts), rows))


def _draw_counts(
    generator: np.random.Generator, *, resamples: int, clusters: int
) -> Int64[np.ndarray, "resample cluster"]:
    drawn = generator.integers(clusters, size=(resamples, clusters))
    # Each resample counts in a range of its own, so that one count serves them all.
    drawn += clusters * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * clusters)
    return counts.reshape(resamples, clusters)


def _round_to_grid(
    values: Float64[np.ndarray, " example"], *, terms: int
) -> Float64[np.ndarray, " example"]:
    """The values as multiples of a power of two so large that a sum of `terms` of them is exact.

    Otherwise the last digits of an interval would depend on the order in which a CPU adds (the
    rounding in advance of Demmel and Nguyen 2013).
    """
    _, exponent = math.frexp(terms * float(np.abs(values).max(initial=0.0)))
    grid = max(2.0 ** (exponent - SUMMED_BITS), sys.float_info.min)
    return np.rint(values / grid) * grid


def _quantile_bounds(defined: Float64[np.ndarray, " defined"], level: float) -> Bounds:
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Bounds(low, high, level)
