"""Computes the intervals of the totals of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from qareport.analysis.statistics.intervals import (
    Clusters,
    Interval,
    clusters_of,
    interval_of_score,
)
from qareport.data.types import Example, ExampleScore
from qareport.metrics.measures import mean_measures
from qareport.metrics.totals import columns_of

TotalIntervals = Mapping[str, Interval]
"""Intervals of the mean scores of some examples, by measure."""


@dataclass(frozen=True, slots=True)
class TotalsIntervals:
    """Intervals of the totals of all examples and of both kinds; none for a kind without any."""

    overall: TotalIntervals
    has_answer: TotalIntervals | None
    no_answer: TotalIntervals | None


def total_intervals(examples: Sequence[Example], scores: Sequence[ExampleScore]) -> TotalsIntervals:
    """95 % intervals of the means, clustered by article; scores in the examples' order.

    Raises:
        DataError: there are no examples.
    """
    return intervals_of_totals(scores, clusters_of(examples))


def intervals_of_totals(scores: Sequence[ExampleScore], clusters: Clusters) -> TotalsIntervals:
    """The same, from given clusters.

    Raises:
        DataError: there are no examples.
    """
    columns = mean_columns(scores)
    everyone = np.ones(len(scores), dtype=np.bool_)
    has_answer = np.array([score.has_answer for score in scores], dtype=np.bool_)
    return TotalsIntervals(
        overall=intervals_of(columns, clusters, members=everyone),
        has_answer=intervals_of(columns, clusters, members=has_answer) if any(has_answer) else None,
        no_answer=intervals_of(columns, clusters, members=~has_answer)
        if any(~has_answer)
        else None,
    )


def mean_columns(
    scores: Sequence[ExampleScore],
) -> Mapping[str, Float64[np.ndarray, " example"]]:
    """The scores by measure, of those measures that are totalled by their mean."""
    columns = columns_of(scores)
    return {name: np.array(columns[name], dtype=np.float64) for name in mean_measures(columns)}


def intervals_of(
    columns: Mapping[str, Float64[np.ndarray, " example"]],
    clusters: Clusters,
    *,
    members: Bool[np.ndarray, " example"],
) -> Mapping[str, Interval]:
    """The interval of each column's mean over the members."""
    return {
        name: interval_of_score(values, clusters, members=members)
        for name, values in columns.items()
    }
