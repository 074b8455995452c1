"""Judges whether the totals of a record meet demands such as "f1=80"."""

import math
from dataclasses import dataclass

from qareport.data.types import Totals
from qareport.errors import UsageError
from qareport.metrics.measures import MEASURES

KEYS = tuple(f"{kind}{measure}" for kind in ("", "HasAns_", "NoAns_") for measure in MEASURES)
"""Keys of the official report that a demand may name."""
POINT_DIGITS = 9
"""Digits after which points are rounded: 100 times 0.29 is a little less than 29."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How many points a score must reach, or may fall."""

    key: str
    points: float
    """Of 100."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a score must be, what it is, and whether that is enough."""

    key: str
    lowest: float
    """In points, inclusive."""
    found: float
    """In points."""
    holds: bool


def parse_demand(text: str) -> Demand:
    """The demand in "KEY=POINTS".

    Raises:
        UsageError: the key is not one of `KEYS`, or the points are not a finite number.
    """
    key, _, points = text.partition("=")
    if key not in KEYS:
        raise UsageError(f"{text!r} asks for {key!r}, which is not one of {', '.join(KEYS)}")
    try:
        demand = Demand(key, float(points))
    except ValueError as error:
        raise UsageError(f"{text!r} has no number of points; write {key}=80") from error
    if not math.isfinite(demand.points):
        raise UsageError(f"{text!r} has no finite number of points; write {key}=80")
    return demand


def judge_minimum(demand: Demand, totals: Totals) -> Judgement:
    """Whether a score reaches the demanded points.

    Raises:
        UsageError: there are no questions of the kind that the demand names.
    """
    return _judge(demand.key, totals, lowest=demand.points)


def judge_drop(demand: Demand, totals: Totals, baseline: Totals) -> Judgement:
    """Whether a score is at most the demanded points below that of the baseline.

    Raises:
        UsageError: there are no questions of the kind that the demand names.
    """
    lowest = round(_points(demand.key, baseline) - demand.points, POINT_DIGITS)
    return _judge(demand.key, totals, lowest=lowest)


def _judge(key: str, totals: Totals, *, lowest: float) -> Judgement:
    found = _points(key, totals)
    return Judgement(key, lowest, found, holds=found >= lowest)


def _points(key: str, totals: Totals) -> float:
    kind, _, measure = key.rpartition("_")
    of_kind = {"": totals.overall, "HasAns": totals.has_answer, "NoAns": totals.no_answer}[kind]
    if of_kind is None:
        raise UsageError(f"{key} is demanded, but the record has no {kind} questions")
    if measure not in of_kind.measures:
        raise UsageError(
            f"{key} is demanded, but the record has no {measure}; "
            f"`qareport rescore --measure {measure}` adds it"
        )
    return round(100 * of_kind.measures[measure], POINT_DIGITS)
