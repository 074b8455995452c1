"""Tabulates the results of a suite."""

from qareport.data.types import Total
from qareport.evaluation.suite.suite_json import PairResult, PairScores, SuiteResults
from qareport.metrics.measures import HEADLINE
from qareport.report.number_format import count, percent
from qareport.report.tables.measures import headings_of, total_cells
from qareport.report.tables.plain_table import PlainTable

FAILED = "failed"


def suite_table(results: SuiteResults) -> PlainTable:
    """A row for each pair of a model and a data set, scores in percent."""
    measures = _measures(results)
    scores = (*headings_of(measures), "HasAns F1", "NoAns F1", "Seconds")
    return PlainTable(
        title="Scores of each model on each data set",
        headings=("Model", "Data", "Questions", *scores),
        rows=tuple(
            (
                pair.model,
                pair.data,
                *(_cells(pair.measured, measures) or (FAILED, *("",) * len(scores))),
            )
            for pair in results.pairs
        ),
        notes=tuple(_failure(pair) for pair in results.failed),
    )


def _measures(results: SuiteResults) -> tuple[str, ...]:
    """Those of SQuAD, then all that any pair was scored by."""
    found = [pair.measured.scores.overall.measures for pair in results.pairs if pair.measured]
    return tuple(dict.fromkeys([*HEADLINE, *(name for each in found for name in each)]))


def _cells(measured: PairScores | None, measures: tuple[str, ...]) -> tuple[str, ...]:
    """Empty for a pair that failed."""
    if measured is None:
        return ()
    scores = measured.scores
    return (
        _questions(scores.overall.n, measured.questions_read),
        *total_cells(scores.overall, measures),
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
