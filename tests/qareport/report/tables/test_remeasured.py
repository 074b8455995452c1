"""What was measured again is told in a line for each record and each row that changed."""

from dataclasses import replace

from qareport.evaluation.changed_rows import Change, ChangedRow
from qareport.evaluation.remeasure import Remeasured, Remeasurement, UnaskedRecord
from qareport.report.tables.remeasured import remeasured_lines

CONFIRMED = Remeasurement(
    record="results/student",
    questions=11_873,
    asked=50,
    logit_tolerance=0.31,
    as_recorded=50,
    near_ties=(),
    differing=(),
    differing_at_most=0.058155,
    near_ties_favour_record=False,
)
FALSE = ChangedRow("a", Change.ANSWER, "fox", -2.25, "", 3.0, 1.0)
BLANK = ChangedRow("b", Change.MARGIN, "hen\x1b[2J", None, "hen", -1.0, 0.0)
TIE = ChangedRow("c", Change.NEAR_TIE, "", 0.125, "red fox", -0.125, 0.5)


def lines(measured: Remeasurement, *others: UnaskedRecord) -> tuple[str, ...]:
    """What is told of one record that was measured again, and of others."""
    return remeasured_lines(Remeasured("models/student", "w", 7, (measured,), others))


def test_a_record_that_is_confirmed_is_told_in_one_line() -> None:
    assert lines(CONFIRMED) == (
        (
            "remeasured 50 of 11,873 questions of results/student, drawn by seed 7: 50 answers as "
            "recorded (rounding: up to 0.31 logits); so at most 5.82 % of all rows differ "
            "(95 %, exact binomial)"
        ),
    )


def test_rows_that_changed_are_told_with_both_answers() -> None:
    changed = replace(CONFIRMED, as_recorded=1, near_ties=(TIE,), differing=(FALSE, BLANK))

    summary, *rows = lines(changed)

    assert "1 answer as recorded, 1 near tie (+1.00 points of F1 for the record), 2 " in summary
    assert rows == [
        (
            "question 'a' of results/student, other answer: recorded 'fox' at null margin -2.250, "
            "measured no answer at null margin 3.000"
        ),
        (
            "question 'b' of results/student, other null margin: recorded 'hen\\x1b[2J', "
            "measured 'hen' at null margin -1.000"
        ),
        (
            "question 'c' of results/student, near tie: recorded no answer at null margin 0.125, "
            "measured 'red fox' at null margin -0.125"
        ),
    ]


def test_near_ties_that_favour_the_record_are_told() -> None:
    worse = replace(TIE, f1_gain=-0.25)
    told = replace(CONFIRMED, near_ties=(TIE, TIE, worse), near_ties_favour_record=True)

    assert lines(told)[1] == (
        "near ties of results/student: 2 score better as recorded and 1 worse, but rounding "
        "favours neither; answer with the number format of the record to be sure"
    )


def test_where_all_questions_were_asked_nothing_is_inferred() -> None:
    assert lines(replace(CONFIRMED, questions=50)) == (
        (
            "remeasured all 50 questions of results/student: 50 answers as recorded "
            "(rounding: up to 0.31 logits)"
        ),
    )


def test_records_that_were_not_asked_are_told_with_the_reason() -> None:
    assert lines(CONFIRMED, UnaskedRecord("results/teacher", "why"))[1:] == (
        "not remeasured: results/teacher: why",
    )
