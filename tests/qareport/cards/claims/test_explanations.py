"""A wrong figure is explained by what else it equals, the cheapest first."""

from dataclasses import replace

import pytest

from qareport.cards.claims.claims import Measure, Subset
from qareport.cards.claims.explanations import explain
from qareport.cards.claims.measurements import Alternative
from qareport.data.types import Totals
from tests.claim_builders import claim, measurement, totals


def refuse() -> Totals:
    """Other rules that nobody should have asked for."""
    raise AssertionError


@pytest.mark.parametrize(
    ("measure", "text", "told"),
    [
        (Measure.EXACT, "62.5", "equals the exact of HasAns, 62.50"),
        (Measure.EXACT, "75", "equals the f1 of HasAns, 75.00"),
        (Measure.F1, "50.000", "equals the exact of all questions, 50.000"),
        (Measure.COUNT, "6", "equals the n of HasAns, 6"),
    ],
)
def test_another_figure_of_the_record_is_told_first(measure: Measure, text: str, told: str) -> None:
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
