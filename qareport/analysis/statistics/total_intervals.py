"""Scores of examples to the intervals of their totals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from qareport.analysis.statistics.intervals import (
    Interval,
    Resamples,
    clusters_of,
    draw_resamples,
    interval_of_mean,
)
from qareport.data.types import Example, ExampleScore

SEED = 42
"""Of the resamples of every record, so that they can be drawn again."""


@dataclass(frozen=True, slots=True)
class TotalIntervals:
    """Intervals of both mean scores of some examples."""

    exact: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class TotalsIntervals:
    """Intervals of the totals of all examples and of both kinds; none for a kind without any."""

    overall: TotalIntervals
    has_answer: TotalIntervals | None
    no_answer: TotalIntervals | None


def total_intervals(
    examples: Sequence[Example], scores: Sequence[ExampleScore], *, seed: int = SEED
) -> TotalsIntervals:
    """95 % intervals of the means, by resampling whole articles; scores in the examples' order.

    Raises:
        DataError: there are no examples.
    """
    return intervals_of_totals(scores, draw_resamples(clusters_of(examples), seed=seed))


def intervals_of_totals(scores: Sequence[ExampleScore], resamples: Resamples) -> TotalsIntervals:
    """The same, from resamples that are drawn already.

    Raises:
        DataError: there are no examples.
    """
    everyone = np.ones(len(scores), dtype=np.bool_)
    has_answer = np.array([score.has_answer for score in scores], dtype=np.bool_)
    return TotalsIntervals(
        overall=_intervals(scores, resamples, members=everyone),
        has_answer=_intervals(scores, resamples, members=has_answer) if any(has_answer) else None,
        no_answer=_intervals(scores, resamples, members=~has_answer) if any(~has_answer) else None,
    )


def _intervals(
    scores: Sequence[ExampleScore], resamples: Resamples, *, members: Bool[np.ndarray, " example"]
) -> TotalIntervals:
    exact = np.array([score.exact for score in scores], dtype=np.float64)
    f1 = np.array([score.f1 for score in scores], dtype=np.float64)
    return TotalIntervals(
        exact=interval_of_mean(exact, resamples, members=members),
        f1=interval_of_mean(f1, resamples, members=members),
    )
