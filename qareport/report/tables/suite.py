"""Tabulates the results of a suite."""

from qareport.data.types import Total
from qareport.evaluation.suite.suite_json import PairResult, PairScores, SuiteResults
from qareport.report.number_format import count, percent
from qareport.report.tables.measures import MEASURES, total_cells
from qareport.report.tables.plain_table import PlainTable

FAILED = "failed"
HEADINGS = ("Model", "Data", "Questions", *MEASURES, "HasAns F1", "NoAns F1", "Seconds")


def suite_table(results: SuiteResults) -> PlainTable:
    """A row for each pair of a model and a data set, scores in percent."""
    return PlainTable(
        title="Scores of each model on each data set",
        headings=HEADINGS,
        rows=tuple((pair.model, pair.data, *_cells(pair.measured)) for pair in results.pairs),
        notes=tuple(_failure(pair) for pair in results.failed),
    )


def _cells(measured: PairScores | None) -> tuple[str, ...]:
    if measured is None:
        return (FAILED, *("" for _ in HEADINGS[3:]))
    scores = measured.scores
    return (
        _questions(scores.overall.n, measured.questions_read),
        *total_cells(scores.overall),
        _f1(scores.has_answer),
        _f1(scores.no_answer),
        f"{measured.seconds:.1f}",
    )


def _questions(scored: int, read: int) -> str:
    return count(scored) if scored == read else f"{count(scored)} of {count(read)}"


def _f1(total: Total | None) -> str:
    return "" if total is None else percent(total.f1)


def _failure(pair: PairResult) -> str:
    return f"{pair.model} on {pair.data}: {pair.error}"
