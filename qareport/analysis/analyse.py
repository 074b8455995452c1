"""Analyses the scores of rows: totals, groups, mistakes, causes and null margins."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from qareport.analysis.examples.breakdown import Breakdown
from qareport.analysis.examples.ceilings import HumanScores, score_humans
from qareport.analysis.examples.mistakes import count_kinds
from qareport.analysis.examples.rows import ExampleRow, Scope, break_down_rows
from qareport.analysis.statistics.intervals import Clusters, clusters_of
from qareport.analysis.statistics.null_margins import MarginAnalysis, analyse_margins, sweep_rows
from qareport.analysis.statistics.total_intervals import (
    TotalIntervals,
    TotalsIntervals,
    intervals_of,
    intervals_of_totals,
    mean_columns,
)
from qareport.data.types import F1, Total, Totals
from qareport.metrics.thresholds import OfficialSweep
from qareport.metrics.totals import total, total_abstaining

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Mean scores of the examples in one group of a trait."""

    trait: str
    group: str
    intervals: TotalIntervals
    is_small: bool
    """Whether the group has too few examples for any conclusion."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the scores of some answers show."""

    totals: Totals
    """After the threshold."""
    intervals: TotalsIntervals
    floor: Total | None
    """Of answering nothing to every question; None where each has an answer."""
    human: HumanScores | None
    """None where no question has the answers of two annotators, or their texts are not there."""
    groups: tuple[GroupScores, ...]
    without_group: Mapping[str, int]
    """Number of examples that a trait does not apply to, by trait."""
    mistakes: Mapping[str, int]
    """Number of examples of each kind; each has exactly one."""
    plausible_false_answers: int
    """Number of false answers that overlap a plausible one."""
    causes: Mapping[str, int]
    """Number of wrong answers with each cause that was looked for; an answer may have several."""
    wrong: int
    unexplained: int
    """Number of wrong answers without any of these causes."""
    margins: MarginAnalysis | None
    """None where null margins are not known."""


def analyse(
    rows: Sequence[ExampleRow], *, scope: Scope = EVERYTHING, sweep: OfficialSweep | None = None
) -> Analysis:
    """The analysis of these rows, within their scope.

    `sweep` is the official one of predictions made elsewhere, whose file may have another order
    that breaks ties; by default the order of the rows breaks them.

    Raises:
        DataError: there are no rows.
    """
    clusters = clusters_of([row.example for row in rows])
    scores = [row.score for row in rows]
    columns = mean_columns(scores)
    breakdowns = break_down_rows(rows)
    causes = Counter(cause for row in rows for cause in row.causes)
    wrong = [row for row in rows if row.score.exact != 1]
    swept = sweep or sweep_rows(rows)
    totals, normaliser = total(scores), scope.gold_normaliser
    return Analysis(
        totals=totals,
        intervals=intervals_of_totals(scores, clusters),
        floor=total_abstaining(totals),
        human=score_humans(rows, normaliser) if normaliser else None,
        groups=tuple(
            group
            for trait, breakdown in breakdowns.items()
            for group in _group_scores(columns, breakdown, clusters, trait=trait)
        ),
        without_group={trait: each.without_group for trait, each in breakdowns.items()},
        mistakes=count_kinds(row.mistake for row in rows),
        plausible_false_answers=sum(row.is_plausible for row in rows),
        causes={cause: causes[cause] for cause in scope.causes},
        wrong=len(wrong),
        unexplained=sum(not {*row.causes} & {*scope.causes} for row in wrong),
        margins=(
            analyse_margins(rows, clusters, sweep=swept, has_logits=scope.has_logits)
            if swept
            else None
        ),
    )


def worst_groups(analysis: Analysis, count: int) -> tuple[GroupScores, ...]:
    """The groups with the lowest F1, without the small ones."""
    large = [group for group in analysis.groups if not group.is_small]
    return tuple(sorted(large, key=lambda group: group.intervals[F1].estimate)[:count])


def _group_scores(
    columns: Mapping[str, Float64[np.ndarray, " example"]],
    breakdown: Breakdown,
    clusters: Clusters,
    *,
    trait: str,
) -> Iterator[GroupScores]:
    """The scores of each group with their intervals."""
    for group in breakdown.groups:
        yield GroupScores(
            trait=trait,
            group=group.name,
            intervals=intervals_of(columns, clusters, members=group.members),
            is_small=group.is_small,
        )
