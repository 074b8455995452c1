"""Predicts the answer of each example from its span candidates, by a null rule."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import TypeVar, overload

import numpy as np
from jaxtyping import Int32
from typing_extensions import override

from qareport.data.types import Answer, CharSpan, Example, Prediction
from qareport.inference.candidates import SpanCandidates
from qareport.inference.options import NULL_RULES, AnsweringOptions

Item_co = TypeVar("Item_co", covariant=True)


class LazySequence(Sequence[Item_co]):
    """A sequence that `make` returns, called at first access and only once.

    It equals any sequence of the same items.
    """

    def __init__(self, make: Callable[[], tuple[Item_co, ...]]) -> None:
        """Stores the function without calling it."""
        self._make = make

    @cached_property
    def _items(self) -> tuple[Item_co, ...]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item_co, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> Item_co | tuple[Item_co, ...]:
        """The item or items at an index or slice."""
        return self._items[index]

    @override
    def __len__(self) -> int:
        """The number of items."""
        return len(self._items)

    @override
    def __eq__(self, other: object) -> bool:
        """Whether the other is a sequence of the same items."""
        return isinstance(other, Sequence) and self._items == tuple(other)

    @override
    def __hash__(self) -> int:
        """The hash of the items."""
        return hash(self._items)

    @override
    def __repr__(self) -> str:
        """The text form of the items."""
        return repr(self._items)


NBest = tuple[Answer, ...]
"""Answers, best first, including the null answer."""


def predict_all(
    examples: Sequence[Example], candidates: SpanCandidates, options: AnsweringOptions
) -> Iterator[Prediction]:
    """A prediction for each example; `candidates` has the windows of all of them, in order.

    All spans of the candidates are considered, whatever `options` say about their length.
    """
    rule = NULL_RULES[options.null_rule]
    bests = _BestSpans.of(candidates, size=options.n_best_size)
    windows_by_id = groupby(range(len(candidates.example_ids)), candidates.example_ids.__getitem__)
    for example, (_, rows) in zip(examples, windows_by_id, strict=True):
        windows = list(rows)
        best = bests.best_of(example, windows)
        null_margin = bests.null_margin(best, windows)
        if rule.stays_in_window and len(windows) > 1:
            null_margin = min(
                bests.null_margin(bests.best_of(example, [window]), [window]) for window in windows
            )
        is_withheld = rule.abstains(null_margin, options.null_threshold)
        chars = best.chars if best and not is_withheld else None
        n_best = LazySequence(
            partial(_rank, example, candidates, windows, size=options.n_best_size)
        )
        yield Prediction(
            example_id=example.id,
            text=example.context[chars.start : chars.end] if chars else "",
            span=chars,
            null_margin=null_margin,
            n_best=n_best,
            probabilities=LazySequence(partial(share_probability, n_best)),
        )


def insert_null(answers: Sequence[Answer], null: Answer) -> NBest:
    """The answers, best first, with the null answer after those of an equal score."""
    null_rank = sum(answer.score >= null.score for answer in answers)
    return (*answers[:null_rank], null, *answers[null_rank:])


def null_answer(candidates: SpanCandidates, windows: Sequence[int]) -> Answer:
    """The null answer, with the logits of the window whose null score is lowest."""
    lowest = lowest_null(candidates, windows)
    return Answer(
        text="",
        span=None,
        start_logit=float(candidates.null_start_logits[lowest]),
        end_logit=float(candidates.null_end_logits[lowest]),
    )


def lowest_null(candidates: SpanCandidates, windows: Sequence[int]) -> int:
    """The window whose null score is lowest."""
    null_scores = candidates.null_start_logits[windows] + candidates.null_end_logits[windows]
    return windows[int(null_scores.argmin())]


def trim_blanks(context: str, chars: CharSpan) -> CharSpan:
    """The span without outer blanks: tokens of DeBERTa-v3 and ModernBERT begin with their space."""
    text = context[chars.start : chars.end]
    if text == text.strip():
        return chars
    start = chars.start + len(text) - len(text.lstrip())
    return CharSpan(start, start + len(text.strip()))


def share_probability(n_best: Sequence[Answer]) -> tuple[float, ...]:
    """Softmax of the scores of an n-best list."""
    scores = [answer.score for answer in n_best]
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@dataclass(frozen=True, slots=True)
class _BestSpan:
    """A span with text, without outer blanks."""

    score: float
    chars: CharSpan


@dataclass(frozen=True, slots=True)
class _BestSpans:
    """The scores that decide about answers, by window, so that few n-best lists are computed."""

    candidates: SpanCandidates
    size: int
    """Length of the n-best lists."""
    scores: Sequence[float]
    """Score of the best span of each window; -inf where there is none."""
    firsts: Sequence[int]
    lasts: Sequence[int]
    null_scores: Sequence[float]

    @classmethod
    def of(cls, candidates: SpanCandidates, *, size: int) -> "_BestSpans":
        spans, windows = candidates.n_best, np.arange(len(candidates.example_ids))
        # In double precision, as Answer.score.
        scores = spans.start_logits.astype(np.float64) + spans.end_logits
        best = scores.argmax(axis=1)
        null_scores = candidates.null_start_logits.astype(np.float64) + candidates.null_end_logits
        return cls(
            candidates=candidates,
            size=size,
            scores=scores[windows, best].tolist(),
            firsts=spans.first[windows, best].tolist(),
            lasts=spans.last[windows, best].tolist(),
            null_scores=null_scores.tolist(),
        )

    def best_of(self, example: Example, windows: Sequence[int]) -> _BestSpan | None:
        """The best span with text; equal scores rank by first, then by last token."""
        window = min(windows, key=self._rank_of) if len(windows) > 1 else windows[0]
        score = self.scores[window]
        if score == -math.inf:
            return None
        span = self.candidates.char_span(window, self.firsts[window], self.lasts[window])
        chars = trim_blanks(example.context, span)
        if chars.start < chars.end:
            return _BestSpan(score, chars)
        n_best = _rank(example, self.candidates, windows, size=self.size)
        spans = (_BestSpan(each.score, each.span) for each in n_best if each.span and each.text)
        return next(spans, None)

    def null_margin(self, best: _BestSpan | None, windows: Sequence[int]) -> float:
        """Null score minus score of the best span with text; infinite if there is none."""
        lowest = lowest_null(self.candidates, windows) if len(windows) > 1 else windows[0]
        return self.null_scores[lowest] - best.score if best else math.inf

    def _rank_of(self, window: int) -> tuple[float, int, int]:
        return -self.scores[window], self.firsts[window], self.lasts[window]


def _rank(
    example: Example, candidates: SpanCandidates, windows: Sequence[int], *, size: int
) -> tuple[Answer, ...]:
    """The best spans of all windows, and the null answer whatever its rank."""
    answers = _best_answers(example.context, candidates, windows, size=size)
    n_best = insert_null(answers, null_answer(candidates, windows))
    null_rank = next(rank for rank, answer in enumerate(n_best) if answer.span is None)
    return n_best[: max(size, null_rank + 1)]


def _best_answers(
    context: str, candidates: SpanCandidates, windows: Sequence[int], *, size: int
) -> list[Answer]:
    """The `size` best spans of the windows; equal scores rank by first, then by last token."""
    spans, rows = candidates.n_best, slice(windows[0], windows[-1] + 1)
    # In double precision, as Answer.score: rounded sums would tie where the scores shown do not.
    starts = spans.start_logits[rows].astype(np.float64).ravel()
    ends = spans.end_logits[rows].astype(np.float64).ravel()
    scores, firsts, lasts = starts + ends, spans.first[rows].ravel(), spans.last[rows].ravel()
    order = np.lexsort((lasts, firsts, -scores))[:size]
    best = order[np.isfinite(scores[order])]
    # Token by token of all windows; numpy takes many at once for the price of one.
    sizes = [len(candidates.token_chars[window]) for window in windows]
    shifts = np.cumsum([0, *sizes[:-1]]) - candidates.first_tokens[rows]
    chars, shift = _chars_of(candidates, windows), shifts[best // spans.first.shape[1]]
    columns = (
        chars[firsts[best] + shift, 0],
        chars[lasts[best] + shift, 1],
        starts[best],
        ends[best],
    )
    return [
        _answer(context, CharSpan(first, end), start_logit=start_logit, end_logit=end_logit)
        for first, end, start_logit, end_logit in zip(*map(np.ndarray.tolist, columns), strict=True)
    ]


def _chars_of(candidates: SpanCandidates, windows: Sequence[int]) -> Int32[np.ndarray, "token 2"]:
    """Start and end characters of the context tokens of the windows, one after the other."""
    chars: Int32[np.ndarray, "token 2"] = np.concatenate(
        [candidates.token_chars[window] for window in windows]
    )
    return chars


def _answer(context: str, tokens: CharSpan, *, start_logit: float, end_logit: float) -> Answer:
    chars = trim_blanks(context, tokens)
    return Answer(context[chars.start : chars.end], chars, start_logit, end_logit)
