"""Computes risk-coverage and precision-recall curves of null margins, thinned for charts."""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64, Int64

from qareport.analysis.statistics.abstention import risk_coverage
from qareport.analysis.statistics.tie_safe import MarginScores
from qareport.data.percent import Score

MOST_POINTS = 200
"""Most points of a thinned curve, more than a chart shows: our choice."""


@dataclass(frozen=True, slots=True)
class PrecisionRecallCurve:
    """Precision and recall at every threshold, from no answer admitted to all of them."""

    precisions: Float64[np.ndarray, " point"]
    """Points per admitted answer, 0 to 1; 1 where none is admitted."""
    recalls: Float64[np.ndarray, " point"]
    """Points per example with an answer, 0 to 1, rising."""
    average_precision: float
    """Mean precision over the recall, 0 to 1."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """The mean loss of the most confident answers."""

    coverage: Score
    """Share of the examples that are answered, above 0 to 1."""
    risk: Score
    """Their mean loss, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PrecisionPoint:
    """Precision and recall of the answers admitted at one threshold."""

    recall: Score
    """Points per example with an answer, 0 to 1."""
    precision: Score
    """Points per admitted answer, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Curves:
    """How scores fall as more answers are admitted, in rising null margin."""

    risk_coverage: tuple[RiskPoint, ...]
    """By exact match; all later curves are the official ones, None where no question has an
    answer."""
    precision_recall_exact: tuple[PrecisionPoint, ...] | None
    precision_recall_f1: tuple[PrecisionPoint, ...] | None
    precision_recall_oracle: tuple[PrecisionPoint, ...] | None
    """If every answerable question were answered right."""


def trace_curves(exact: MarginScores, f1: MarginScores) -> Curves:
    """The curves, thinned alike.

    Of a curve with more points, `MOST_POINTS` are kept: the first, the last, and others at equal
    steps between them. Areas are those of the whole curves, not of these points.
    """
    return Curves(
        risk_coverage=_risk_points(exact),
        precision_recall_exact=_precision_points(precision_recall(exact)),
        precision_recall_f1=_precision_points(precision_recall(f1)),
        precision_recall_oracle=_precision_points(oracle_precision_recall(f1)),
    )


def kept_points(count: int) -> Int64[np.ndarray, " point"]:
    """The indices of the points that are kept, of `count` points."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64))


def precision_recall(scores: MarginScores) -> PrecisionRecallCurve | None:
    """The curve of these scores (`pr_exact` or `pr_f1`); None when no example has an answer."""
    answerable = int(scores.has_answer.sum())
    if not answerable:
        return None
    order = np.argsort(scores.margins, kind="stable")
    margins = scores.margins[order]
    points = np.cumsum(np.where(scores.has_answer, scores.kept, 0.0)[order])
    # Equal margins are admitted together, so only the last of them makes a point of the curve.
    admitted = np.flatnonzero(np.append(margins[1:] != margins[:-1], [True])) + 1
    precisions = points[admitted - 1] / admitted
    recalls = points[admitted - 1] / answerable
    return PrecisionRecallCurve(
        precisions=np.append(1.0, precisions),
        recalls=np.append(0.0, recalls),
        average_precision=math.fsum((precisions * np.diff(recalls, prepend=0.0)).tolist()),
    )


def oracle_precision_recall(scores: MarginScores) -> PrecisionRecallCurve | None:
    """The curve if every answerable example were answered right (`pr_oracle`)."""
    return precision_recall(replace(scores, kept=np.ones_like(scores.kept)))


def _risk_points(scores: MarginScores) -> tuple[RiskPoint, ...]:
    risks = risk_coverage(scores)
    return tuple(
        RiskPoint(coverage=(index + 1) / len(risks), risk=float(risks[index]))
        for index in kept_points(len(risks)).tolist()
    )


def _precision_points(curve: PrecisionRecallCurve | None) -> tuple[PrecisionPoint, ...] | None:
    if curve is None:
        return None
    kept = kept_points(len(curve.recalls))
    return tuple(
        PrecisionPoint(recall, precision)
        for recall, precision in zip(
            curve.recalls[kept].tolist(), curve.precisions[kept].tolist(), strict=True
        )
    )
