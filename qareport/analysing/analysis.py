"""Rows of examples to what their scores mean: thresholds, groups, mistakes, abstention."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qareport.analysing.abstention import (
    TemperatureFit,
    aurc,
    auroc,
    excess_aurc,
    measure_temperature,
)
from qareport.analysing.intervals import (
    FEWEST_CLUSTERS,
    Clusters,
    Interval,
    Resamples,
    clusters_of,
    draw_resamples,
    interval_of_mean,
)
from qareport.analysing.precision_recall import oracle_precision_recall, precision_recall
from qareport.analysing.tie_safe import (
    CrossFit,
    MarginScores,
    TieSafeBest,
    cross_fit,
    first_half,
    tie_safe_best,
)
from qareport.analysing.totals import SEED
from qareport.examining.breakdown import Breakdown
from qareport.examining.causes import CAUSES
from qareport.examining.mistakes import KINDS
from qareport.examining.rows import ExampleRow, break_down_rows
from qareport.records import ExampleScore
from qareport.scoring.thresholds import BestThreshold, NullOdds, OfficialSweep, official_sweep


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The best that any threshold reaches on one measure, told in three ways."""

    official: BestThreshold
    """By the official sweep, in points; ties and scales that are no probabilities mislead it."""
    tie_safe: TieSafeBest
    """On these very examples, so it is what a threshold could reach at most."""
    cross_fitted: CrossFit | None
    """With the threshold chosen on the other half of the articles; None for a lone article."""


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Mean scores of the examples that a trait puts together."""

    trait: str
    group: str
    exact: Interval
    f1: Interval
    is_small: bool
    """Whether the group has too few examples for any conclusion."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well null margins tell when not to answer."""

    auroc: float | None
    """Of HasAns against NoAns; None where there is one kind only."""
    aurc: float
    """Area under the risk-coverage curve, by exact match."""
    excess_aurc: float
    average_precision: float | None
    """Of F1; None where no question has an answer."""
    oracle_average_precision: float | None
    temperature: TemperatureFit | None
    """Of the null probability; None for a lone article."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the scores of a record mean."""

    exact: Thresholds
    f1: Thresholds
    is_degenerate: bool
    """Whether all null margins are equal, so that the official sweep depends on their order."""
    groups: tuple[GroupScores, ...]
    without_group: Mapping[str, int]
    """Examples that a trait does not concern, by trait."""
    mistakes: Mapping[str, int]
    """Examples of each kind; each has exactly one."""
    plausible_false_answers: int
    """False answers that meet a plausible one."""
    causes: Mapping[str, int]
    """Wrong answers with each cause; one answer may have several."""
    abstention: Abstention


def analyse(rows: Sequence[ExampleRow]) -> Analysis:
    """What the scores of these rows mean.

    Raises:
        DataError: there are no rows.
    """
    clusters = clusters_of([row.example for row in rows])
    resamples = draw_resamples(clusters, seed=SEED)
    exact = _margin_scores(rows, _exact)
    f1 = _margin_scores(rows, _f1)
    sweep = _official_sweep(rows)
    breakdowns = break_down_rows(rows)
    mistakes = Counter(row.mistake for row in rows)
    causes = Counter(cause for row in rows for cause in row.causes)
    return Analysis(
        exact=_thresholds(sweep.exact, exact, clusters),
        f1=_thresholds(sweep.f1, f1, clusters),
        is_degenerate=sweep.order_dependent,
        groups=tuple(
            group
            for trait, breakdown in breakdowns.items()
            for group in _group_scores(rows, breakdown, resamples, trait=trait)
        ),
        without_group={trait: each.without_group for trait, each in breakdowns.items()},
        mistakes={kind: mistakes[kind] for kind in KINDS},
        plausible_false_answers=sum(row.is_plausible for row in rows),
        causes={cause: causes[cause] for cause in CAUSES},
        abstention=_abstention(exact, f1, clusters),
    )


def worst_groups(analysis: Analysis, count: int) -> tuple[GroupScores, ...]:
    """The groups with the lowest F1, without the small ones."""
    large = [group for group in analysis.groups if not group.is_small]
    return tuple(sorted(large, key=lambda group: group.f1.estimate)[:count])


def _exact(score: ExampleScore) -> float:
    return score.exact


def _f1(score: ExampleScore) -> float:
    return score.f1


def _margin_scores(
    rows: Sequence[ExampleRow], measure: Callable[[ExampleScore], float]
) -> MarginScores:
    """What each best span scores, with the margin by which it may be withheld."""
    return MarginScores(
        kept=np.array([measure(row.best_score) for row in rows], dtype=np.float64),
        has_answer=np.array([row.score.has_answer for row in rows], dtype=np.bool_),
        margins=np.array([row.null_margin for row in rows], dtype=np.float64),
    )


def _official_sweep(rows: Sequence[ExampleRow]) -> OfficialSweep:
    margins = {row.example.id: row.null_margin for row in rows}
    texts = {row.example.id: row.best_text for row in rows}
    # The sweep looks at the margins alone, whatever the threshold.
    return official_sweep([row.best_score for row in rows], NullOdds(margins, 0.0), texts)


def _thresholds(official: BestThreshold, scores: MarginScores, clusters: Clusters) -> Thresholds:
    return Thresholds(
        official=official,
        tie_safe=tie_safe_best(scores),
        cross_fitted=cross_fit(scores, clusters, seed=SEED),
    )


def _group_scores(
    rows: Sequence[ExampleRow], breakdown: Breakdown, resamples: Resamples, *, trait: str
) -> Iterator[GroupScores]:
    """The scores of each group with their intervals."""
    exact = np.array([row.score.exact for row in rows], dtype=np.float64)
    f1 = np.array([row.score.f1 for row in rows], dtype=np.float64)
    for group in breakdown.groups:
        yield GroupScores(
            trait=trait,
            group=group.name,
            exact=interval_of_mean(exact, resamples, members=group.members),
            f1=interval_of_mean(f1, resamples, members=group.members),
            is_small=group.is_small,
        )


def _abstention(exact: MarginScores, f1: MarginScores, clusters: Clusters) -> Abstention:
    curve, oracle = precision_recall(f1), oracle_precision_recall(f1)
    return Abstention(
        auroc=auroc(exact),
        aurc=aurc(exact),
        excess_aurc=excess_aurc(exact),
        average_precision=curve.average_precision if curve else None,
        oracle_average_precision=oracle.average_precision if oracle else None,
        temperature=_temperature(exact, clusters),
    )


def _temperature(scores: MarginScores, clusters: Clusters) -> TemperatureFit | None:
    """Fitted on the same half of the articles on which the first threshold is chosen."""
    if clusters.count < FEWEST_CLUSTERS:
        return None
    return measure_temperature(scores, first_half(clusters, seed=SEED))
