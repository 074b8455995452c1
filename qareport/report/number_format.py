"""Scores from 0 to 1 to the percent and points that people read."""

import math
from pathlib import PurePath

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.null_margins import Thresholds
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import EXACT, F1, Total
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.evaluation.training_json import MODEL_FOLDERS
from qareport.inference.identity import Hardware, ModelIdentity


def count(number: int) -> str:
    """A whole number with commas between thousands."""
    return f"{number:,}"


def percent(fraction: float) -> str:
    """A score in percent."""
    return f"{100 * fraction:.2f}"


def percent_interval(interval: Interval) -> str:
    """Both ends in percent; nothing where too few clusters leave them unknown."""
    if interval.bounds is None:
        return ""
    return f"{percent(interval.bounds.low)} to {percent(interval.bounds.high)}"


def points(fraction: float) -> str:
    """A difference of scores in points of 100, with its sign."""
    return f"{100 * fraction:+.2f}"


def points_interval(interval: Interval) -> str:
    """Both ends in points; nothing where too few clusters leave them unknown."""
    if interval.bounds is None:
        return ""
    return f"{points(interval.bounds.low)} to {points(interval.bounds.high)}"


def model_label(model: ModelIdentity) -> str:
    """Its id on the Hub, or the last part of its folder; of a training's with the run's."""
    folder = PurePath(model.name)
    # Every training calls its models so; which one it was is said by the folder around them.
    parts = folder.parts[-2:] if folder.name in MODEL_FOLDERS.values() else (folder.name,)
    return model.name if model.revision else "/".join(parts)


def hardware_text(hardware: Hardware) -> str:
    """Where and how a model ran."""
    return f"{hardware.device} ({hardware.device_name}), {hardware.engine}, {hardware.dtype}"


def score_cells(total: Total, intervals: TotalIntervals) -> tuple[str, ...]:
    """Questions, exact match and F1, each score with its interval."""
    return (
        count(total.n),
        percent(total.exact),
        percent_interval(intervals[EXACT]),
        percent(total.f1),
        percent_interval(intervals[F1]),
    )


def threshold_ways(thresholds: Thresholds, *, between: str) -> tuple[tuple[str, str], ...]:
    """Score and margin by the official sweep, tie-safe, and cross-fitted.

    `between` stands between the two margins of the last.
    """
    official, best, crossed = thresholds.official, thresholds.tie_safe, thresholds.cross_fitted
    tuned = (crossed.first.tuned, crossed.second.tuned) if crossed else ()
    return (
        (percent(official.points / best.n), margin(official.threshold)),
        (percent(best.score), margin(best.threshold)),
        (
            percent(crossed.score) if crossed else "",
            between.join(margin(each.threshold) for each in tuned),
        ),
    )


def precision_sentence(check: PrecisionCheck) -> str:
    """How a run disagrees with float32: equal answers in percent, differences in points."""
    return (
        f"{percent(check.equal_answers)} % equal answers to {count(check.n)} questions; "
        f"{points(check.exact_difference)} points of exact match, "
        f"{points(check.f1_difference)} of F1"
    )


def margin(threshold: float) -> str:
    """A null margin in logits."""
    return "no answer kept" if threshold == -math.inf else f"{threshold:.3f}"
