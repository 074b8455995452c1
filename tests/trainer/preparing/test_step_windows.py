"""Step windows are Haystack's: a new one every so many tokens, up to the first at the end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example
from qareport.inference.windows import Window
from tests.builders import example
from tests.tiny_models import FAMILIES
from trainer.errors import RecipeError
from trainer.preparing.step_windows import fit_step_questions, make_step_windows
from trainer.recipe import Windows

MPNET = FAMILIES["mpnet"].tokenizer()
"""Four special tokens, as RoBERTa, and one token for each single letter."""
SHORT = Windows(max_seq_length=24, doc_stride=3, stride="step", max_question_length=8)
LONG = Windows(max_seq_length=512, doc_stride=400, stride="step")
CONTEXT = "The Normans, 911 of them, came  from Denmark\n(Danes) and Köln."


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    """The tokenizer of each family in turn."""
    return FAMILIES[request.param].tokenizer()


def step_windows(
    tokenizer: PreTrainedTokenizerFast, *examples: Example, options: Windows
) -> list[Window]:
    """The windows of examples, their questions fitted."""
    questions = fit_step_questions(tokenizer, examples, options)
    return make_step_windows(tokenizer, examples, questions, options=options)


# The counts of windows that Haystack's own chunking makes.
@pytest.mark.parametrize(
    ("context_tokens", "windows"), [(300, 1), (400, 2), (500, 3), (700, 4), (1000, 6)]
)
def test_counts_are_haystacks(context_tokens: int, windows: int) -> None:
    one = example(question="q " * 12, context="a " * context_tokens)

    cut = step_windows(MPNET, one, options=Windows(stride="step"))

    assert [window.first_token for window in cut] == [128 * index for index in range(windows)]


@given(context_tokens=st.integers(0, 60), question_tokens=st.integers(0, 12))
def test_last_window_is_the_first_that_reaches_the_end(
    context_tokens: int, question_tokens: int
) -> None:
    one = example(question="q " * question_tokens, context="a " * context_tokens)

    cut = step_windows(MPNET, one, options=SHORT)

    passage = 24 - 4 - min(question_tokens, 8)
    starts = [0]
    while starts[-1] + passage < context_tokens:
        starts.append(starts[-1] + 3)
    assert [window.first_token for window in cut] == starts
    assert [len(window.token_chars) for window in cut] == [
        min(passage, context_tokens - start) for start in starts
    ]


def test_windows_count_the_tokens_of_the_whole_context(tokenizer: PreTrainedTokenizerFast) -> None:
    one = example(question="Who gave the name?", context=CONTEXT)

    cut = step_windows(tokenizer, one, options=SHORT)

    (whole,) = step_windows(tokenizer, one, options=LONG)
    assert len(cut) > 1
    for index, window in enumerate(cut):
        stop = window.first_token + len(window.token_chars)
        assert window.first_token == 3 * index
        np.testing.assert_array_equal(
            window.token_chars, whole.token_chars[window.first_token : stop]
        )


def test_examples_keep_their_order_whatever_the_lengths_of_their_questions() -> None:
    examples = [
        example("long", "q " * 8, context="a " * 20),
        example("short", "q", context="a " * 20),
        example("as long", "q " * 8, context="a " * 20),
    ]

    cut = step_windows(MPNET, *examples, options=SHORT)

    assert [(window.example_id, window.number) for window in cut] == [
        *[("long", number) for number in range(4)],
        *[("short", number) for number in range(2)],
        *[("as long", number) for number in range(4)],
    ]


def test_questions_are_cut_to_64_tokens_unless_the_recipe_says_otherwise() -> None:
    one = example(question=" " + "q " * 70)

    (by_default,) = fit_step_questions(MPNET, [one], Windows(stride="step"))
    (by_recipe,) = fit_step_questions(MPNET, [one], SHORT)

    assert by_default == "q " * 63 + "q"
    assert by_recipe == "q " * 7 + "q"


def test_steps_that_could_lose_tokens_are_refused() -> None:
    too_wide = Windows(max_seq_length=24, doc_stride=13, stride="step", max_question_length=8)

    with pytest.raises(RecipeError) as caught:
        fit_step_questions(MPNET, [], too_wide)

    assert str(caught.value) == (
        "windows.doc_stride is 13; windows of 24 tokens with questions of up to 8 need a step of "
        "1 to 12, or tokens between them are lost"
    )


def test_a_step_of_a_whole_passage_shares_nothing_and_loses_nothing() -> None:
    widest = Windows(max_seq_length=24, doc_stride=12, stride="step", max_question_length=8)

    cut = step_windows(MPNET, example(question="q " * 8, context="a " * 30), options=widest)

    assert [(window.first_token, len(window.token_chars)) for window in cut] == [
        (0, 12),
        (12, 12),
        (24, 6),
    ]
