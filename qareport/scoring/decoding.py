"""Span candidates of an example to its prediction, by the rules of run_qa; needs no model."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from qareport.candidates import SpanCandidates
from qareport.records import Answer, CharSpan, Example, Prediction


def predict_all(
    examples: Sequence[Example],
    candidates: SpanCandidates,
    *,
    n_best_size: int,
    null_threshold: float,
) -> Iterator[Prediction]:
    """A prediction for each example; `candidates` holds all their windows, in their order."""
    windows_by_id = groupby(range(len(candidates.example_ids)), candidates.example_ids.__getitem__)
    for example, (_, windows) in zip(examples, windows_by_id, strict=True):
        n_best = _rank(example, candidates, list(windows), size=n_best_size)
        yield _predict(example.id, n_best, null_threshold=null_threshold)


def _predict(example_id: str, n_best: tuple[Answer, ...], *, null_threshold: float) -> Prediction:
    """The best non-empty span, or no answer if the null margin is above the threshold."""
    null = next(answer for answer in n_best if answer.span is None)
    best = next((answer for answer in n_best if answer.text), None)
    null_margin = null.score - best.score if best else math.inf
    chosen = null if best is None or null_margin > null_threshold else best
    return Prediction(
        example_id=example_id,
        text=chosen.text,
        span=chosen.span,
        null_margin=null_margin,
        n_best=n_best,
        probabilities=_probabilities(n_best),
    )


def _probabilities(n_best: tuple[Answer, ...]) -> tuple[float, ...]:
    highest = max(answer.score for answer in n_best)
    weights = [math.exp(answer.score - highest) for answer in n_best]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _rank(
    example: Example, candidates: SpanCandidates, windows: Sequence[int], *, size: int
) -> tuple[Answer, ...]:
    """The best spans of all windows and, whatever its rank, the null answer."""
    answers = _best_answers(example.context, candidates, windows, size=size)
    null = _null_answer(candidates, windows)
    null_rank = sum(answer.score >= null.score for answer in answers)
    answers.insert(null_rank, null)
    return tuple(answers[: max(size, null_rank + 1)])


def _best_answers(
    context: str, candidates: SpanCandidates, windows: Sequence[int], *, size: int
) -> list[Answer]:
    """The `size` best spans of the windows; equal scores rank by first, then by last token."""
    spans = candidates.n_best
    # In double precision, as Answer.score: rounded sums would tie where the scores shown do not.
    starts, ends = spans.start_logits[windows].ravel(), spans.end_logits[windows].ravel()
    scores = starts.astype(np.float64) + ends.astype(np.float64)
    firsts, lasts = spans.first[windows].ravel(), spans.last[windows].ravel()
    order = np.lexsort((lasts, firsts, -scores))[:size]
    ranks = spans.first.shape[1]
    answers: list[Answer] = []
    for slot in order[np.isfinite(scores[order])].tolist():
        window = windows[slot // ranks]
        tokens = candidates.char_span(window, int(firsts[slot]), int(lasts[slot]))
        chars = _trimmed(context, tokens)
        answers.append(
            Answer(
                text=context[chars.start : chars.end],
                span=chars,
                start_logit=float(starts[slot]),
                end_logit=float(ends[slot]),
            )
        )
    return answers


def _trimmed(context: str, chars: CharSpan) -> CharSpan:
    """The span without outer blanks: tokens of DeBERTa-v3 and ModernBERT begin with their space."""
    text = context[chars.start : chars.end]
    start = chars.start + len(text) - len(text.lstrip())
    return CharSpan(start, start + len(text.strip()))


def _null_answer(candidates: SpanCandidates, windows: Sequence[int]) -> Answer:
    """No answer, with the logits of the window whose null score is lowest."""
    null_scores = candidates.null_start_logits[windows] + candidates.null_end_logits[windows]
    lowest = windows[int(null_scores.argmin())]
    return Answer(
        text="",
        span=None,
        start_logit=float(candidates.null_start_logits[lowest]),
        end_logit=float(candidates.null_end_logits[lowest]),
    )
