"""Questions lose leading blanks only, and their end where they leave a window no room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from qareport.errors import UsageError
from qareport.inference.options import AnsweringOptions
from qareport.inference.windows import MIN_FREE_TOKENS, fit_questions
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

STRIDE = 3
FREE = 10
"""Tokens that special and shared tokens leave of a window."""
BERT = FAMILIES["bert"].tokenizer()


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    """The tokenizer of each family in turn."""
    return FAMILIES[request.param].tokenizer()


def leaving(free: int, tokenizer: PreTrainedTokenizerFast) -> AnsweringOptions:
    """Windows in which special and shared tokens leave `free` tokens."""
    special = tokenizer.num_special_tokens_to_add(pair=True)
    return AnsweringOptions(max_seq_length=special + STRIDE + free, doc_stride=STRIDE)


def fitted(question: str, options: AnsweringOptions) -> str:
    """A question as BERT is asked it."""
    return fit_questions(BERT, [example(question=question)], options)[0]


def test_only_leading_blanks_of_a_question_go() -> None:
    assert fitted(" \n a  b \n", leaving(FREE, BERT)) == "a  b \n"


def test_a_question_that_leaves_room_to_advance_stays_whole() -> None:
    question = "a " * (FREE - 1)

    assert fitted(question, leaving(FREE, BERT)) == question


@pytest.mark.parametrize("tokens", [FREE, FREE + 1, 100])
def test_a_question_that_leaves_no_room_keeps_half_of_what_is_free(tokens: int) -> None:
    assert fitted("a " * tokens, leaving(FREE, BERT)) == "a a a a a"


@given(
    family=st.sampled_from(list(FAMILIES)),
    free=st.integers(MIN_FREE_TOKENS, 14),
    question_words=st.integers(3, 17),
    words=st.integers(0, 30),
)
def test_windows_advance_whatever_the_length_of_the_question(
    family: str, free: int, question_words: int, words: int
) -> None:
    tokenizer = FAMILIES[family].tokenizer()
    options = leaving(free, tokenizer)
    one = example(question="a " * question_words, context="b " * words)

    windows = windows_of(tokenizer, one, options=options)

    stops = [window.first_token + len(window.token_chars) for window in windows]
    assert stops == sorted(set(stops))
    assert max(len(window) for window in windows) <= options.max_seq_length


# Normal forms of Unicode make 18 letters of the first and 3 of the second; the third is 4 bytes.
@pytest.mark.parametrize("character", ["\ufdfa", "½", "👩"])
def test_a_character_of_many_tokens_is_not_too_much_for_a_window(
    tokenizer: PreTrainedTokenizerFast, character: str
) -> None:
    one = example(question=character * 10, context="b b b")

    windows = windows_of(tokenizer, one, options=leaving(MIN_FREE_TOKENS, tokenizer))

    assert windows[-1].token_chars[-1].tolist()[1] == len(one.context)


def test_windows_without_room_for_a_question_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        fitted("a", leaving(MIN_FREE_TOKENS - 1, BERT))

    assert str(caught.value) == (
        "windows of 13 tokens have no room for a question beside 3 special and 3 shared tokens; "
        "raise max_seq_length or lower doc_stride"
    )
