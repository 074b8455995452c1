"""Tables and lines for people: percent with two digits, counts and intervals beside them."""

from dataclasses import replace

import pytest

from qareport.analysis.statistics.intervals import FEWEST_CLUSTERS, Bounds, ClusterUnit
from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import Totals
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.metrics.thresholds import BestMean
from qareport.report.tables.measures import INTERVAL
from qareport.report.tables.scores import (
    below_floor_notes,
    evaluation_lines,
    finding_lines,
    sweep_table,
    totals_table,
)
from tests.analysis_builders import interval
from tests.answering_builders import evaluation
from tests.builders import by_measure, total_of

HAS_ANSWER = total_of(n=2, exact=0.5, f1=5 / 6)
OVERALL = total_of(n=4, exact=0.5, f1=2 / 3)
FEW = (
    "The total has no interval: its questions are of {}, and fewer than 8 say too little about "
    "others; ask questions of more {{}}s, over which --sample spreads them where the data has more."
)
ONE = (
    "The total has no interval: all its questions are of one {}; ask questions of 8 or more, or, "
    "if one title stands for many articles, give each its own, or leave titles out."
)
UNBOUNDED = by_measure(exact=interval(), f1=interval())


def test_totals_are_told_in_percent_with_their_counts_and_intervals() -> None:
    totals = Totals(OVERALL, HAS_ANSWER, total_of(n=2, exact=0.5, f1=0.5))
    has_answer = by_measure(
        exact=interval(Bounds(0.0, 1.0, 0.95)), f1=interval(Bounds(2 / 3, 1.0, 0.95))
    )

    table = totals_table(totals, TotalsIntervals(UNBOUNDED, has_answer, UNBOUNDED))

    assert table.headings == ("", "Questions", "Exact match", "95 % interval", "F1", INTERVAL)
    assert table.rows == (
        ("All questions", "4", "50.00", "", "66.67", ""),
        ("HasAns", "2", "50.00", "0.00 to 100.00", "83.33", "66.67 to 100.00"),
        ("NoAns", "2", "50.00", "", "50.00", ""),
    )


def test_a_kind_without_questions_has_no_row() -> None:
    totals = Totals(OVERALL, HAS_ANSWER, None)

    table = totals_table(totals, TotalsIntervals(UNBOUNDED, UNBOUNDED, None))

    assert [row[0] for row in table.rows] == ["All questions", "HasAns"]


@pytest.mark.parametrize("unit", list(ClusterUnit))
@pytest.mark.parametrize(
    ("clusters", "note"),
    [
        (35, "Intervals are by leaving out each of 35 {}s."),
        (7, FEW.format("7 {}s")),
        (1, ONE),
    ],
)
def test_a_note_says_how_many_of_what_were_left_out_in_turn(
    unit: ClusterUnit, clusters: int, note: str
) -> None:
    bounds = Bounds(0.25, 0.75, level=0.95) if clusters >= FEWEST_CLUSTERS else None
    drawn = interval(bounds, clusters=clusters, unit=unit)
    intervals = TotalsIntervals(by_measure(exact=drawn, f1=drawn), None, None)

    table = totals_table(Totals(OVERALL, None, None), intervals)

    assert table.notes == (note.format(unit, unit),)


@pytest.mark.parametrize(
    ("effective_clusters", "note"),
    [
        (1.5, "most of its questions are of one article; ask questions of more articles"),
        (9.0, "all articles have the same score, which says nothing about how others differ"),
    ],
)
def test_a_note_says_why_enough_articles_have_no_interval(
    effective_clusters: float, note: str
) -> None:
    drawn = replace(interval(clusters=9), effective_clusters=effective_clusters)
    intervals = TotalsIntervals(by_measure(exact=drawn, f1=drawn), None, None)

    table = totals_table(Totals(OVERALL, None, None), intervals)

    assert table.notes == (f"The total has no interval: {note}.",)


def test_best_scores_are_told_in_percent_with_their_thresholds() -> None:
    table = sweep_table(BestMean(0.5, 0.0), BestMean(2 / 3, -9.25), order_dependent=False)

    assert table.rows == (("Exact match", "50.00", "0"), ("F1", "66.67", "-9.25"))
    assert table.notes == ()


def test_best_scores_of_equal_values_are_called_order_dependent() -> None:
    best = BestMean(1.0, threshold=0.0)

    table = sweep_table(best, best, order_dependent=True)

    assert table.notes == ("All null margins are equal: the official best depends on their order.",)


def test_findings_are_told_with_kind_count_remedy_and_cases() -> None:
    group = FindingGroup("unknown id", Severity.WARNING, 2, "check it", ("a: odd", "b: odd"))

    assert finding_lines([group]) == (
        "Warning: unknown id (2): check it",
        "  a: odd",
        "  b: odd",
    )


def test_cases_that_are_not_told_are_counted() -> None:
    group = FindingGroup("duplicate id", Severity.ERROR, 9, "mend it", ("a: odd",))

    assert finding_lines([group]) == (
        "Error: duplicate id (9): mend it",
        "  a: odd",
        "  and 8 more",
    )


def test_a_run_in_float32_is_held_against_nothing() -> None:
    assert not any("float32:" in line for line in evaluation_lines(evaluation()))


def test_a_run_in_a_smaller_format_says_how_far_it_is_from_float32() -> None:
    reduced = replace(
        evaluation(),
        hardware=replace(evaluation().hardware, dtype="bfloat16"),
        precision_check=PrecisionCheck(1200, 0.995, -0.005, 0.00012),
    )

    assert evaluation_lines(reduced)[-1] == (
        "against float32: bfloat16 by torch and float32 by torch, with the same weights, give "
        "equal answers to 99.50 % of 1,200 questions; the first less the second: "
        "-0.50 points of exact match, +0.01 of F1"
    )


@pytest.mark.parametrize(
    ("exact", "f1", "rest"),
    [
        (0.5, 0.75, "."),
        (0.25, 0.75, ", more than the model has in exact match."),
        (0.25, 0.4, ", more than the model has in exact match and F1."),
    ],
)
def test_what_no_answer_at_all_would_score_stands_below(exact: float, f1: float, rest: str) -> None:
    kind = total_of(n=2, exact=exact, f1=f1)
    totals = Totals(total_of(n=4, exact=exact, f1=f1), kind, kind)

    table = totals_table(totals, TotalsIntervals(UNBOUNDED, UNBOUNDED, UNBOUNDED))

    assert table.notes[-1] == f"Answering nothing to every question would score 50.00{rest}"


def test_without_unanswerable_questions_there_is_no_such_floor() -> None:
    totals = Totals(OVERALL, OVERALL, None)

    table = totals_table(totals, TotalsIntervals(UNBOUNDED, UNBOUNDED, None))

    assert not any("Answering nothing" in note for note in table.notes)


@pytest.mark.parametrize(
    ("exact", "f1", "words"),
    [(0.25, 0.4, "exact match and F1"), (0.25, 0.75, "exact match"), (0.5, 0.5, None)],
)
def test_a_model_below_the_floor_is_called_so(exact: float, f1: float, words: str | None) -> None:
    kind = total_of(n=2, exact=exact, f1=f1)

    notes = below_floor_notes(Totals(total_of(n=4, exact=exact, f1=f1), kind, kind))

    said = f"Answering nothing to every question would score more than this model in {words}."
    assert notes == ((said,) if words else ())


def test_where_every_question_has_an_answer_nothing_is_below_the_floor() -> None:
    nothing_right = total_of(n=4, exact=0.0, f1=0.0)

    assert below_floor_notes(Totals(nothing_right, nothing_right, None)) == ()
