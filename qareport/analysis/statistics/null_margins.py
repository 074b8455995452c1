"""Analyses the null margins of rows: thresholds, abstention and curves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.abstention import (
    TemperatureFit,
    aurc,
    auroc,
    excess_aurc,
    measure_temperature,
)
from qareport.analysis.statistics.curves import (
    Curves,
    oracle_precision_recall,
    precision_recall,
    trace_curves,
)
from qareport.analysis.statistics.intervals import Clusters, are_enough, sizes_of
from qareport.analysis.statistics.tie_safe import (
    CrossFit,
    MarginScores,
    TieSafeBest,
    cross_fit,
    first_half,
    tie_safe_best,
)
from qareport.data.types import ExampleScore
from qareport.metrics.thresholds import (
    BestMean,
    BestThreshold,
    NullOdds,
    OfficialSweep,
    official_sweep,
)

SEED = 42
"""Seed of the halves of articles of every record, so that they can be drawn again."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The best that any threshold reaches on one measure, found in three ways."""

    official: BestMean
    """By the official sweep, which ties and scales other than probabilities mislead."""
    tie_safe: TieSafeBest
    """On these very examples, so it is what a threshold could reach at most."""
    cross_fitted: CrossFit | None
    """With the threshold chosen on the other half of the articles; None for too few articles."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well null margins separate questions with an answer from those without."""

    auroc: float | None
    """Of HasAns against NoAns; None where there is one kind only."""
    aurc: float
    """Area under the risk-coverage curve, by exact match."""
    excess_aurc: float
    average_precision: float | None
    """Of F1; None where no question has an answer."""
    oracle_average_precision: float | None
    temperature: TemperatureFit | None
    """Of the null probability; None for too few articles, and where margins are not differences of
    logits."""


@dataclass(frozen=True, slots=True)
class MarginAnalysis:
    """What the null margins of answers show."""

    exact: Thresholds
    f1: Thresholds
    is_degenerate: bool
    """Whether all null margins are equal, so that the official sweep depends on their order."""
    abstention: Abstention
    curves: Curves


def analyse_margins(
    rows: Sequence[ExampleRow],
    clusters: Clusters,
    *,
    sweep: OfficialSweep,
    has_logits: bool,
) -> MarginAnalysis:
    """The analysis of the null margins of these rows, all of which have one.

    Raises:
        DataError: there are no rows.
        PredictionsError: a row has no margin.
    """
    exact, f1 = _margin_scores(rows, _exact), _margin_scores(rows, _f1)
    return MarginAnalysis(
        exact=_thresholds(sweep.exact, exact, clusters),
        f1=_thresholds(sweep.f1, f1, clusters),
        is_degenerate=sweep.order_dependent,
        abstention=_abstention(
            exact, f1, temperature=_temperature(exact, clusters) if has_logits else None
        ),
        curves=trace_curves(exact, f1),
    )


def sweep_rows(rows: Sequence[ExampleRow]) -> OfficialSweep | None:
    """The official sweep over the best spans, in the order of the rows; None without margins."""
    margins = {row.example.id: row.null_margin for row in rows if row.null_margin is not None}
    if len(margins) < len(rows):
        return None
    texts = {row.example.id: row.best_text for row in rows}
    # The sweep looks at the margins alone, whatever the threshold.
    return official_sweep([row.best_score for row in rows], NullOdds(margins, 0.0), texts)


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


def _thresholds(official: BestThreshold, scores: MarginScores, clusters: Clusters) -> Thresholds:
    return Thresholds(
        official=official.mean(len(scores.kept)),
        tie_safe=tie_safe_best(scores),
        cross_fitted=(
            cross_fit(scores, clusters, seed=SEED) if are_enough(sizes_of(clusters)) else None
        ),
    )


def _abstention(
    exact: MarginScores, f1: MarginScores, *, temperature: TemperatureFit | None
) -> Abstention:
    curve, oracle = precision_recall(f1), oracle_precision_recall(f1)
    return Abstention(
        auroc=auroc(exact),
        aurc=aurc(exact),
        excess_aurc=excess_aurc(exact),
        average_precision=curve.average_precision if curve else None,
        oracle_average_precision=oracle.average_precision if oracle else None,
        temperature=temperature,
    )


def _temperature(scores: MarginScores, clusters: Clusters) -> TemperatureFit | None:
    """Fitted on the same half of the articles on which the first threshold is chosen."""
    if not are_enough(sizes_of(clusters)):
        return None
    return measure_temperature(scores, first_half(clusters, seed=SEED))
