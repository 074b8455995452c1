"""Reads points that people type, and judges whether a record meets demands such as "f1=80"."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qareport.data.percent import POINT_DIGITS, in_percent
from qareport.data.types import Totals
from qareport.errors import UsageError
from qareport.metrics.measures import MEASURES

KEYS = tuple(f"{kind}{measure}" for kind in ("", "HasAns_", "NoAns_") for measure in MEASURES)
"""Keys of the official report that a demand may name."""
MOST_POINTS = 100
DEFAULT_TOLERANCE = 0.005
"""By how much a score may differ and count as reproduced: half a point of 100, our choice."""
LARGEST_FRACTION = 1
"""Up to it a score may be meant on the scale from 0 to 1."""
WRITTEN_POINTS = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(?: ?%)?")
"""Python's float() would take "inf", "1e400", "8_0" and the digits of other scripts as well."""


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


def parse_points(text: str, source: str) -> float:
    """The points, 0 to 100, in "80", "80%" or "80 %"; `source` says where they are written.

    Raises:
        UsageError: the text is not a plain number of that range.
    """
    written = WRITTEN_POINTS.fullmatch(text)
    if written is None or Decimal(written[1]) > MOST_POINTS:
        raise UsageError(f"{source}: {text!r} is not a number from 0 to 100, such as 80 or 80%")
    return float(written[1])


def parse_minimums(texts: Iterable[str]) -> tuple[Demand, ...]:
    """The demands in texts such as "f1=80", whose points are a lowest score.

    Raises:
        UsageError: as for `parse_drops`, or points without a % sign may be a score from 0 to 1.
    """
    return _distinct([_parse_minimum(text) for text in texts])


def parse_drops(texts: Iterable[str]) -> tuple[Demand, ...]:
    """The demands in texts such as "f1=0.5", whose points are a difference.

    Raises:
        UsageError: a key is not one of `KEYS` or stands there twice, or points are not a plain
            number from 0 to 100.
    """
    return _distinct([_parse_demand(text) for text in texts])


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
    lowest = round(_points(demand.key, baseline, of="baseline") - demand.points, POINT_DIGITS)
    judged = _judge(demand.key, totals, lowest=lowest)
    return replace(judged, key=f"{demand.key}, against the baseline")


def _parse_minimum(text: str) -> Demand:
    demand = _parse_demand(text)
    if 0 < demand.points <= LARGEST_FRACTION and not text.endswith("%"):
        key, _, points = text.partition("=")
        percent = f"{(100 * Decimal(points)).normalize():f}"
        raise UsageError(
            f"{text!r} can be read in two ways; write {key}={percent} for {percent} %, "
            f"or {key}={points}% for {points} %"
        )
    return demand


def _parse_demand(text: str) -> Demand:
    key, _, points = text.partition("=")
    if key not in KEYS:
        raise UsageError(f"{text!r} asks for {key!r}, which is not one of {', '.join(KEYS)}")
    return Demand(key, parse_points(points, f"{key}=POINTS"))


def _distinct(demands: Sequence[Demand]) -> tuple[Demand, ...]:
    """The demands, of which no two may name one key."""
    counts = Counter(demand.key for demand in demands)
    for key, count in counts.items():
        if count > 1:
            raise UsageError(f"{key} is demanded {count} times; name it once")
    return tuple(demands)


def _judge(key: str, totals: Totals, *, lowest: float) -> Judgement:
    found = _points(key, totals, of="record")
    return Judgement(key, lowest, found, holds=found >= lowest)


def _points(key: str, totals: Totals, *, of: str) -> float:
    kinds = {"HasAns_": totals.has_answer, "NoAns_": totals.no_answer, "": totals.overall}
    kind = next(prefix for prefix in kinds if key.startswith(prefix))
    of_kind, measure = kinds[kind], key.removeprefix(kind)
    if of_kind is None:
        raise UsageError(f"{key} is demanded, but the {of} has no {kind[:-1]} questions")
    if measure not in of_kind.measures:
        raise UsageError(
            f"{key} is demanded, but the {of} has no {measure}; "
            f"`qareport rescore --measure {measure}` adds it"
        )
    return in_percent(of_kind.measures[measure])
