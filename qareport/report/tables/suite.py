"""The results of a suite in, a table and lines for people out."""

from rich.table import Table
from rich.text import Text

from qareport.data.types import Total
from qareport.evaluation.suite.suite_json import PairResult, PairScores, SuiteResults
from qareport.report.number_format import count, percent

FAILED = "failed"
HEADINGS = ("n", "exact", "F1", "HasAns\nF1", "NoAns\nF1", "seconds")


def suite_table(results: SuiteResults) -> Table:
    """One row for each pair, scores in percent."""
    table = Table()
    for heading in ("model", "data"):
        table.add_column(heading, overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for pair in results.pairs:
        cells = (FAILED,) if pair.measured is None else _cells(pair.measured)
        # As Text, since names may hold what Rich takes for markup.
        table.add_row(Text(pair.model), Text(pair.data), *cells)
    return table


def failure_lines(results: SuiteResults) -> tuple[str, ...]:
    """What each failing pair said, in a line."""
    return tuple(_failure(pair) for pair in results.failed)


def _cells(measured: PairScores) -> tuple[str, ...]:
    scores = measured.scores
    return (
        _questions(scores.overall.n, measured.questions_read),
        percent(scores.overall.exact),
        percent(scores.overall.f1),
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
