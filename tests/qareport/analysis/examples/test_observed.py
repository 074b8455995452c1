"""What is known of an example comes from its own prediction, score and windows."""

import pytest

from qareport.analysis.examples.observed import (
    Observed,
    context_tokens,
    count_tokens,
    observe_predictions,
    observe_texts,
)
from qareport.data.types import CharSpan
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions
from qareport.metrics.squad import score_all
from tests.analysis_builders import token_window, word_window
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example, example_score

CONTEXT = "abcdefghi"


def test_predictions_of_ours_keep_their_span_and_their_windows() -> None:
    examples = [example("x", context=CONTEXT), example("y", context=CONTEXT)]
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(1, 2, 5.0)], example_id="x"),
        FoundWindow(0.0, [], example_id="x", number=1, first_token=7, token_chars=((7, 8), (8, 9))),
        FoundWindow(9.0, [FoundSpan(0, 0, 1.0)], example_id="y"),
    )
    predictions = list(predict_all(examples, candidates, AnsweringOptions(n_best_size=5)))
    scores = score_all(examples, {each.example_id: each.text for each in predictions})

    answered, withheld = observe_predictions(examples, predictions, scores, candidates=candidates)

    assert (answered.text, answered.span) == ("bc", CharSpan(1, 3))
    assert [window.first_token for window in answered.windows] == [0, 7]
    assert answered.windows[1].token_chars.tolist() == [[7, 8], [8, 9]]
    assert (withheld.text, withheld.span, len(withheld.windows)) == ("", None, 1)


def test_predictions_made_elsewhere_have_neither_span_nor_windows() -> None:
    asked = example("x")
    scored = example_score("x", has_answer=False, exact=0.0, f1=0.0)

    observations = observe_texts([asked], {"x": "b", "other": "c"}, [scored])

    assert observations == (Observed(asked, "b", span=None, score=scored, windows=()),)


@pytest.mark.parametrize(
    ("span", "is_held"),
    [
        (CharSpan(2, 6), True),
        (CharSpan(3, 4), True),
        (CharSpan(1, 4), False),
        (CharSpan(4, 7), False),
    ],
)
def test_a_window_holds_a_span_whole_or_not_at_all(span: CharSpan, *, is_held: bool) -> None:
    assert token_window((2, 4), (5, 6), first=1).holds(span) is is_held


def test_a_window_without_context_holds_nothing() -> None:
    assert not token_window().holds(CharSpan(0, 0))


def test_tokens_of_the_context_are_those_of_all_windows_each_once() -> None:
    context = "ab c def g h"
    windows = [word_window(context, 0, 3), word_window(context, 1, 4), word_window(context, 4)]

    tokens = context_tokens(windows)

    assert tokens.tolist() == word_window(context).token_chars.tolist()


def test_no_window_has_no_tokens() -> None:
    assert context_tokens([]).tolist() == []


@pytest.mark.parametrize(
    ("span", "tokens"),
    [
        pytest.param(CharSpan(3, 4), 1, id="one"),
        pytest.param(CharSpan(1, 6), 3, id="parts-of-tokens-count"),
        pytest.param(CharSpan(2, 3), 0, id="blank"),
        pytest.param(CharSpan(5, 10), 2, id="over-two-windows"),
    ],
)
def test_tokens_of_a_span_are_those_it_takes_to_cover_it(span: CharSpan, tokens: int) -> None:
    context = "ab c def g h"

    assert count_tokens([word_window(context, 0, 3), word_window(context, 3)], span) == tokens


def test_a_token_without_characters_inside_a_span_is_counted() -> None:
    assert count_tokens([token_window((0, 1), (1, 1), (1, 2))], CharSpan(0, 2)) == 3
