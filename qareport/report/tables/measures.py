"""Names the columns of the measures, and gives their cells."""

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import Total
from qareport.report.number_format import count, percent, percent_interval, points, points_interval

MEASURES = ("Exact match", "F1")
INTERVAL = "95 % interval"
SCORES = ("Questions", *(heading for measure in MEASURES for heading in (measure, INTERVAL)))
"""The headings above `score_cells`, `estimate_cells` and `difference_cells`."""
ALL_QUESTIONS = "All questions"


def total_cells(total: Total) -> tuple[str, ...]:
    """The score by each measure, in percent."""
    return percent(total.exact), percent(total.f1)


def score_cells(total: Total, intervals: TotalIntervals) -> tuple[str, ...]:
    """Questions, and the score by each measure with its interval, in percent."""
    bounds = (percent_interval(intervals.exact), percent_interval(intervals.f1))
    cells = zip(total_cells(total), bounds, strict=True)
    return (count(total.n), *(cell for pair in cells for cell in pair))


def estimate_cells(*estimates: Interval) -> tuple[str, ...]:
    """Questions, and the estimate for each measure with its interval, in percent."""
    cells = ((percent(each.estimate), percent_interval(each)) for each in estimates)
    return (count(estimates[0].n), *(cell for pair in cells for cell in pair))


def difference_cells(*estimates: Interval) -> tuple[str, ...]:
    """Questions, and the difference in each measure with its interval, in points."""
    cells = ((points(each.estimate), points_interval(each)) for each in estimates)
    return (count(estimates[0].n), *(cell for pair in cells for cell in pair))
