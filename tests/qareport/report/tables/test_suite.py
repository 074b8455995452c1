"""A suite is told in a row for each pair; pairs that failed say why below."""

from dataclasses import replace

from qareport.data.types import Totals
from qareport.evaluation.suite.suite_json import PairResult, SuiteResults
from qareport.report.tables.suite import suite_table
from tests.builders import total_of
from tests.suite_builders import FAILED, MEASURED, RESULTS


def cells(*pairs: PairResult) -> list[tuple[str, ...]]:
    """The row of each pair."""
    return list(suite_table(SuiteResults(1, pairs)).rows)


def with_scores(scores: Totals, *, questions_read: int) -> PairResult:
    """The measured pair with other scores."""
    assert MEASURED.measured is not None
    measured = replace(MEASURED.measured, scores=scores, questions_read=questions_read)
    return replace(MEASURED, measured=measured)


def test_scores_are_told_in_percent_with_their_n() -> None:
    total = total_of(n=2, exact=0.5, f1=2 / 3)
    pair = with_scores(Totals(total_of(4, 0.25, 0.5), total, total), questions_read=4)

    assert cells(pair) == [("tiny", "dev", "4", "25.00", "50.00", "66.67", "66.67", "0.5")]


def test_a_kind_without_questions_has_no_score() -> None:
    assert cells(MEASURED) == [("tiny", "dev", "1", "100.00", "100.00", "100.00", "", "0.5")]


def test_a_partial_record_tells_of_how_many_questions_it_is() -> None:
    pair = with_scores(Totals(total_of(1500, 1.0, 1.0), None, None), questions_read=11_873)

    assert cells(pair)[0][2] == "1,500 of 11,873"


def test_a_failed_pair_has_its_row_and_its_sentence() -> None:
    assert cells(FAILED) == [("[red]none", "dev", "failed", "", "", "", "", "")]
    assert suite_table(RESULTS).notes == ("[red]none on dev: none: there is no such model",)
