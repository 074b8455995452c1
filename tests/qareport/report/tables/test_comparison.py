"""Comparisons in points of 100 with their signs, their intervals and a sentence each."""

from dataclasses import replace

import pytest
from rich.table import Table

from qareport.analysis.statistics.comparison import Comparison, Difference
from qareport.analysis.statistics.intervals import Bounds, Interval
from qareport.analysis.statistics.null_bias import NullBiases
from qareport.analysis.statistics.paired_tests import (
    Agreement,
    Equivalence,
    EquivalenceVerdict,
    RightWrongTables,
    count_right_wrong,
)
from qareport.report.tables.comparison import comparison_lines, differences_table, right_wrong_table
from tests.analysis_builders import interval
from tests.builders import by_measure

KNOWN = replace(interval(Bounds(-0.0125, 0.03, 0.95)), estimate=0.01)
UNKNOWN = replace(interval(), estimate=-0.02, n=1)
OVERALL = Difference("all", "all", by_measure(KNOWN, UNKNOWN))
COUNTS = count_right_wrong(both_right=3, lost=5, won=1, both_wrong=2)


def cells(table: Table) -> list[tuple[object, ...]]:
    """The rows of a table, its headings first."""
    headings = tuple(column.header for column in table.columns)
    return [headings, *zip(*(column.cells for column in table.columns), strict=True)]


def lines_of(verdict: EquivalenceVerdict, difference: Interval) -> tuple[str, ...]:
    """The lines of a comparison whose scores are judged alike."""
    judged = Equivalence(verdict, difference, tolerance=0.005)
    return comparison_lines(
        Comparison(
            overall=OVERALL,
            groups=(),
            right_wrong=RightWrongTables(COUNTS, None, None),
            agreement=Agreement(n=8, equal=0.625, f1=0.75),
            null_biases=NullBiases(None, None),
            equivalences=by_measure(judged, judged),
        )
    )


def test_differences_are_points_with_a_sign_and_their_interval_where_there_is_one() -> None:
    assert cells(differences_table(OVERALL, [])) == [
        ("difference in points", "n", "exact", "95 % interval", "F1", "95 % interval"),
        ("all", "2", "+1.00", "-1.25 to +3.00", "-2.00", ""),
    ]


def test_groups_follow_with_their_traits() -> None:
    group = Difference("windows", "3+", by_measure(UNKNOWN, KNOWN))

    told = cells(differences_table(OVERALL, [group, group]))

    assert [each[0] for each in told[1:]] == ["all", "windows: 3+", "windows: 3+"]
    assert told[2][1:] == ("1", "-2.00", "", "+1.00", "-1.25 to +3.00")


def test_right_and_wrong_are_counted_for_each_kind_with_the_p_value() -> None:
    no_answer = count_right_wrong(both_right=1, lost=0, won=0, both_wrong=0)

    assert cells(right_wrong_table(RightWrongTables(COUNTS, COUNTS, no_answer))) == [
        ("exact match", "n", "both right", "only reference", "only model", "both wrong", "p"),
        ("all", "11", "3", "5", "1", "2", "0.22"),
        ("HasAns", "11", "3", "5", "1", "2", "0.22"),
        ("NoAns", "1", "1", "0", "0", "0", "1"),
    ]


def test_a_kind_without_questions_has_no_row() -> None:
    told = cells(right_wrong_table(RightWrongTables(COUNTS, None, COUNTS)))

    assert [each[0] for each in told[1:]] == ["all", "NoAns"]


@pytest.mark.parametrize("verdict", EquivalenceVerdict)
def test_a_comparison_comes_to_its_equal_answers_and_verdicts(verdict: EquivalenceVerdict) -> None:
    within = "within 0.5 points: the 90 % interval of the difference is -1.25 to +3.00"

    assert lines_of(verdict, KNOWN) == (
        "equal answers: 62.5 % of 8 questions",
        f"exact {verdict} {within}",
        f"F1 {verdict} {within}",
    )


def test_a_verdict_without_an_interval_says_so() -> None:
    assert lines_of(EquivalenceVerdict.UNDECIDED, UNKNOWN)[1] == (
        "exact undecided within 0.5 points: the 90 % interval of the difference is not known"
    )
