"""Tests the token-level protocol on golden tables of the rules of Haystack 1."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import Answer, Example, ExampleScore, GoldAnswer
from qareport.evaluation.haystack.token_level import (
    ContextTokenSpan,
    TokenScore,
    score_token_level,
    token_at,
    token_level_options,
)
from qareport.inference.options import AnsweringOptions
from qareport.metrics.squad import score
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example

CONTEXT = "abcdefghi"
"""Each letter is a token of the window, unless a test says otherwise."""
BRONCOS = "It was won by the Denver Broncos, in 2016."
BRONCOS_TOKENS = tuple(match.span() for match in re.finditer(r"\w+|[^\w\s]", BRONCOS))


def scored(*windows: FoundWindow, asked: Example, null_boost: float = 0.0) -> TokenScore:
    """The scored answer to one example, chosen from its windows."""
    (result,) = score_token_level([asked], span_candidates(*windows), null_boost=null_boost)
    return result


def compared(gold: ContextTokenSpan | None, span: ContextTokenSpan | None) -> ExampleScore:
    """The score of an answer to a question about the letters with one gold answer, or none."""
    golds = () if gold is None else (CONTEXT[gold.first : gold.last + 1],)
    spans = () if span is None else (FoundSpan(span.first, span.last, 9.0),)
    result = scored(FoundWindow(spans=spans), asked=example(context=CONTEXT, golds=golds))
    assert result.score is not None
    return result.score


# Checked by running Haystack v1.0.0: null scores and best spans of windows.
@pytest.mark.parametrize(
    ("nulls", "bests", "margin", "text"),
    [
        ([5.0, 12.0], [4.0, 11.0], 1.0, ""),
        ([9.0, 1.0], [2.0, 6.0], -5.0, "b"),
        ([1.0, 12.0], [1.5, 11.0], -0.5, "b"),
        ([2.0, 8.0], [5.0, 3.0], -3.0, "a"),
        ([-5.0], [-3.0], -2.0, "a"),
        ([4.0], [4.0], 0.0, ""),
        ([5.0], [4.0], 1.0, ""),
    ],
)
def test_null_is_compared_within_each_window(
    nulls: list[float], bests: list[float], margin: float, text: str
) -> None:
    windows = [
        FoundWindow(null, [FoundSpan(place, place, best)], number=place)
        for place, (null, best) in enumerate(zip(nulls, bests, strict=True))
    ]

    answer = scored(*windows, asked=example(context=CONTEXT)).answer

    assert (answer.null_margin, answer.text) == (margin, text)
    assert (answer.span is None) == (text == "")


@pytest.mark.parametrize(("null_boost", "text"), [(0.9, "a"), (1.0, "")])
def test_a_boost_is_added_to_the_null_score(null_boost: float, text: str) -> None:
    window = FoundWindow(3.0, [FoundSpan(0, 0, 4.0)])

    result = scored(window, asked=example(context=CONTEXT), null_boost=null_boost)

    assert result.answer.text == text


def test_a_window_without_spans_never_answers() -> None:
    result = scored(FoundWindow(), asked=example(context=CONTEXT))

    assert (result.answer.span, result.answer.null_margin) == (None, math.inf)


@pytest.mark.parametrize("char_and_token", [(3, 0), (8, 1), (12, 2), (13, 4), (14, 4)])
def test_a_character_belongs_to_the_last_token_that_starts_before_it(
    char_and_token: tuple[int, int],
) -> None:
    char, token = char_and_token

    assert token_at([0, 4, 9, 13], char) == token


# Checked by running Haystack v1.0.0.
@pytest.mark.parametrize(
    ("gold", "tokens", "text", "exact", "f1"),
    [
        ("Denver Broncos", ContextTokenSpan(4, 6), "the Denver Broncos", 0, 0.8),
        ("Denver Broncos", ContextTokenSpan(5, 7), "Denver Broncos,", 0, 0.8),
        ("2016.", ContextTokenSpan(9, 9), "2016", 0, 0.5),
        ("It was", ContextTokenSpan(0, 0), "It", 0, 0.6666666666666666),
    ],
)
def test_tokens_are_compared_by_their_place(
    gold: str, tokens: ContextTokenSpan, text: str, exact: float, f1: float
) -> None:
    asked = example(context=BRONCOS, golds=(gold,))
    spans = [FoundSpan(tokens.first, tokens.last, 1.0)]

    result = scored(FoundWindow(0.0, spans, token_chars=BRONCOS_TOKENS), asked=asked)

    assert result.score is not None
    assert (result.answer.text, result.answer.span) == (text, tokens)
    assert (result.score.exact, result.score.f1) == (exact, f1)


@pytest.mark.parametrize(
    ("gold", "text", "exact", "f1"),
    [
        ("Denver Broncos", "the Denver Broncos", 1, 1),
        ("Denver Broncos", "Denver Broncos,", 1, 1),
        ("2016.", "2016", 1, 1),
        ("It was", "It", 0, 0.6666666666666666),
    ],
)
def test_official_scores_of_the_same_answers_are_higher(
    gold: str, text: str, exact: float, f1: float
) -> None:
    official = score(example(golds=(gold,)), text)

    assert (official.exact, official.f1) == (exact, f1)


def test_text_reaches_to_the_start_of_the_next_token() -> None:
    chars = ((0, 2), (3, 5), (9, 10))
    asked = example(context="ab cd... e")

    result = scored(FoundWindow(0.0, [FoundSpan(0, 1, 1.0)], token_chars=chars), asked=asked)

    assert result.answer.text == "ab cd..."


def test_text_of_the_last_token_reaches_to_the_end_of_the_context() -> None:
    asked = example(context="ab cd!\n")

    result = scored(
        FoundWindow(0.0, [FoundSpan(1, 1, 1.0)], token_chars=((0, 2), (3, 5))), asked=asked
    )

    assert result.answer.text == "cd!"


def test_the_next_token_may_lie_in_the_next_window() -> None:
    asked = example(context=CONTEXT)

    result = scored(
        FoundWindow(0.0, [FoundSpan(1, 2, 2.0)], token_chars=((0, 1), (1, 2), (2, 3))),
        FoundWindow(0.0, number=1, first_token=2, token_chars=((2, 3), (3, 4), (4, 5))),
        asked=asked,
    )

    assert result.answer.text == "bc"


def test_of_equal_spans_the_earlier_is_the_answer() -> None:
    first, second = FoundSpan(0, 1, 2.0), FoundSpan(0, 3, 2.0)

    result = scored(FoundWindow(0.0, [second]), FoundWindow(0.0, [first]), asked=example())

    assert result.answer.span == ContextTokenSpan(0, 1)


@pytest.mark.parametrize(
    ("gold", "held"),
    [
        pytest.param("cd", {ContextTokenSpan(2, 3)}, id="in a later window"),
        pytest.param("bcd", set(), id="across windows"),
        pytest.param(
            "bc", {ContextTokenSpan(1, 2)}, id="end one past a window, as Haystack has it"
        ),
        pytest.param("hi", set(), id="beyond all windows"),
        pytest.param("gh", {ContextTokenSpan(6, 8)}, id="last token, so one past it"),
        pytest.param("h", set(), id="the last token alone"),
    ],
)
def test_gold_answers_count_where_a_window_holds_them(
    gold: str, held: set[ContextTokenSpan]
) -> None:
    letters = [(place, place + 1) for place in range(8)]
    windows = [
        FoundWindow(number=number, first_token=first, token_chars=letters[first:last])
        for number, (first, last) in enumerate([(0, 2), (2, 5), (5, 8)])
    ]

    result = scored(*windows, asked=example(context=CONTEXT, golds=(gold,)))

    assert result.golds == held
    assert result.score is not None
    assert result.score.has_answer == bool(held)
    assert result.score.exact == (not held)


def test_a_context_without_tokens_holds_no_gold_answer() -> None:
    asked = example(context=" ", golds=(" ",))

    assert scored(FoundWindow(token_chars=()), asked=asked).golds == frozenset()


def test_the_best_gold_answer_counts() -> None:
    asked = example(context=CONTEXT, golds=("abcd", "bc"))

    result = scored(FoundWindow(0.0, [FoundSpan(1, 3, 1.0)]), asked=asked)

    assert result.score is not None
    assert result.score.f1 == pytest.approx(6 / 7)


def test_six_gold_answers_take_part() -> None:
    asked = example(context=CONTEXT, golds=("a", "b", "c", "d", "e", "f", "g"))

    golds = scored(FoundWindow(), asked=asked).golds

    assert golds == {ContextTokenSpan(place, place) for place in range(6)}


def test_a_gold_answer_that_is_not_at_its_offset_drops_the_example() -> None:
    asked = example(context=CONTEXT, golds=("b", GoldAnswer("c", start=7)))

    assert scored(FoundWindow(), asked=asked).score is None


@pytest.mark.parametrize(
    ("gold", "span", "points"),
    [
        pytest.param(None, None, 1, id="both"),
        pytest.param(None, ContextTokenSpan(1, 1), 0, id="gold only"),
        pytest.param(ContextTokenSpan(1, 1), None, 0, id="prediction only"),
    ],
)
def test_no_answer_equals_only_itself(
    gold: ContextTokenSpan | None, span: ContextTokenSpan | None, points: float
) -> None:
    result = compared(gold, span)

    assert (result.exact, result.f1) == (points, points)


@given(
    st.tuples(st.integers(0, 5), st.integers(0, 2)), st.tuples(st.integers(0, 5), st.integers(0, 2))
)
def test_f1_is_that_of_the_sets_of_places(gold: tuple[int, int], span: tuple[int, int]) -> None:
    one, other = (ContextTokenSpan(first, first + more) for first, more in (gold, span))
    places, others = (set(range(each.first, each.last + 1)) for each in (one, other))

    result = compared(one, other)

    assert result.f1 == 2 * len(places & others) / (len(places) + len(others))
    assert result.exact == (one == other)


def test_windows_of_an_unknown_example_are_a_slip_of_the_caller() -> None:
    candidates = span_candidates(FoundWindow(), FoundWindow(example_id="unknown"))

    with pytest.raises(ValueError, match="argument 2 is longer"):
        list(score_token_level([example()], candidates))


def test_a_span_of_two_windows_is_a_choice_once_with_its_higher_score() -> None:
    result = scored(
        FoundWindow(2.0, [FoundSpan(1, 1, 3.0)]),
        FoundWindow(1.0, [FoundSpan(1, 1, 5.0)], number=1),
        FoundWindow(3.0, [FoundSpan(2, 3, 4.0)], number=2),
        FoundWindow(0.0, number=3),
        asked=example(context=CONTEXT),
    )

    choices = [(each.span, each.answer.text, each.answer.score) for each in result.answer.choices]
    assert choices == [(ContextTokenSpan(1, 1), "b", 5.0), (ContextTokenSpan(2, 3), "cd", 4.0)]
    assert result.answer.null == Answer("", None, start_logit=0.0, end_logit=0.0)


def test_options_that_the_protocol_has_not_are_those_of_haystack() -> None:
    asked = AnsweringOptions(max_seq_length=64, doc_stride=8, null_threshold=-1.5)

    assert token_level_options(asked) == AnsweringOptions(
        max_seq_length=64,
        doc_stride=8,
        max_answer_length=1000,
        null_threshold=0.0,
        null_rule="per-window",
    )
