"""Comparisons in points of 100 with their signs, their intervals and a sentence each."""

from dataclasses import replace

import pytest

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
from qareport.report.tables.measures import score_headings
from tests.analysis_builders import interval
from tests.builders import by_measure

KNOWN = replace(interval(Bounds(-0.0125, 0.03, 0.95)), estimate=0.01)
UNKNOWN = replace(interval(), estimate=-0.02, n=1)
OVERALL = Difference("all", "all", by_measure(KNOWN, UNKNOWN))
COUNTS = count_right_wrong(both_right=3, lost=5, won=1, both_wrong=2)


def comparison(
    verdict: EquivalenceVerdict | None = EquivalenceVerdict.UNDECIDED,
    difference: Interval = KNOWN,
    groups: tuple[Difference, ...] = (),
) -> Comparison:
    """A comparison whose scores are judged alike."""
    judged = Equivalence(verdict, difference, tolerance=0.005)
    return Comparison(
        overall=OVERALL,
        groups=groups,
        right_wrong=RightWrongTables(COUNTS, None, None),
        agreement=Agreement(n=8, equal=0.625, f1=0.75),
        null_biases=NullBiases(None, None),
        equivalences=by_measure(judged, judged),
    )


def test_differences_are_points_with_a_sign_and_their_interval_where_there_is_one() -> None:
    table = differences_table(comparison(), groups=8)

    assert table.headings[1:] == score_headings(["exact", "f1"])
    assert table.rows == (("All questions", "2", "+1.00", "-1.25 to +3.00", "-2.00", ""),)


def test_the_groups_that_differ_most_follow_with_their_traits() -> None:
    group = Difference("windows", "3+", by_measure(UNKNOWN, KNOWN))

    table = differences_table(comparison(groups=(group, group)), groups=1)

    assert table.rows[1:] == (("windows: 3+", "1", "-2.00", "", "+1.00", "-1.25 to +3.00"),)


def test_right_and_wrong_are_counted_for_each_kind_with_the_p_value() -> None:
    no_answer = count_right_wrong(both_right=1, lost=0, won=0, both_wrong=0)

    table = right_wrong_table(RightWrongTables(COUNTS, COUNTS, no_answer))

    assert table.headings[2:] == ("Both right", "Only reference", "Only model", "Both wrong", "p")
    assert table.rows == (
        ("All questions", "11", "3", "5", "1", "2", "0.22"),
        ("HasAns", "11", "3", "5", "1", "2", "0.22"),
        ("NoAns", "1", "1", "0", "0", "0", "1"),
    )


def test_a_kind_without_questions_has_no_row() -> None:
    table = right_wrong_table(RightWrongTables(COUNTS, None, COUNTS))

    assert [row[0] for row in table.rows] == ["All questions", "NoAns"]


@pytest.mark.parametrize("verdict", EquivalenceVerdict)
def test_a_comparison_comes_to_its_equal_answers_and_verdicts(verdict: EquivalenceVerdict) -> None:
    within = "within 0.5 points: the 90 % interval of the difference is -1.25 to +3.00"

    assert comparison_lines(comparison(verdict)) == (
        "equal answers: 62.5 % of 8 questions",
        f"exact match {verdict} {within}",
        f"F1 {verdict} {within}",
    )


def test_equal_scores_are_reproduced_without_an_interval() -> None:
    assert comparison_lines(comparison(EquivalenceVerdict.REPRODUCED, UNKNOWN))[1] == (
        "exact match reproduced within 0.5 points: every score is the same"
    )


def test_a_table_of_too_few_articles_has_no_p_value() -> None:
    untested = RightWrongTables(replace(COUNTS, p_value=None), None, None)

    assert right_wrong_table(untested).rows[0][-1] == ""


def test_without_an_interval_there_is_no_verdict_and_a_reason() -> None:
    assert comparison_lines(comparison(None, UNKNOWN))[1] == (
        "exact match: no verdict; its questions are of 2 articles, and fewer than 8 say too little "
        "about others; ask questions of more articles, over which --sample spreads "
        "them where the data has more"
    )
