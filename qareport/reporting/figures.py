"""Scores from 0 to 1 to the percent and points that people read."""

from qareport.analysing.intervals import Interval


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
