"""Finds the best threshold of null margins on any scale, and its worth on other articles.

Unlike the official sweep, this one never separates examples of equal margin.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from jaxtyping import Bool, Float64, Int64

from qareport.analysis.statistics.intervals import Clusters, ClusterUnit
from qareport.data.percent import Score
from qareport.errors import DataError, PredictionsError, UsageError


@dataclass(frozen=True, slots=True)
class MarginScores:
    """What the answers to some examples score, and the margins by which they may be withheld.

    Raises:
        DataError: there are no examples.
        PredictionsError: a margin is NaN.
    """

    kept: Float64[np.ndarray, " example"]
    """Score of the predicted text, 0 to 1."""
    has_answer: Bool[np.ndarray, " example"]
    """Withholding scores 0 where there is an answer and 1 where there is none."""
    margins: Float64[np.ndarray, " example"]
    """Higher for "no answer", on any scale, infinities included."""

    def __post_init__(self) -> None:
        if not self.kept.size:
            raise DataError("there are no examples to choose a threshold on; check the data set")
        strange = int(np.isnan(self.margins).sum())
        if strange:
            raise PredictionsError(
                f"{strange} of {len(self.margins)} null margins are nan; give numbers"
            )


@dataclass(frozen=True, slots=True)
class TieSafeBest:
    """The highest score that any threshold reaches, and the lowest threshold that reaches it."""

    score: Score
    """Mean, 0 to 1."""
    threshold: float
    """The highest margin that is kept; -inf withholds every answer whose margin is finite."""
    next_margin: float | None
    """The lowest margin that is withheld, None if none is. A threshold as good as the best is from
    `threshold` up to below this one; above `threshold` up to this one under a null rule that
    withholds a margin equal to its threshold."""
    n: int


@dataclass(frozen=True, slots=True)
class FittedHalf:
    """One half of the articles, scored at the best threshold of the other half."""

    score: Score
    """Mean, 0 to 1."""
    n: int
    tuned: TieSafeBest
    """On the other half."""


@dataclass(frozen=True, slots=True)
class CrossFit:
    """What tuning the threshold is worth on articles that had no part in it."""

    score: Score
    """Mean over both halves, 0 to 1."""
    n: int
    first: FittedHalf
    second: FittedHalf
    unit: ClusterUnit
    """What was never split between the halves."""
    seed: int


def score_at(scores: MarginScores, threshold: float) -> float:
    """The mean score when exactly the answers with a margin above the threshold are withheld.

    Raises:
        UsageError: the threshold is NaN.
    """
    return _points_at(scores, threshold) / len(scores.kept)


def tie_safe_best(scores: MarginScores) -> TieSafeBest:
    """The best of all thresholds, the lowest of them on equal scores."""
    order = np.argsort(scores.margins)
    # Adding 0 turns -0.0 into 0.0: which of both came first must not show in the result.
    thresholds = np.unique(np.append(scores.margins, -np.inf)) + 0.0
    kept_counts = np.searchsorted(scores.margins[order], thresholds, side="right")
    points = np.array(list(_running_points(scores, order)))[kept_counts]
    # The first of equals, which is the lowest threshold.
    best = int(np.argmax(points))
    return TieSafeBest(
        score=float(points[best]) / len(order),
        threshold=float(thresholds[best]),
        next_margin=float(thresholds[best + 1]) if best + 1 < len(thresholds) else None,
        n=len(order),
    )


def cross_fit(scores: MarginScores, clusters: Clusters, *, seed: int) -> CrossFit:
    """The score when each half of the clusters takes its threshold from the other half.

    Raises:
        DataError: there is one cluster, which leaves one half empty.
    """
    in_first = first_half(clusters, seed=seed)
    first, second = _select(scores, in_first), _select(scores, ~in_first)
    best_of_first, best_of_second = tie_safe_best(first), tie_safe_best(second)
    points_of_first = _points_at(first, best_of_second.threshold)
    points_of_second = _points_at(second, best_of_first.threshold)
    n_first, n_second = best_of_first.n, best_of_second.n
    return CrossFit(
        score=(points_of_first + points_of_second) / (n_first + n_second),
        n=n_first + n_second,
        first=FittedHalf(points_of_first / n_first, n_first, tuned=best_of_second),
        second=FittedHalf(points_of_second / n_second, n_second, tuned=best_of_first),
        unit=clusters.unit,
        seed=seed,
    )


def first_half(clusters: Clusters, *, seed: int) -> Bool[np.ndarray, " example"]:
    """Which examples fall into the first of two halves that split no cluster.

    Clusters of like size form pairs, and a coin decides for each pair which goes where: the halves
    differ by at most as many examples as the largest cluster has.
    """
    largest_first = np.argsort(-np.bincount(clusters.numbers), kind="stable")
    ranks = np.arange(clusters.count)
    coins = np.random.default_rng(seed).integers(2, size=clusters.count)[ranks // 2]
    is_first = np.empty(clusters.count, dtype=np.bool_)
    is_first[largest_first] = (ranks + coins) % 2 == 0
    in_first: Bool[np.ndarray, " example"] = is_first[clusters.numbers]
    return in_first


def _points_at(scores: MarginScores, threshold: float) -> float:
    """Sum of the scores at a threshold, exact but for one rounding."""
    if math.isnan(threshold):
        raise UsageError("the null threshold is nan, which is above no value; give a number")
    points = np.where(scores.margins > threshold, ~scores.has_answer, scores.kept)
    return math.fsum(points.tolist())


def _running_points(scores: MarginScores, order: Int64[np.ndarray, " example"]) -> Iterator[float]:
    """Sums of the scores with the first 0, 1, 2 ... examples of the order kept.

    Whole numbers make them exact but for one rounding: neither the order of equal margins nor
    the errors of a long sum may choose between thresholds of equal score.
    """
    ratios = [kept.as_integer_ratio() for kept in scores.kept[order].tolist()]
    # The denominators of floats are powers of 2, so the largest is a multiple of all.
    unit = max(denominator for _, denominator in ratios)
    withheld = [0 if has_answer else unit for has_answer in scores.has_answer[order].tolist()]
    gains = (
        numerator * (unit // denominator) - lost
        for (numerator, denominator), lost in zip(ratios, withheld, strict=True)
    )
    return (points / unit for points in accumulate(gains, initial=sum(withheld)))


def _select(scores: MarginScores, members: Bool[np.ndarray, " example"]) -> MarginScores:
    return MarginScores(scores.kept[members], scores.has_answer[members], scores.margins[members])
