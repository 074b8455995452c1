"""The best spans are those that trying all of them finds, ties in the promised order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from qareport.inference.best_spans import NEVER, WindowSpans, best_span, best_spans

LOGITS = st.sampled_from([NEVER, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0])
"""So few that ties are common."""


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span and the sum of its logits."""

    first: int
    last: int
    score: float


@dataclass(frozen=True, slots=True)
class OneWindow:
    """Start and end logits of the tokens of a window."""

    starts: list[float]
    ends: list[float]

    def __len__(self) -> int:
        return len(self.starts)


@st.composite
def windows(draw: st.DrawFn) -> list[OneWindow]:
    """One to three windows of the same length."""
    tokens = draw(st.integers(1, 13))
    rows = st.lists(LOGITS, min_size=tokens, max_size=tokens)
    return draw(st.lists(st.builds(OneWindow, rows, rows), min_size=1, max_size=3))


def search(rows: Sequence[OneWindow], *, n_best: int, max_answer_length: int) -> WindowSpans:
    """The best spans of windows."""
    return best_spans(
        torch.tensor([row.starts for row in rows]),
        torch.tensor([row.ends for row in rows]),
        n_best=n_best,
        max_answer_length=max_answer_length,
    )


def search_one(rows: Sequence[OneWindow], *, max_answer_length: int) -> WindowSpans:
    """The one best span of windows, as where it may be long."""
    return best_span(
        torch.tensor([row.starts for row in rows]),
        torch.tensor([row.ends for row in rows]),
        max_answer_length=max_answer_length,
    )


def spans_by_trying_all(window: OneWindow, *, n_best: int, longest: int) -> list[ScoredSpan]:
    """The best spans of a window, from the list of all."""
    spans = [
        ScoredSpan(first, last, window.starts[first] + window.ends[last])
        for first in range(len(window))
        for last in range(first, min(first + longest, len(window)))
    ]
    existing = [span for span in spans if span.score > NEVER]
    return sorted(existing, key=lambda span: (-span.score, span.first, span.last))[:n_best]


def existing_spans(found: WindowSpans, row: int) -> list[ScoredSpan]:
    """The spans found in a window, without those that do not exist."""
    scores = found.start_logits[row] + found.end_logits[row]
    columns = (found.first[row].tolist(), found.last[row].tolist(), scores.tolist())
    spans = [ScoredSpan(*values) for values in zip(*columns, strict=True)]
    return [span for span in spans if span.score > NEVER]


@given(batch=windows(), n_best=st.integers(1, 30), longest=st.integers(1, 15))
def test_best_spans_are_those_that_trying_all_finds(
    batch: list[OneWindow], n_best: int, longest: int
) -> None:
    found = search(batch, n_best=n_best, max_answer_length=longest)

    for row, window in enumerate(batch):
        expected = spans_by_trying_all(window, n_best=n_best, longest=longest)
        assert existing_spans(found, row) == expected


@given(batch=windows(), longest=st.integers(1, 15))
def test_the_one_best_span_is_the_first_of_the_best(batch: list[OneWindow], longest: int) -> None:
    found = search_one(batch, max_answer_length=longest)

    for row, window in enumerate(batch):
        expected = spans_by_trying_all(window, n_best=1, longest=longest)
        assert existing_spans(found, row) == expected


@given(batch=windows(), n_best=st.integers(1, 30), longest=st.integers(1, 15))
def test_spans_carry_the_logits_of_their_ends(
    batch: list[OneWindow], n_best: int, longest: int
) -> None:
    found = search(batch, n_best=n_best, max_answer_length=longest)

    for row, window in enumerate(batch):
        for rank in range(len(existing_spans(found, row))):
            assert found.start_logits[row, rank] == window.starts[found.first[row, rank]]
            assert found.end_logits[row, rank] == window.ends[found.last[row, rank]]


def test_equal_scores_rank_by_lower_first_token_then_by_lower_last() -> None:
    found = search([OneWindow([0.0, 0.0], [0.0, 0.0])], n_best=3, max_answer_length=2)

    assert existing_spans(found, 0) == [
        ScoredSpan(0, 0, 0.0),
        ScoredSpan(0, 1, 0.0),
        ScoredSpan(1, 1, 0.0),
    ]


def test_a_sum_of_minus_zero_ranks_as_zero() -> None:
    found = search([OneWindow([-0.0, 0.0], [-0.0, 0.0])], n_best=3, max_answer_length=1)

    assert [(span.first, span.last) for span in existing_spans(found, 0)] == [(0, 0), (1, 1)]


def test_a_span_never_ends_before_it_starts() -> None:
    found = search([OneWindow([0.0, 9.0], [9.0, 0.0])], n_best=9, max_answer_length=2)

    assert all(span.first <= span.last for span in existing_spans(found, 0))


def test_a_span_of_any_length_may_be_as_long_as_the_window() -> None:
    window = OneWindow([9.0] + [0.0] * 39, [0.0] * 39 + [9.0])

    found = search_one([window], max_answer_length=1000)

    assert existing_spans(found, 0) == [ScoredSpan(0, 39, 18.0)]


def test_a_window_without_context_has_no_span() -> None:
    window = OneWindow([NEVER, NEVER], [NEVER, NEVER])

    assert existing_spans(search([window], n_best=2, max_answer_length=2), 0) == []


def test_lowest_and_highest_numbers_keep_their_order() -> None:
    lowest, highest = float(np.finfo(np.float32).min), float(np.finfo(np.float32).max)
    tiny = float(np.finfo(np.float32).tiny)

    found = search(
        [OneWindow([lowest, -tiny, tiny, highest], [0.0] * 4)], n_best=9, max_answer_length=1
    )

    assert [span.first for span in existing_spans(found, 0)] == [3, 2, 1, 0]
