"""Scores of examples in, their means out: as a record, and as the official report in percent."""

from collections.abc import Sequence

from qareport.data.types import ExampleScore, Total, Totals
from qareport.errors import DataError
from qareport.metrics.thresholds import OfficialSweep


def total(scores: Sequence[ExampleScore]) -> Totals:
    """Mean scores of all examples, of those with an answer and of those without.

    Raises:
        DataError: there are no scores.
    """
    _require_scores(scores)
    has_answer = [score for score in scores if score.has_answer]
    no_answer = [score for score in scores if not score.has_answer]
    return Totals(
        overall=_mean(scores),
        has_answer=_mean(has_answer) if has_answer else None,
        no_answer=_mean(no_answer) if no_answer else None,
    )


def official_report(
    scores: Sequence[ExampleScore], sweep: OfficialSweep | None = None
) -> dict[str, int | float]:
    """What the official evaluate-v2.0.py prints: its keys in its order, scores in percent.

    It agrees to the last bit when the scores come in the order of the data set.

    Raises:
        DataError: there are no scores.
    """
    _require_scores(scores)
    kinds = {
        "": scores,
        "HasAns_": [score for score in scores if score.has_answer],
        "NoAns_": [score for score in scores if not score.has_answer],
    }
    report: dict[str, int | float] = {}
    for prefix, of_kind in kinds.items():
        if of_kind:
            report[f"{prefix}exact"] = _percent(_exact_points(of_kind), len(of_kind))
            report[f"{prefix}f1"] = _percent(_f1_points(of_kind), len(of_kind))
            report[f"{prefix}total"] = len(of_kind)
    if sweep is not None:
        report["best_exact"] = _percent(sweep.exact.points, len(scores))
        report["best_exact_thresh"] = sweep.exact.threshold
        report["best_f1"] = _percent(sweep.f1.points, len(scores))
        report["best_f1_thresh"] = sweep.f1.threshold
    return report


def _require_scores(scores: Sequence[ExampleScore]) -> None:
    if not scores:
        raise DataError("there are no questions to score; check the data set and its limits")


def _mean(scores: Sequence[ExampleScore]) -> Total:
    n = len(scores)
    return Total(n=n, exact=_exact_points(scores) / n, f1=_f1_points(scores) / n)


def _exact_points(scores: Sequence[ExampleScore]) -> float:
    return sum(score.exact for score in scores)


def _f1_points(scores: Sequence[ExampleScore]) -> float:
    return sum(score.f1 for score in scores)


def _percent(points: float, n: int) -> float:
    # 100 comes first, as in the script: 100 * (points / n) differs in the last bits.
    return 100.0 * points / n
