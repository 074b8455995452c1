"""Span candidates of an example to its prediction, by a null rule; needs no model."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from jaxtyping import Int32

from qareport.candidates import SpanCandidates
from qareport.options import ALL_WINDOWS, PER_WINDOW, AnsweringOptions
from qareport.records import Answer, CharSpan, Example, Prediction

NBest = tuple[Answer, ...]
"""Best first, the null answer among them."""


def predict_all(
    examples: Sequence[Example], candidates: SpanCandidates, options: AnsweringOptions
) -> Iterator[Prediction]:
    """A prediction for each example; `candidates` holds all their windows, in their order.

    All spans of the candidates take part, whatever `options` say of their length.
    """
    rule, size = _NULL_RULES[options.null_rule], options.n_best_size
    windows_by_id = groupby(range(len(candidates.example_ids)), candidates.example_ids.__getitem__)
    for example, (_, rows) in zip(examples, windows_by_id, strict=True):
        windows = list(rows)
        n_best = _rank(example, candidates, windows, size=size)
        sets = [n_best]
        if rule.stays_in_window and len(windows) > 1:
            sets = [_rank(example, candidates, [window], size=size) for window in windows]
        null_margin = min(_null_margin(each) for each in sets)
        is_withheld = rule.is_too_high(null_margin, options.null_threshold)
        yield _predict(example.id, n_best, null_margin=null_margin, is_withheld=is_withheld)


def place_null(answers: Sequence[Answer], null: Answer) -> NBest:
    """Answers, best first, with the null answer below those that score as high."""
    null_rank = sum(answer.score >= null.score for answer in answers)
    return (*answers[:null_rank], null, *answers[null_rank:])


def null_answer(candidates: SpanCandidates, windows: Sequence[int]) -> Answer:
    """No answer, with the logits of the window whose null score is lowest."""
    null_scores = candidates.null_start_logits[windows] + candidates.null_end_logits[windows]
    lowest = windows[int(null_scores.argmin())]
    return Answer(
        text="",
        span=None,
        start_logit=float(candidates.null_start_logits[lowest]),
        end_logit=float(candidates.null_end_logits[lowest]),
    )


def trim_blanks(context: str, chars: CharSpan) -> CharSpan:
    """The span without outer blanks: tokens of DeBERTa-v3 and ModernBERT begin with their space."""
    text = context[chars.start : chars.end]
    if text == text.strip():
        return chars
    start = chars.start + len(text) - len(text.lstrip())
    return CharSpan(start, start + len(text.strip()))


def share_probability(n_best: NBest) -> tuple[float, ...]:
    """Softmax of the scores of an n-best list."""
    scores = [answer.score for answer in n_best]
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@dataclass(frozen=True, slots=True)
class _NullRule:
    """What sets a null rule apart."""

    stays_in_window: bool
    """Whether null is held against the best span of its own window only."""
    is_too_high: Callable[[float, float], bool]
    """Of a null margin and the threshold."""


_NULL_RULES: Mapping[str, _NullRule] = {
    ALL_WINDOWS: _NullRule(stays_in_window=False, is_too_high=operator.gt),
    PER_WINDOW: _NullRule(stays_in_window=True, is_too_high=operator.ge),
}


def _null_margin(n_best: NBest) -> float:
    """Null score minus score of the best non-empty span; infinite if there is none."""
    null = next(answer for answer in n_best if answer.span is None)
    best = _best_span(n_best)
    return null.score - best.score if best else math.inf


def _best_span(n_best: NBest) -> Answer | None:
    return next((answer for answer in n_best if answer.text), None)


def _predict(
    example_id: str, n_best: NBest, *, null_margin: float, is_withheld: bool
) -> Prediction:
    """The best non-empty span, unless it is withheld."""
    chosen = None if is_withheld else _best_span(n_best)
    return Prediction(
        example_id=example_id,
        text=chosen.text if chosen else "",
        span=chosen.span if chosen else None,
        null_margin=null_margin,
        n_best=n_best,
        probabilities=share_probability(n_best),
    )


def _rank(
    example: Example, candidates: SpanCandidates, windows: Sequence[int], *, size: int
) -> tuple[Answer, ...]:
    """The best spans of all windows and, whatever its rank, the null answer."""
    answers = _best_answers(example.context, candidates, windows, size=size)
    n_best = place_null(answers, null_answer(candidates, windows))
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
    """Start and end characters of the context tokens of windows, one window after the other."""
    chars: Int32[np.ndarray, "token 2"] = np.concatenate(
        [candidates.token_chars[window] for window in windows]
    )
    return chars


def _answer(context: str, tokens: CharSpan, *, start_logit: float, end_logit: float) -> Answer:
    chars = trim_blanks(context, tokens)
    return Answer(context[chars.start : chars.end], chars, start_logit, end_logit)
