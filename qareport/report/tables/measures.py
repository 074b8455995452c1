"""Names the columns of the measures, and gives their cells."""

from collections.abc import Iterable, Mapping

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import Total
from qareport.metrics.measures import HEADLINE, MEASURES
from qareport.report.number_format import count, percent, percent_interval, points, points_interval

INTERVAL = "95 % interval"
ALL_QUESTIONS = "All questions"


def in_words(measure: str) -> str:
    """What sentences call a measure, which may be one of another version."""
    return MEASURES[measure].heading if measure in MEASURES else measure


def definition_of(measure: str) -> str:
    """What a measure is, in a sentence; its name alone where this version does not know it."""
    (heading,) = headings_of([measure])
    known = MEASURES.get(measure)
    return f"{heading}: {known.words}." if known else f"{heading}: a measure of another version."


def headings_of(measures: Iterable[str] = HEADLINE) -> tuple[str, ...]:
    """The headings above `total_cells`."""
    return tuple(f"{words[0].upper()}{words[1:]}" for words in map(in_words, measures))


def score_headings(measures: Iterable[str]) -> tuple[str, ...]:
    """The headings above `score_cells`, `estimate_cells` and `difference_cells`."""
    pairs = ((heading, INTERVAL) for heading in headings_of(measures))
    return ("Questions", *(heading for pair in pairs for heading in pair))


def total_cells(total: Total, measures: Iterable[str] = HEADLINE) -> tuple[str, ...]:
    """The score by each of the measures in percent; empty where it is not known."""
    scores = total.measures
    return tuple(percent(scores[name]) if name in scores else "" for name in measures)


def score_cells(
    total: Total, intervals: TotalIntervals, measures: Iterable[str]
) -> tuple[str, ...]:
    """Questions, and the score by each measure with its interval, in percent."""
    names = tuple(measures)
    bounds = (percent_interval(intervals[name]) if name in intervals else "" for name in names)
    pairs = zip(total_cells(total, names), bounds, strict=True)
    return (count(total.n), *(cell for pair in pairs for cell in pair))


def estimate_cells(intervals: Mapping[str, Interval]) -> tuple[str, ...]:
    """Questions, and the estimate for each measure with its interval, in percent."""
    pairs = ((percent(each.estimate), percent_interval(each)) for each in intervals.values())
    return (_questions(intervals), *(cell for pair in pairs for cell in pair))


def difference_cells(intervals: Mapping[str, Interval]) -> tuple[str, ...]:
    """Questions, and the difference in each measure with its interval, in points."""
    pairs = ((points(each.estimate), points_interval(each)) for each in intervals.values())
    return (_questions(intervals), *(cell for pair in pairs for cell in pair))


def _questions(intervals: Mapping[str, Interval]) -> str:
    return count(next(iter(intervals.values())).n)
