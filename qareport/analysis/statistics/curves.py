"""Null margins and scores in, curves of a few hundred points for charts out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from qareport.analysis.statistics.abstention import risk_coverage
from qareport.analysis.statistics.precision_recall import (
    PrecisionRecallCurve,
    oracle_precision_recall,
    precision_recall,
)
from qareport.analysis.statistics.tie_safe import MarginScores

MOST_POINTS = 200
"""Of a curve, more than a chart shows: our choice."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What the most confident answers lose."""

    coverage: float
    """Share of the examples that are answered, above 0 to 1."""
    risk: float
    """Their mean loss, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PrecisionPoint:
    """What the admitted answers are worth."""

    recall: float
    """Points per example with an answer, 0 to 1."""
    precision: float
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

    Of more than `MOST_POINTS` points that many stay: the first, the last, and between them those at
    equal steps of their number. Areas are those of the whole curves, not of these points.
    """
    return Curves(
        risk_coverage=_risk_points(exact),
        precision_recall_exact=_precision_points(precision_recall(exact)),
        precision_recall_f1=_precision_points(precision_recall(f1)),
        precision_recall_oracle=_precision_points(oracle_precision_recall(f1)),
    )


def kept_points(count: int) -> Int64[np.ndarray, " point"]:
    """The places of the points that stay of `count`."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64))


def _risk_points(scores: MarginScores) -> tuple[RiskPoint, ...]:
    risks = risk_coverage(scores)
    return tuple(
        RiskPoint(coverage=(place + 1) / len(risks), risk=float(risks[place]))
        for place in kept_points(len(risks)).tolist()
    )


def _precision_points(curve: PrecisionRecallCurve | None) -> tuple[PrecisionPoint, ...] | None:
    if curve is None:
        return None
    places = kept_points(len(curve.recalls))
    return tuple(
        PrecisionPoint(recall, precision)
        for recall, precision in zip(
            curve.recalls[places].tolist(), curve.precisions[places].tolist(), strict=True
        )
    )
