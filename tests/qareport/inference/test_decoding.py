"""Candidates become predictions by a null rule; equal scores rank by place."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import Answer, CharSpan, Example, Prediction
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example

CONTEXT = "abcdefghi"
ONE = example(context=CONTEXT)
RUN_QA = AnsweringOptions()
PER_WINDOW = AnsweringOptions(null_rule="per-window")


def predict(
    *windows: FoundWindow, asked: Example = ONE, options: AnsweringOptions = RUN_QA
) -> Prediction:
    """The prediction for one example out of its windows, by the rules of run_qa by default."""
    (prediction,) = predict_all([asked], span_candidates(*windows, ranks=25), options)
    return prediction


def single_spans(nulls: Sequence[float], bests: Sequence[float]) -> list[FoundWindow]:
    """Windows with these null scores, each with one span, "a" in the first, "b" in the next."""
    return [
        FoundWindow(null, [FoundSpan(place, place, best)], number=place)
        for place, (null, best) in enumerate(zip(nulls, bests, strict=True))
    ]


def texts(prediction: Prediction) -> list[str]:
    """The texts of an n-best list; of no answer the empty one."""
    return [answer.text for answer in prediction.n_best]


# Null scores and best spans of windows, with what the aggregation of Haystack v1.0.0 makes of them.
@pytest.mark.parametrize(
    ("nulls", "bests", "margin", "text"),
    [
        ([5.0, 12.0], [4.0, 11.0], -6.0, "b"),
        ([9.0, 1.0], [2.0, 6.0], -5.0, "b"),
        ([1.0, 12.0], [1.5, 11.0], -10.0, "b"),
        ([2.0, 8.0], [5.0, 3.0], -3.0, "a"),
        ([-5.0], [-3.0], -2.0, "a"),
        ([4.0], [4.0], 0.0, "a"),
        ([5.0], [4.0], 1.0, ""),
    ],
)
def test_null_score_is_the_lowest_of_all_windows(
    nulls: list[float], bests: list[float], margin: float, text: str
) -> None:
    prediction = predict(*single_spans(nulls, bests))

    assert (prediction.null_margin, prediction.text) == (margin, text)


# Verified likewise; the third of these answers from a window where null wins.
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
def test_null_may_be_held_against_the_best_span_of_its_own_window(
    nulls: list[float], bests: list[float], margin: float, text: str
) -> None:
    prediction = predict(*single_spans(nulls, bests), options=PER_WINDOW)

    assert (prediction.null_margin, prediction.text) == (margin, text)


@pytest.mark.parametrize(
    ("options", "answered"), [(RUN_QA, {1.5, 1.0}), (PER_WINDOW, {1.5})], ids=["run_qa", "window"]
)
def test_only_the_rule_per_window_abstains_at_the_threshold_itself(
    options: AnsweringOptions, answered: set[float]
) -> None:
    window = FoundWindow(5.0, [FoundSpan(0, 0, 4.0)])

    texts = {
        threshold: predict(window, options=replace(options, null_threshold=threshold)).text
        for threshold in (1.5, 1.0, 0.5)
    }

    assert {threshold for threshold, text in texts.items() if text} == answered


def test_a_window_without_text_never_decides_by_its_null() -> None:
    windows = [FoundWindow(-9.0), FoundWindow(1.0, [FoundSpan(1, 1, 2.0)], number=1)]

    prediction = predict(*windows, options=PER_WINDOW)

    assert (prediction.null_margin, prediction.text) == (-1.0, "b")


@given(st.lists(st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=1))
def test_the_null_rule_changes_the_margin_and_nothing_of_the_n_best(
    pairs: list[tuple[float, float]],
) -> None:
    windows = [
        FoundWindow(null, [FoundSpan(0, 0, best)], number=number)
        for number, (null, best) in enumerate(pairs)
    ]

    over_all, per_window = predict(*windows), predict(*windows, options=PER_WINDOW)

    assert per_window.n_best == over_all.n_best
    assert per_window.probabilities == over_all.probabilities
    # The lowest null score and the best span may come from two windows, which only lowers it.
    assert per_window.null_margin >= over_all.null_margin


def test_an_answer_stands_at_its_span() -> None:
    prediction = predict(FoundWindow(0.0, [FoundSpan(2, 4, 1.0)]))

    assert (prediction.example_id, prediction.text) == ("q", "cde")
    assert prediction.span == CharSpan(2, 5)


def test_no_answer_has_no_span() -> None:
    prediction = predict(FoundWindow(9.0, [FoundSpan(2, 4, 1.0)]))

    assert (prediction.text, prediction.span) == ("", None)


def test_spans_of_a_later_window_stand_where_it_begins() -> None:
    window = FoundWindow(
        0.0, [FoundSpan(6, 7, 1.0)], first_token=5, token_chars=((5, 6), (6, 7), (7, 8))
    )

    assert predict(window).span == CharSpan(6, 8)


def test_n_best_are_the_best_of_all_windows_best_first() -> None:
    prediction = predict(
        FoundWindow(2.5, [FoundSpan(0, 0, 4.0), FoundSpan(1, 1, 2.0)]),
        FoundWindow(9.0, [FoundSpan(2, 2, 3.0), FoundSpan(3, 3, 1.0)], number=1),
    )

    assert texts(prediction) == ["a", "c", "", "b", "d"]


def test_null_answer_counts_among_the_n_best() -> None:
    spans = [FoundSpan(0, 0, 3.0), FoundSpan(1, 1, 2.0), FoundSpan(2, 2, 1.0)]

    assert texts(predict(FoundWindow(2.5, spans), options=AnsweringOptions(n_best_size=3))) == [
        "a",
        "",
        "b",
    ]


def test_null_answer_outside_the_n_best_is_added_to_them() -> None:
    spans = [FoundSpan(0, 0, 3.0), FoundSpan(1, 1, 2.0), FoundSpan(2, 2, 1.0)]

    assert texts(predict(FoundWindow(0.0, spans), options=AnsweringOptions(n_best_size=2))) == [
        "a",
        "b",
        "",
    ]


def test_null_answer_ranks_below_spans_of_the_same_score() -> None:
    assert texts(predict(FoundWindow(1.0, [FoundSpan(0, 0, 1.0)]))) == ["a", ""]


def test_null_answer_has_the_logits_of_the_window_where_it_is_lowest() -> None:
    prediction = predict(FoundWindow(3.0), FoundWindow(2.0, number=1))

    assert tuple(prediction.n_best) == (Answer("", None, start_logit=2.0, end_logit=0.0),)


def test_the_same_span_of_two_windows_is_kept_twice() -> None:
    spans = [FoundSpan(1, 1, 2.0)]

    assert texts(predict(FoundWindow(0.0, spans), FoundWindow(0.0, spans, number=1))) == [
        "b",
        "b",
        "",
    ]


def test_equal_scores_rank_by_lower_start_then_by_lower_end() -> None:
    prediction = predict(
        FoundWindow(0.0, [FoundSpan(0, 3, 1.0), FoundSpan(2, 2, 1.0)]),
        FoundWindow(0.0, [FoundSpan(0, 1, 1.0), FoundSpan(1, 1, 1.0)], number=1),
    )

    assert texts(prediction) == ["ab", "abcd", "b", "c", ""]
    assert prediction.text == "ab"


# So small a part of a logit is lost in a sum of 32 bits.
def test_n_best_are_in_the_order_of_the_scores_they_show() -> None:
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(0, 0, 0.0), FoundSpan(1, 1, 1e-8)]), ranks=2
    )
    candidates.n_best.end_logits[:] = 1.0

    (prediction,) = predict_all([ONE], candidates, RUN_QA)

    scores = [each.score for each in prediction.n_best]
    assert scores == sorted(scores, reverse=True)


def test_spans_without_text_are_skipped() -> None:
    chars = ((0, 0), (0, 1))
    spans = [FoundSpan(0, 0, 9.0), FoundSpan(1, 1, 4.0)]

    window = FoundWindow(5.0, spans, token_chars=chars)

    prediction = predict(window, options=AnsweringOptions(null_threshold=2.0))

    assert (prediction.text, prediction.null_margin) == ("a", 1.0)


SPANS = st.lists(
    st.builds(
        FoundSpan,
        first=st.sampled_from([0, 2]),
        last=st.sampled_from([2, 3]),
        score=st.sampled_from([1.0, 2.0, 3.0]),
    ),
    max_size=3,
).map(lambda spans: sorted(spans, key=lambda span: (-span.score, span.first, span.last)))
"""Spans of one window in their order, of a context in which some are blank."""


@given(st.lists(SPANS, min_size=1, max_size=3), st.integers(1, 4))
def test_the_answer_is_the_first_text_of_the_n_best(
    windows: list[list[FoundSpan]], size: int
) -> None:
    found = [FoundWindow(0.5, spans, number=number) for number, spans in enumerate(windows)]
    options = AnsweringOptions(n_best_size=size, null_threshold=100.0)

    prediction = predict(*found, asked=example(context="a    "), options=options)

    assert prediction.text == next((text for text in texts(prediction) if text), "")
    assert prediction.span == next((each.span for each in prediction.n_best if each.text), None)


@pytest.mark.parametrize("options", [RUN_QA, PER_WINDOW], ids=["run_qa", "window"])
@pytest.mark.parametrize("spans", [[], [FoundSpan(0, 0, 9.0)]])
def test_no_span_with_text_means_no_answer_at_an_infinite_margin(
    spans: list[FoundSpan], options: AnsweringOptions
) -> None:
    window = FoundWindow(0.0, spans, token_chars=((0, 0),))

    prediction = predict(window, options=replace(options, null_threshold=1e300))

    assert (prediction.text, prediction.span) == ("", None)
    assert prediction.null_margin == math.inf


def test_blanks_at_the_ends_of_a_span_are_cut_off() -> None:
    asked = example(context="a \n b c  ")
    window = FoundWindow(0.0, [FoundSpan(0, 1, 1.0)], token_chars=((1, 5), (5, 9)))

    prediction = predict(window, asked=asked)

    assert (prediction.text, prediction.span) == ("b c", CharSpan(4, 7))


def test_each_example_gets_the_answer_of_its_own_windows() -> None:
    examples = [example("x", context=CONTEXT), example("y", context=CONTEXT)]
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(0, 0, 1.0)], example_id="x"),
        FoundWindow(0.0, [FoundSpan(1, 1, 2.0)], example_id="x", number=1),
        FoundWindow(0.0, [FoundSpan(2, 2, 1.0)], example_id="y"),
    )

    predictions = list(predict_all(examples, candidates, RUN_QA))

    assert [(each.example_id, each.text) for each in predictions] == [("x", "b"), ("y", "c")]


def test_windows_of_an_unknown_example_are_a_slip_of_the_caller() -> None:
    candidates = span_candidates(FoundWindow(), FoundWindow(example_id="unknown"))

    with pytest.raises(ValueError, match="argument 2 is longer"):
        list(predict_all([ONE], candidates, RUN_QA))


@given(st.lists(st.floats(-1000, 1000, width=32), max_size=20))
def test_probabilities_sum_to_one_in_the_order_of_the_scores(scores: list[float]) -> None:
    ranked = sorted(scores, reverse=True)
    spans = [FoundSpan(0, 0, score) for score in ranked]

    probabilities = predict(FoundWindow(0.0, spans)).probabilities

    assert sum(probabilities) == pytest.approx(1.0)
    assert list(probabilities) == sorted(probabilities, reverse=True)


def test_probabilities_are_a_softmax_over_the_n_best() -> None:
    prediction = predict(FoundWindow(0.0, [FoundSpan(0, 0, math.log(3.0))]))

    assert tuple(prediction.probabilities) == pytest.approx((0.75, 0.25))
