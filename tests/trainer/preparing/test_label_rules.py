"""Gold answers become tokens: the smallest run that covers them, or Haystack's."""

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from qareport.data.types import GoldAnswer
from qareport.evaluation.haystack.token_level import ContextTokenSpan
from tests.builders import example
from tests.tiny_models import FAMILIES
from trainer.preparing.label_rules import (
    covering_tokens,
    first_gold_if_all_placed,
    haystack_tokens,
    placed_golds,
)

CONTEXT = "The Normans,  诺曼底 (911) of cafe\u0301 \u200bZ"
WORDS = np.array([(0, 3), (4, 8), (9, 12), (13, 14)], dtype=np.int32)


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    """The tokenizer of each family in turn."""
    return FAMILIES[request.param].tokenizer()


@pytest.mark.parametrize(
    "answer", ["The", "Normans", "Normans,  诺", "曼", "(911)", "911", "9", "of cafe\u0301", "Z"]
)
def test_covering_tokens_are_the_fewest_that_cover_the_answer(
    tokenizer: PreTrainedTokenizerFast, answer: str
) -> None:
    offsets = tokenizer(CONTEXT, add_special_tokens=False).encodings[0].offsets
    start = CONTEXT.index(answer)

    span = covering_tokens(GoldAnswer(answer, start), np.array(offsets, dtype=np.int32))

    # By brute force: each character that is in any token is covered, and by both outer tokens one.
    wanted = {
        char
        for char in range(start, start + len(answer))
        if not CONTEXT[char].isspace() and any(first <= char < end for first, end in offsets)
    }
    assert span is not None
    covered = [set(range(*offsets[token])) for token in range(span.first, span.last + 1)]
    assert wanted <= set().union(*covered)
    assert wanted & covered[0]
    assert wanted & covered[-1]


def test_covering_tokens_may_reach_over_the_answer() -> None:
    assert covering_tokens(GoldAnswer("hir", 5), WORDS) == ContextTokenSpan(1, 1)


def test_outer_blanks_of_an_answer_belong_to_no_token() -> None:
    blanks_in_tokens = np.array([(0, 3), (3, 8), (8, 12), (12, 13)], dtype=np.int32)

    assert covering_tokens(GoldAnswer(" word ", 3), blanks_in_tokens) == ContextTokenSpan(1, 1)


def test_tokens_without_characters_are_passed_over() -> None:
    zero_width = np.array([(0, 3), (4, 4), (5, 5), (6, 8), (8, 8)], dtype=np.int32)

    assert covering_tokens(GoldAnswer("word", 4), zero_width) == ContextTokenSpan(3, 3)


def test_all_tokens_of_one_character_belong_to_the_answer() -> None:
    of_one_byte = np.array([(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)], dtype=np.int32)

    assert covering_tokens(GoldAnswer("诺", 1), of_one_byte) == ContextTokenSpan(1, 3)


def test_an_answer_that_no_token_holds_has_none() -> None:
    assert covering_tokens(GoldAnswer("\u200b", 3), WORDS) is None


# Haystack v1.0.0 maps characters from the start of the last token on to one past it.
@pytest.mark.parametrize(
    ("answer", "start", "span"),
    [
        ("word", 4, ContextTokenSpan(1, 1)),
        ("rd and", 6, ContextTokenSpan(1, 2)),
        ("and .", 9, ContextTokenSpan(2, 4)),
        (".", 13, ContextTokenSpan(4, 4)),
    ],
)
def test_haystack_ends_one_past_the_last_token(
    answer: str, start: int, span: ContextTokenSpan
) -> None:
    assert haystack_tokens(GoldAnswer(answer, start), WORDS) == span


def test_misplaced_and_blank_golds_are_no_labels() -> None:
    one = example(
        context="a b", golds=(GoldAnswer("b", 0), GoldAnswer(" ", 1), "b", GoldAnswer("b", 9))
    )

    assert placed_golds(one) == (GoldAnswer("b", 2),)


def test_haystack_learns_the_first_gold_only() -> None:
    assert first_gold_if_all_placed(example(context="a b", golds=("b", "a"))) == (
        GoldAnswer("b", 2),
    )


def test_haystack_drops_an_example_for_any_misplaced_gold_that_it_looks_at() -> None:
    misplaced = GoldAnswer("b", 0)

    sixth = example(context="a b", golds=(*["b"] * 5, misplaced))
    seventh = example(context="a b", golds=(*["b"] * 6, misplaced))

    assert first_gold_if_all_placed(sixth) == ()
    assert first_gold_if_all_placed(seventh) == (GoldAnswer("b", 2),)
