"""Tests that Haystack's report has its keys, and everything left out is counted."""

import pytest

from qareport.data.types import Answer, CharSpan, NBest, Prediction, Totals
from qareport.evaluation.haystack.token_level import ContextTokenSpan, TokenAnswer, TokenScore
from qareport.evaluation.haystack.totals import (
    explain_difference,
    haystack_report,
    total_token_level,
)
from tests.builders import example, example_score, total_of

SOME_GOLDS = frozenset({ContextTokenSpan(1, 2)})
NO_GOLDS: frozenset[ContextTokenSpan] = frozenset()
NO_ANSWER = Answer("", None, 0.0, 0.0)


def token_score(
    points: float | None,
    *,
    golds: frozenset[ContextTokenSpan] = SOME_GOLDS,
    span: ContextTokenSpan | None = None,
    text: str = "",
) -> TokenScore:
    """A score with this F1, exact where it is 1; None for a dropped example."""
    score = None
    if points is not None:
        score = example_score("q", bool(golds), exact=float(points == 1), f1=points)
    return TokenScore(
        TokenAnswer(text, span, null_margin=0.0, choices=(), null=NO_ANSWER), golds, score
    )


def prediction(text: str) -> Prediction:
    """An official prediction."""
    span = CharSpan(0, len(text)) if text else None
    return Prediction("q", text, span, null_margin=0.0, n_best=NBest(), probabilities=())


def test_report_has_haystacks_keys_and_scores_in_percent() -> None:
    scores = [
        token_score(1.0),
        token_score(0.5),
        token_score(1.0, golds=NO_GOLDS),
        token_score(0.0, golds=NO_GOLDS),
    ]

    totals = total_token_level([example()] * 4, scores).totals

    assert totals is not None
    assert haystack_report(totals) == {
        "EM": 50.0,
        "f1": 62.5,
        "EM_text_answer": 50.0,
        "f1_text_answer": 75.0,
        "Total_text_answer": 2,
        "EM_no_answer": 50.0,
        "f1_no_answer": 50.0,
        "Total_no_answer": 2,
    }


def test_report_has_no_keys_of_a_kind_without_examples() -> None:
    totals = Totals(total_of(1, 1.0, 1.0), None, total_of(1, 1.0, 1.0))

    assert "EM_text_answer" not in haystack_report(totals)
    assert "Total_text_answer" not in haystack_report(totals)


def test_dropped_examples_are_counted_and_leave_the_denominator() -> None:
    found = total_token_level([example()] * 2, [token_score(None), token_score(1.0)])

    one = total_of(1, 1.0, 1.0)
    assert (found.dropped, found.totals) == (1, Totals(one, one, None))


def test_answerable_examples_out_of_all_windows_are_counted() -> None:
    examples = [example(golds=("c",)), example(golds=("c",)), example(golds=("c",)), example()]
    scores = [
        token_score(1.0, golds=NO_GOLDS),
        token_score(1.0),
        token_score(None, golds=NO_GOLDS),
        token_score(1.0, golds=NO_GOLDS),
    ]

    assert total_token_level(examples, scores).out_of_windows == 1


def test_nothing_is_left_when_every_example_is_dropped() -> None:
    found = total_token_level([example()], [token_score(None)])

    assert (found.dropped, found.totals) == (1, None)


@pytest.mark.parametrize(
    ("gold", "span", "points", "spared"),
    [
        pytest.param(
            ContextTokenSpan(0, 3), ContextTokenSpan(0, 0), 0.4, 1, id="prediction is token 0"
        ),
        pytest.param(ContextTokenSpan(0, 0), ContextTokenSpan(0, 3), 0.4, 1, id="gold is token 0"),
        pytest.param(ContextTokenSpan(0, 0), ContextTokenSpan(0, 0), 1.0, 0, id="both are right"),
        pytest.param(
            ContextTokenSpan(1, 3), ContextTokenSpan(0, 0), 0.0, 0, id="gold starts elsewhere"
        ),
        pytest.param(
            ContextTokenSpan(0, 0), ContextTokenSpan(1, 3), 0.0, 0, id="prediction starts elsewhere"
        ),
        pytest.param(ContextTokenSpan(0, 3), ContextTokenSpan(0, 2), 0.9, 0, id="both are longer"),
        pytest.param(ContextTokenSpan(0, 3), None, 0.0, 0, id="no answer"),
        pytest.param(ContextTokenSpan(0, 3), ContextTokenSpan(0, 0), None, 0, id="dropped"),
    ],
)
def test_haystacks_mistake_at_token_0_is_counted(
    gold: ContextTokenSpan, span: ContextTokenSpan | None, points: float | None, spared: int
) -> None:
    scores = [token_score(points, golds=frozenset({gold}), span=span), token_score(1.0)]

    assert total_token_level([example()] * 2, scores).spared == spared


def test_the_explanation_counts_the_causes() -> None:
    cases = [
        (token_score(0.0), "b", 1.0),
        (token_score(0.5, span=ContextTokenSpan(1, 1), text="b"), "b c", 1.0),
        (token_score(0.5, span=ContextTokenSpan(1, 3), text="the b"), "the b", 1.0),
        (token_score(0.5, span=ContextTokenSpan(1, 3), text="the b"), "b", 0.0),
        (token_score(None), "b", 1.0),
    ]
    scores = [score for score, _, _ in cases]
    predictions = [prediction(text) for _, text, _ in cases]
    official = [example_score("q", True, exact=exact, f1=exact) for _, _, exact in cases]  # noqa: FBT003

    assert explain_difference(scores, predictions, official) == (
        "haystack-token and official differ in exact match on 3 of 5 questions: 1 where one of "
        "them abstains (haystack-token compares null with spans of any length, within each "
        "window, and abstains at a tie), 1 with another answer, 1 with the same answer (token "
        "positions forgive no article or punctuation mark); the windows share doc_stride tokens, "
        "where Haystack starts one every doc_stride tokens"
    )
