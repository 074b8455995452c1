"""Rows of predictions made elsewhere hold all that their texts show, and nothing more."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.examples.rows import ExampleRow, Scope
from qareport.analysis.examples.submitted import scope_of, summarise_submission
from qareport.analysis.examples.traits import TRAITS
from qareport.data.types import Example
from qareport.metrics.normalisers import SQUAD_EN
from qareport.metrics.submissions import Submission, score_submission
from qareport.metrics.thresholds import NullOdds
from tests.builders import example, example_score

CONTEXT = "the big old cat sat on mats"
ASKED = example("h", context=CONTEXT, golds=("old cat",))
AMBIGUOUS = example("a", context=CONTEXT, golds=("old cat", "mats"))
NO_ANSWER = example("n", context=CONTEXT)
EXAMPLES = (ASKED, AMBIGUOUS, NO_ANSWER)
TEXTS = st.fixed_dictionaries(
    {each.id: st.sampled_from(["", "the", "old cat", "cat", "big old", "sat"]) for each in EXAMPLES}
)


def rows_of(examples: tuple[Example, ...], submission: Submission) -> tuple[ExampleRow, ...]:
    """The rows of a submission, scored as `score` does."""
    return summarise_submission(examples, submission, score_submission(examples, submission).scores)


def row_of(asked: Example, text: str, null_odds: NullOdds | None = None) -> ExampleRow:
    """The row of a single prediction."""
    (row,) = rows_of((asked,), Submission({asked.id: text}, null_odds))
    return row


def odds(value: float, *, example_id: str = "h") -> NullOdds:
    """The no-answer value of one example, withheld above 0."""
    return NullOdds({example_id: value}, threshold=0.0)


def test_a_text_alone_has_no_span_and_no_margin() -> None:
    row = row_of(ASKED, "big old cat")

    assert (row.text, row.best_text) == ("big old cat", "big old cat")
    assert row.span is None
    assert row.null_margin is None
    assert row.mistake == "superset"


@pytest.mark.parametrize(("value", "text"), [(1.0, ""), (0.0, "old cat"), (-1.0, "old cat")])
def test_answers_above_the_threshold_are_withheld_and_stay_the_best_text(
    value: float, text: str
) -> None:
    row = row_of(ASKED, "old cat", odds(value))

    assert (row.text, row.best_text, row.null_margin) == (text, "old cat", value)
    assert row.best_score == example_score("h", has_answer=True, exact=1.0, f1=1.0)


def test_a_right_answer_has_no_cause() -> None:
    assert row_of(AMBIGUOUS, "mats").causes == ()


def test_a_wrong_answer_may_be_due_to_ambiguous_golds() -> None:
    assert row_of(AMBIGUOUS, "sat").causes == ("gold ambiguity",)


def test_a_right_answer_that_was_withheld_is_due_to_the_threshold() -> None:
    assert row_of(ASKED, "old cat", odds(1.0)).causes == ("threshold",)
    assert row_of(ASKED, "sat", odds(1.0)).causes == ()


def test_a_false_answer_near_the_threshold_is_not_told_since_its_unit_is_not_known() -> None:
    assert row_of(NO_ANSWER, "cat", odds(-0.1, example_id="n")).causes == ()


def test_traits_that_need_windows_are_left_out() -> None:
    without = set(TRAITS) - {"windows", "answer position in the windows"}

    assert set(row_of(ASKED, "cat").groups) == without
    assert row_of(ASKED, "cat").groups["answer length"] == "2"


@pytest.mark.parametrize(
    ("values", "causes", "has_logits"),
    [
        (None, ("gold ambiguity",), False),
        ({"h": 0.5, "n": 1.0}, ("gold ambiguity", "threshold"), False),
        ({"h": 0.5, "n": -1.0}, ("gold ambiguity", "threshold"), True),
    ],
)
def test_the_scope_grows_with_what_is_known(
    values: Mapping[str, float] | None, causes: tuple[str, ...], *, has_logits: bool
) -> None:
    null_odds = None if values is None else NullOdds(values, 0.0)

    scope = scope_of(Submission({}, null_odds))

    assert (scope.causes, scope.has_logits) == (causes, has_logits)
    assert scope.gold_normaliser is SQUAD_EN


def test_the_scope_of_a_record_is_everything() -> None:
    assert Scope() == Scope(tuple(CAUSES), has_logits=True)


@given(TEXTS, st.permutations(EXAMPLES))
def test_the_order_of_the_examples_never_matters(
    texts: Mapping[str, str], order: list[Example]
) -> None:
    rows = rows_of(EXAMPLES, Submission(texts))

    assert set(map(repr, rows)) == set(map(repr, rows_of(tuple(order), Submission(texts))))


@given(TEXTS)
def test_exactly_the_right_answers_are_of_the_kind_correct_and_have_no_cause(
    texts: Mapping[str, str],
) -> None:
    for row in rows_of(EXAMPLES, Submission(texts)):
        assert row.mistake in KINDS
        assert (row.mistake == "correct") == (row.score.exact == 1)
        assert row.score.exact == 0 or not row.causes
