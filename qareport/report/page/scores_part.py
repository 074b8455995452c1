"""A record to what a report says of its scores and of abstaining."""

from collections.abc import Iterator

from qareport.analysis.analyse import Analysis
from qareport.analysis.statistics.intervals import FEWEST_CLUSTERS, Interval
from qareport.analysis.statistics.null_margins import MarginAnalysis
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import EXACT, F1, Total
from qareport.evaluation.haystack.token_level import PROTOCOL as TOKEN_LEVEL
from qareport.report.number_format import (
    count,
    percent,
    percent_interval,
    score_cells,
    threshold_ways,
)
from qareport.report.page.sources import ShownRecord
from qareport.report.page.views import Fact, PlainTable, Tile

SCORES = ("n", "Exact, %", "95 % interval", "F1, %", "95 % interval")
FIXED_RULES = (
    f"This record is scored by {TOKEN_LEVEL}, which has no threshold: it weighs every answer "
    "against the null answer of its own window."
)


def tiles(analysis: Analysis) -> tuple[Tile, ...]:
    """The scores that a reader looks for first."""
    totals, intervals = analysis.totals, analysis.intervals
    everyone = f"{count(totals.overall.n)} questions"
    return (
        _tile("F1, %", intervals.overall[F1], everyone),
        _tile("Exact match, %", intervals.overall[EXACT], everyone),
        *_kind_tile("F1 of HasAns, %", intervals.has_answer, "with an answer"),
        *_kind_tile("F1 of NoAns, %", intervals.no_answer, "without an answer"),
    )


def totals_table(analysis: Analysis) -> PlainTable:
    """All questions and both kinds."""
    totals, intervals = analysis.totals, analysis.intervals
    bootstrap = intervals.overall[F1].bootstrap
    rows = (
        *_total_row("All questions", totals.overall, intervals.overall),
        *_total_row("HasAns", totals.has_answer, intervals.has_answer),
        *_total_row("NoAns", totals.no_answer, intervals.no_answer),
    )
    has_intervals = bootstrap.clusters >= FEWEST_CLUSTERS
    return PlainTable(
        "Scores of all questions, of those with an answer and of those without",
        ("Questions", *SCORES),
        rows,
        f"Intervals by {bootstrap.resamples:,} resamples of {bootstrap.clusters} whole "
        f"{bootstrap.unit}s, since questions of one {bootstrap.unit} are not independent."
        if has_intervals
        else f"Without intervals, for want of a second {bootstrap.unit}.",
    )


def thresholds_table(record: ShownRecord) -> PlainTable | None:
    """The best that any threshold reaches, told in three ways; None without margins."""
    margins = record.analysis.margins
    if margins is None:
        return None
    used, total = record.evaluation.options.null_threshold, record.analysis.totals.overall
    measures = [threshold_ways(each, between=" and ") for each in (margins.exact, margins.f1)]
    rows = [(name, *exact, *f1) for name, exact, f1 in zip(WAYS, *measures, strict=True)]
    now = (f"{used:g}",)
    return PlainTable(
        "Scores at this threshold and at the best",
        ("Threshold", "Exact, %", "at margin", "F1, %", "at margin"),
        (
            ("As recorded", percent(total.exact), *now, percent(total.f1), *now),
            *rows,
        ),
        _thresholds_note(margins),
    )


WAYS = (
    "Best by the official sweep",
    "Best without splitting ties",
    "Tuned on half of the articles, measured on the other",
)


def abstention_facts(analysis: Analysis) -> tuple[Fact, ...]:
    """How well null margins tell when not to answer."""
    return tuple(_abstention(analysis.margins)) if analysis.margins else ()


def _abstention(margins: MarginAnalysis) -> Iterator[Fact]:
    found, fit = margins.abstention, margins.abstention.temperature
    figures = {
        "AUROC of the null margin (0.5 is chance, 1 the best)": found.auroc,
        "Area under the risk-coverage curve (lower is better)": found.aurc,
        "Part of it due to the order of the margins": found.excess_aurc,
        "Average precision by F1 (higher is better)": found.average_precision,
        "The same if every answer were right": found.oracle_average_precision,
        "Temperature that calibrates the null probability": fit.temperature if fit else None,
        "Calibration error before it": fit.raw.calibration_error if fit else None,
        "Calibration error after it, on other articles": (
            fit.scaled.calibration_error if fit else None
        ),
    }
    for name, figure in figures.items():
        if figure is not None:
            yield Fact(name, f"{figure:.3f}")


def _tile(name: str, interval: Interval, note: str) -> Tile:
    return Tile(name, percent(interval.estimate), percent_interval(interval), note)


def _kind_tile(name: str, intervals: TotalIntervals | None, note: str) -> Iterator[Tile]:
    if intervals is not None:
        yield _tile(name, intervals[F1], f"{count(intervals[F1].n)} {note}")


def _total_row(
    name: str, total: Total | None, intervals: TotalIntervals | None
) -> Iterator[tuple[str, ...]]:
    if total is not None and intervals is not None:
        yield (name, *score_cells(total, intervals))


def _thresholds_note(margins: MarginAnalysis) -> str:
    if margins.is_degenerate:
        return "All null margins are equal: the official best depends on their order."
    return "A threshold tuned on these very questions flatters; the last row does not."
