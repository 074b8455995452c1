"""Totals the scores of examples, as a record and as the official report in percent."""

from collections.abc import Mapping, Sequence

from qareport.data.types import ExampleScore, Total, Totals
from qareport.errors import DataError
from qareport.metrics.measures import HEADLINE, MEASURES, known_measures
from qareport.metrics.thresholds import OfficialSweep


def total(scores: Sequence[ExampleScore]) -> Totals:
    """Scores of all examples, of those with an answer and of those without.

    Raises:
        DataError: there are no scores.
    """
    _require_scores(scores)
    has_answer = [score for score in scores if score.has_answer]
    no_answer = [score for score in scores if not score.has_answer]
    return Totals(
        overall=_total(scores),
        has_answer=_total(has_answer) if has_answer else None,
        no_answer=_total(no_answer) if no_answer else None,
    )


def total_abstaining(totals: Totals) -> Total | None:
    """What answering nothing to every question scores; None where each has an answer."""
    if totals.no_answer is None:
        return None
    share = totals.no_answer.n / totals.overall.n
    return Total(totals.overall.n, dict.fromkeys(totals.overall.measures, share))


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
            for name, points in columns_of(of_kind).items():
                report[f"{prefix}{name}"] = _percent(name, points)
            report[f"{prefix}total"] = len(of_kind)
    if sweep is not None:
        report["best_exact"] = 100.0 * sweep.exact.points / len(scores)
        report["best_exact_thresh"] = sweep.exact.threshold
        report["best_f1"] = 100.0 * sweep.f1.points / len(scores)
        report["best_f1_thresh"] = sweep.f1.threshold
    return report


def columns_of(scores: Sequence[ExampleScore]) -> Mapping[str, tuple[float, ...]]:
    """The scores by measure, each in the order of the examples.

    Measures that are not in the table, as in a record of another version, are left out.
    """
    names = known_measures(scores[0].measures) if scores else ()
    return {name: tuple(score.measures[name] for score in scores) for name in names}


def _require_scores(scores: Sequence[ExampleScore]) -> None:
    if not scores:
        raise DataError("there are no questions to score; check the data set and its limits")


def _total(scores: Sequence[ExampleScore]) -> Total:
    return Total(
        n=len(scores),
        measures={name: MEASURES[name].total(of) for name, of in columns_of(scores).items()},
    )


def _percent(name: str, points: Sequence[float]) -> float:
    if name in HEADLINE:
        # 100 comes first, as in the script: 100 * (points / n) differs in the last bits.
        return 100.0 * sum(points) / len(points)
    return 100.0 * MEASURES[name].total(points)
