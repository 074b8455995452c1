"""Null margins and scores in, the official precision-recall curve and its average precision out.

The rules are those of SQuAD's official evaluate-v2.0.py: answers are admitted in rising margin,
and only what they score on examples with an answer counts.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from qareport.analysis.statistics.tie_safe import MarginScores


@dataclass(frozen=True, slots=True)
class PrecisionRecallCurve:
    """Precision and recall at every threshold, from no answer admitted to all of them."""

    precisions: Float64[np.ndarray, " point"]
    """Points per admitted answer, 0 to 1; 1 where none is admitted."""
    recalls: Float64[np.ndarray, " point"]
    """Points per example with an answer, 0 to 1, rising."""
    average_precision: float
    """Mean precision over the recall, 0 to 1."""


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
