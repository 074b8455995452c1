"""Picks the scores that a report shows in large letters."""

from collections.abc import Iterator

from qareport.analysis.analyse import Analysis
from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import EXACT, F1
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.report.number_format import count, percent, percent_interval
from qareport.report.page.views import Tile

FIXED_RULES = (
    f"This record is scored by {TOKEN_LEVEL}, which has no threshold: it weighs every answer "
    "against the null answer of its own window."
)


def tiles(analysis: Analysis) -> tuple[Tile, ...]:
    """F1 and exact match of all questions, and F1 of both kinds."""
    totals, intervals = analysis.totals, analysis.intervals
    everyone = f"{count(totals.overall.n)} questions"
    return (
        _tile("F1, %", intervals.overall[F1], everyone),
        _tile("Exact match, %", intervals.overall[EXACT], everyone),
        *_kind_tile("F1 of HasAns, %", intervals.has_answer, "with an answer"),
        *_kind_tile("F1 of NoAns, %", intervals.no_answer, "without an answer"),
    )


def _tile(name: str, interval: Interval, note: str) -> Tile:
    return Tile(name, percent(interval.estimate), percent_interval(interval), note)


def _kind_tile(name: str, intervals: TotalIntervals | None, note: str) -> Iterator[Tile]:
    if intervals is not None:
        yield _tile(name, intervals[F1], f"{count(intervals[F1].n)} {note}")
