"""Each claim is confirmed, contradicted, or not checkable with the reason."""

from dataclasses import replace

import pytest

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Form, Subset
from qareport.cards.claims.measurements import Alternative, Measurement
from qareport.cards.claims.verdicts import REMEDY, Outcome, Verdict, check_claims, explain
from qareport.data.types import EXACT, F1, Totals
from tests.builders import total_of
from tests.claim_builders import NO_DATA, SQUAD_2, claim, measurement, totals

OTHER_DATA = ClaimedData("Other", "me/other")


def verdict_on(checked: Claim, *measurements: Measurement, tolerance: float = 0.0) -> Verdict:
    """What becomes of one claim."""
    (verdict,) = check_claims([checked], measurements, tolerance=tolerance)
    return verdict


@pytest.mark.parametrize(
    ("measure", "subset", "text"),
    [
        (EXACT, Subset.ALL, "50.0"),
        (EXACT, Subset.ALL, "50.00000000000001"),
        (F1, Subset.ALL, "62.5"),
        (F1, Subset.ALL, "62"),
        (F1, Subset.ALL, "63"),
        (EXACT, Subset.HAS_ANSWER, "62.5"),
        (EXACT, Subset.NO_ANSWER, "12.5"),
        (COUNT, Subset.HAS_ANSWER, "6"),
    ],
)
def test_a_claim_within_half_a_unit_of_its_last_digit_is_confirmed(
    measure: str, subset: Subset, text: str
) -> None:
    verdict = verdict_on(claim(measure, text, subset=subset, data=SQUAD_2), measurement())

    assert verdict.outcome is Outcome.CONFIRMED
    assert verdict.record == "record"
    assert verdict.explanation == ""


@pytest.mark.parametrize(
    ("measure", "text", "told"),
    [
        (EXACT, "50.1", "0.10 points too high"),
        (EXACT, "48", "2.00 points too low"),
        (COUNT, "11", "1 questions too many"),
        (COUNT, "8", "2 questions too few"),
    ],
)
def test_a_claim_that_is_off_is_contradicted_by_how_much(
    measure: str, text: str, told: str
) -> None:
    verdict = verdict_on(claim(measure, text, data=SQUAD_2), measurement())

    assert verdict.outcome is Outcome.CONTRADICTED
    assert verdict.explanation == told


def test_what_else_a_claim_equals_is_told() -> None:
    verdict = verdict_on(claim(EXACT, "62.50", data=SQUAD_2), measurement())

    assert verdict.explanation == "12.50 points too high; equals the exact of HasAns, 62.50"


def test_a_tolerance_is_for_scores_and_not_for_counts() -> None:
    near, far = claim(EXACT, "50.25", data=SQUAD_2), claim(COUNT, "11")

    assert verdict_on(near, measurement(), tolerance=0.25).outcome is Outcome.CONFIRMED
    assert verdict_on(far, measurement(), tolerance=5.0).outcome is Outcome.CONTRADICTED


def test_a_claim_of_no_named_data_is_of_the_only_record() -> None:
    alone = verdict_on(claim(text="50.0"), measurement())
    several = verdict_on(claim(text="50.0"), measurement(), measurement(OTHER_DATA))

    assert alone.outcome is Outcome.CONFIRMED
    assert several.outcome is Outcome.NOT_CHECKABLE
    assert several.explanation == "it names no data set, and there are 2 records"


def test_the_count_of_questions_beside_a_claim_finds_its_record() -> None:
    claims = [claim(text="50.0"), claim(COUNT, "10")]
    large = replace(totals(), overall=replace(totals().overall, n=99))

    verdicts = check_claims(
        claims, [measurement(OTHER_DATA, scores=large), measurement(record="found")]
    )

    assert [(each.outcome, each.record) for each in verdicts] == [
        (Outcome.CONFIRMED, "found"),
        (Outcome.CONFIRMED, "found"),
    ]


def test_a_count_finds_the_record_of_its_data_wherever_it_stands() -> None:
    named = ClaimedData("Mine", "me/mine")
    claims = [
        claim(text="50.0", data=named),
        claim(COUNT, "10", data=named, form=Form.METADATA),
        claim(text="50.0", data=OTHER_DATA),
    ]

    verdicts = check_claims(claims, [measurement()])

    assert [each.outcome for each in verdicts] == [
        Outcome.CONFIRMED,
        Outcome.CONFIRMED,
        Outcome.NOT_CHECKABLE,
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OTHER_DATA, "there is no record of Other"),
        (ClaimedData(None, "me/x"), "there is no record of me/x"),
    ],
)
def test_data_without_a_record_is_named_with_the_remedy(data: ClaimedData, reason: str) -> None:
    verdict = verdict_on(claim(data=data), measurement())

    assert verdict == Verdict(claim(data=data), Outcome.NOT_CHECKABLE, None, None, reason, REMEDY)


def test_without_any_record_nothing_can_be_checked() -> None:
    assert verdict_on(claim(data=NO_DATA)).explanation == "there is no record"


def test_a_claim_about_something_else_is_not_checked() -> None:
    verdict = verdict_on(claim(text="50.0", subject="teacher"), measurement())

    assert verdict.outcome is Outcome.NOT_CHECKABLE
    assert verdict.explanation == "it is labelled 'teacher', which does not name the card's model"


WHAT = {"question word: what": total_of(4, 0.25, 0.375)}
"""Scores of a group of questions."""


@pytest.mark.parametrize(
    ("measure", "text", "outcome", "told"),
    [
        (EXACT, "25.0", Outcome.CONFIRMED, ""),
        (COUNT, "4", Outcome.CONFIRMED, ""),
        (EXACT, "50.0", Outcome.CONTRADICTED, "25.00 points too high"),
        (COUNT, "3", Outcome.CONTRADICTED, "1 questions too few"),
    ],
)
def test_a_claim_about_a_group_is_held_against_the_group(
    measure: str, text: str, outcome: Outcome, told: str
) -> None:
    record = replace(measurement(), measure_named=lambda: WHAT)

    verdict = verdict_on(claim(measure, text, subject="question word: what"), record)

    assert (verdict.outcome, verdict.explanation) == (outcome, told)


def test_a_claim_about_a_part_of_a_group_is_not_checked() -> None:
    record = replace(measurement(), measure_named=lambda: WHAT)

    stated = claim(subset=Subset.HAS_ANSWER, subject="question word: what")

    assert verdict_on(stated, record).outcome is Outcome.NOT_CHECKABLE


def test_the_kind_of_questions_in_the_name_of_a_row_is_part_of_its_name() -> None:
    record = replace(
        measurement(), measure_named=lambda: {"Always no answer": total_of(4, 0.25, 0.25)}
    )

    stated = claim(EXACT, "25.0", subset=Subset.NO_ANSWER, subject="Always no answer")

    assert verdict_on(stated, record).outcome is Outcome.CONFIRMED


def test_a_group_of_another_size_has_other_questions() -> None:
    record = replace(measurement(), measure_named=lambda: WHAT)
    claims = [
        claim(COUNT, "5", subject="question word: what"),
        claim(text="49.0", subject="question word: what"),
    ]

    _, scored = check_claims(claims, [record])

    assert scored.explanation == "the card counts 5 questions, the record 4"


def test_questions_that_the_record_lacks_are_told() -> None:
    alone = measurement(scores=replace(totals(), no_answer=None))

    verdict = verdict_on(claim(subset=Subset.NO_ANSWER), alone)

    assert verdict.explanation == "its record has no NoAns questions"


def test_a_partial_record_neither_confirms_nor_contradicts() -> None:
    partial = replace(measurement(), is_partial=True)

    for text in ("50.0", "49.0"):
        verdict = verdict_on(claim(text=text), partial)
        assert (verdict.outcome, verdict.remedy) == (Outcome.NOT_CHECKABLE, REMEDY)
        assert verdict.explanation == "its record is partial"


def test_a_complete_record_goes_before_a_partial_one() -> None:
    partial = replace(measurement(record="partial"), is_partial=True)

    verdict = verdict_on(claim(text="50.0", data=SQUAD_2), partial, measurement())

    assert verdict.record == "record"


def test_scores_beside_another_count_of_questions_are_of_other_questions() -> None:
    claims = [claim(text="49.0"), claim(COUNT, "12")]

    scored, counted = check_claims(claims, [measurement()])

    assert scored.outcome is Outcome.NOT_CHECKABLE
    assert scored.explanation == "the card counts 12 questions, the record 10"
    assert counted.outcome is Outcome.CONTRADICTED


def test_a_count_in_another_place_says_nothing_of_a_score() -> None:
    claims = [claim(text="49.0"), claim(COUNT, "12", form=Form.METADATA)]

    assert check_claims(claims, [measurement()])[0].outcome is Outcome.CONTRADICTED


def test_any_record_of_the_same_model_and_data_may_confirm() -> None:
    first = measurement(scores=totals(0.25), record="first")

    verdict = verdict_on(claim(text="50.0", data=SQUAD_2), first, measurement(record="second"))

    assert (verdict.outcome, verdict.record) == (Outcome.CONFIRMED, "second")


def test_a_record_of_another_model_confirms_nothing_and_explains() -> None:
    first = measurement(scores=totals(0.25), record="mine")
    other = measurement(record="teacher", model="bb")

    verdict = verdict_on(claim(text="50.0", data=SQUAD_2), first, other)

    assert (verdict.outcome, verdict.record) == (Outcome.CONTRADICTED, "mine")
    assert verdict.explanation == "25.00 points too high; equals the record teacher's 50.00"


def refuse() -> Totals:
    """Other rules that nobody should have asked for."""
    raise AssertionError


@pytest.mark.parametrize(
    ("measure", "text", "told"),
    [
        (EXACT, "62.5", "equals the exact of HasAns, 62.50"),
        (EXACT, "75", "equals the f1 of HasAns, 75.00"),
        (F1, "50.000", "equals the exact of all questions, 50.000"),
        (COUNT, "6", "equals the n of HasAns, 6"),
    ],
)
def test_another_figure_of_the_record_is_told_first(measure: str, text: str, told: str) -> None:
    costly = measurement(alternatives=(Alternative("other rules", refuse),))

    assert explain(claim(measure, text), costly, []) == told


def test_a_figure_of_another_record_is_told_with_its_folder() -> None:
    other = measurement(record="other", scores=totals(0.25))

    assert explain(claim(text="25"), measurement(), [other]) == "equals the record other's 25.00"
    partial = replace(other, is_partial=True)
    assert explain(claim(text="25"), measurement(), [partial]) == (
        "equals the partial record other's 25.00"
    )


def test_other_rules_are_asked_in_their_order_until_one_equals() -> None:
    rules = (
        Alternative("the first rule", lambda: totals(0.1)),
        Alternative("the second rule", lambda: totals(0.3)),
        Alternative("the third rule", refuse),
    )

    told = explain(claim(text="30.0"), measurement(alternatives=rules), [])

    assert told == "equals the second rule's 30.00"


def test_a_figure_that_equals_nothing_is_not_explained() -> None:
    only_answers = replace(totals(), no_answer=None)
    rules = (Alternative("a rule", lambda: only_answers),)
    asked = measurement(scores=only_answers, alternatives=rules)

    assert explain(claim(text="33.3", subset=Subset.NO_ANSWER), asked, [asked]) == ""
