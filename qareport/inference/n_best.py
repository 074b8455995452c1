"""Ranks the spans of windows and the null answer into n-best lists, all lists at once by array."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int32, Int64

from qareport.data.types import NOWHERE, Answer, CharSpan, NBest
from qareport.inference.candidates import SpanCandidates


@dataclass(frozen=True, slots=True)
class RankedList:
    """The best answers in the windows of one context."""

    n_best: NBest
    """Best first, the null answer among them whatever its rank."""
    best: Answer | None
    """The best span with text; None if there is none."""
    null_score: float
    """The lowest of the windows, in logits."""

    @property
    def null_margin(self) -> float:
        """Null score minus score of the best span with text; infinite if there is none."""
        return self.null_score - self.best.score if self.best else math.inf


def rank_lists(
    candidates: SpanCandidates,
    lists: Int64[np.ndarray, " window"],
    contexts: Sequence[str],
    *,
    size: int,
) -> Iterator[RankedList]:
    """The n-best list of each context: its `size` best answers, and the null answer.

    `lists` has the index in `contexts` for each window, rising from 0. Equal scores rank by first,
    then by last token, and the null answer after them.
    """
    spans = _sort_spans(candidates, lists, size=size)
    columns = spans.starts, spans.ends, spans.start_logits, spans.end_logits
    starts, ends, start_logits, end_logits = (tuple(column.tolist()) for column in columns)
    numbers = np.arange(len(contexts) + 1)
    of_spans = _ranges(np.searchsorted(spans.lists, numbers))
    of_windows = _ranges(np.searchsorted(lists, numbers))
    for context, found, windows in zip(contexts, of_spans, of_windows, strict=True):
        rows = slice(found.start, found.stop)
        places = [_trim(context, *place) for place in zip(starts[rows], ends[rows], strict=True)]
        answers = NBest(
            tuple([context[start:end] for start, end in places]),
            tuple([start for start, _ in places]),
            tuple([end for _, end in places]),
            start_logits[rows],
            end_logits[rows],
        )
        yield _ranked_list(answers, null_answer(candidates, windows), size=size)


def insert_null(answers: NBest, null: Answer) -> NBest:
    """The answers, best first, with the null answer after those of an equal score."""
    rank = sum(score >= null.score for score in answers.scores)
    return NBest(
        (*answers.texts[:rank], null.text, *answers.texts[rank:]),
        (*answers.starts[:rank], NOWHERE, *answers.starts[rank:]),
        (*answers.ends[:rank], NOWHERE, *answers.ends[rank:]),
        (*answers.start_logits[:rank], null.start_logit, *answers.start_logits[rank:]),
        (*answers.end_logits[:rank], null.end_logit, *answers.end_logits[rank:]),
    )


def list_answers(answers: Sequence[Answer]) -> NBest:
    """The answers as an n-best list."""
    return NBest(
        tuple(answer.text for answer in answers),
        tuple(answer.span.start if answer.span else NOWHERE for answer in answers),
        tuple(answer.span.end if answer.span else NOWHERE for answer in answers),
        tuple(answer.start_logit for answer in answers),
        tuple(answer.end_logit for answer in answers),
    )


def null_answer(candidates: SpanCandidates, windows: range) -> Answer:
    """The null answer, with the logits of the first window whose null score is lowest."""
    starts, ends = candidates.null_start_logits, candidates.null_end_logits
    rows = slice(windows.start, windows.stop)
    lowest = windows[int((starts[rows] + ends[rows]).argmin())] if len(windows) > 1 else windows[0]
    return Answer("", None, float(starts[lowest]), float(ends[lowest]))


def trim_blanks(context: str, chars: CharSpan) -> CharSpan:
    """The span without outer blanks: tokens of DeBERTa-v3 and ModernBERT begin with their space."""
    return CharSpan(*_trim(context, chars.start, chars.end))


def share_probability(n_best: NBest) -> tuple[float, ...]:
    """Softmax of the scores of an n-best list."""
    scores = n_best.scores
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    return tuple([weight / total for weight in weights])


def _ranges(bounds: Int64[np.ndarray, " bound"]) -> list[range]:
    return [range(first, stop) for first, stop in pairwise(bounds.tolist())]


def _trim(context: str, start: int, end: int) -> tuple[int, int]:
    text = context[start:end]
    stripped = text.strip()
    if len(stripped) == len(text):
        return start, end
    start += len(text) - len(text.lstrip())
    return start, start + len(stripped)


def _ranked_list(spans: NBest, null: Answer, *, size: int) -> RankedList:
    best = next((rank for rank, text in enumerate(spans.texts) if text), None)
    n_best = insert_null(spans, null)
    last = max(size, n_best.starts.index(NOWHERE) + 1)
    return RankedList(n_best[:last], None if best is None else spans[best], null.score)


@dataclass(frozen=True, slots=True)
class _SortedSpans:
    """The best spans of each list, one list after the other, each with its best first."""

    lists: Int64[np.ndarray, " span"]
    starts: Int32[np.ndarray, " span"]
    """First character of the first token."""
    ends: Int32[np.ndarray, " span"]
    """The character after the last token."""
    start_logits: Float64[np.ndarray, " span"]
    end_logits: Float64[np.ndarray, " span"]


def _sort_spans(
    candidates: SpanCandidates, lists: Int64[np.ndarray, " window"], *, size: int
) -> _SortedSpans:
    spans = candidates.n_best
    windows, ranks = np.nonzero(np.isfinite(spans.scores))
    # In double precision, as Answer.score: rounded sums would tie where the scores shown do not.
    start_logits = spans.start_logits[windows, ranks].astype(np.float64)
    end_logits = spans.end_logits[windows, ranks].astype(np.float64)
    firsts, lasts = spans.first[windows, ranks], spans.last[windows, ranks]
    order = np.lexsort((lasts, firsts, -(start_logits + end_logits), lists[windows]))
    in_order = lists[windows[order]]
    is_kept = np.arange(len(order)) - np.searchsorted(in_order, in_order) < size
    kept = order[is_kept]
    chars = np.concatenate([np.empty((0, 2), dtype=np.int32), *candidates.token_chars])
    tokens = [len(each) for each in candidates.token_chars]
    # From the tokens of the whole context to those of all windows, one after the other.
    shifts = (np.cumsum(tokens) - tokens - candidates.first_tokens)[windows[kept]]
    return _SortedSpans(
        lists=in_order[is_kept],
        starts=chars[firsts[kept] + shifts, 0],
        ends=chars[lasts[kept] + shifts, 1],
        start_logits=start_logits[kept],
        end_logits=end_logits[kept],
    )
