"""Chooses answers and scores them by the token-level protocol of FARM and Haystack 1.

The rules are those of Haystack v1.0.0's reader evaluation. Known differences are:
- The windows are those of the candidates, which share `doc_stride` tokens; Haystack starts a
  window every `doc_stride` tokens.
- `top_n_accuracy` is left out: it needs more than the one span that a window keeps. So a span
  that is the best of two windows needs no merging either, its higher score wins by itself.
- A span of token 0 alone is an answer; Haystack takes it for none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from jaxtyping import Float32, Float64, Int32

from qareport.data.types import EXACT, F1, Answer, CharSpan, Example, ExampleScore
from qareport.inference.candidates import ANY_LENGTH, SpanCandidates
from qareport.inference.n_best import null_answer, trim_blanks
from qareport.inference.options import PER_WINDOW, AnsweringOptions

MOST_GOLDS = 6
"""Gold answers of an example that take part: Haystack's `max_answers`."""


@dataclass(frozen=True, slots=True)
class ContextTokenSpan:
    """Tokens of a context from `first` to `last`, both inclusive."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """The number of its tokens."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """The best span of a window."""

    span: ContextTokenSpan
    answer: Answer
    """Its text reaches up to the start of the next token, without outer blanks."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """The answer to one example by this protocol."""

    text: str
    """The text up to the start of the next token, without outer blanks; empty for "no answer"."""
    span: ContextTokenSpan | None
    """None for "no answer"."""
    null_margin: float
    """Lowest null score minus best span score of a window; at 0 or above, the model abstains."""
    choices: tuple[TokenChoice, ...]
    """The best spans of all windows, best first; a span of two windows is listed once."""
    null: Answer
    """The answer "no answer", with the logits of the window with the lowest null score."""


@dataclass(frozen=True, slots=True)
class TokenScore:
    """The answer to one example and how good it is."""

    answer: TokenAnswer
    golds: frozenset[ContextTokenSpan]
    """The gold answers that lie within a window."""
    score: ExampleScore | None
    """None when a gold answer is not at its offset: such an example is dropped.

    It says that the example has an answer when there are `golds`.
    """

    def judge(self, example_id: str, span: ContextTokenSpan | None) -> ExampleScore:
        """The score that this span, or no answer, would have had."""
        return _score(example_id, span, self.golds)


def score_token_level(
    examples: Sequence[Example], candidates: SpanCandidates, *, null_boost: float = 0.0
) -> Iterator[TokenScore]:
    """A score for each example; `candidates` has all their windows, in the same order.

    `null_boost` is added to every null score.
    """
    windows_by_id = groupby(range(len(candidates.example_ids)), candidates.example_ids.__getitem__)
    for example, (_, windows) in zip(examples, windows_by_id, strict=True):
        tokens = _context_tokens(candidates, list(windows))
        answer = _answer(example.context, candidates, tokens, null_boost=null_boost)
        golds = _gold_spans(example, tokens)
        score = _score(example.id, answer.span, golds) if _golds_are_in_place(example) else None
        yield TokenScore(answer, golds, score)


def token_level_options(options: AnsweringOptions) -> AnsweringOptions:
    """The options of the windows, with the answering rules replaced by those of this protocol."""
    return replace(
        options, max_answer_length=ANY_LENGTH, null_threshold=0.0, null_rule=PER_WINDOW.name
    )


def token_at(starts: Int32[np.ndarray, " token"], char: int) -> int:
    """The last token that starts at or before a character.

    From the start of the last token on, it is one past that token, as in Haystack.
    """
    if char >= starts.max(initial=0):
        return len(starts)
    return int(np.searchsorted(starts, char, side="right")) - 1


@dataclass(frozen=True, slots=True)
class _ContextTokens:
    """The tokens of a context and the windows of an example over it."""

    starts: Int32[np.ndarray, " token"]
    """First character of each token."""
    rows: slice
    """The windows, as rows of the candidates."""
    windows: tuple[ContextTokenSpan, ...]
    """The tokens of each window."""


def _context_tokens(candidates: SpanCandidates, windows: Sequence[int]) -> _ContextTokens:
    spans: list[ContextTokenSpan] = []
    for window in windows:
        first = int(candidates.first_tokens[window])
        spans.append(ContextTokenSpan(first, first + len(candidates.token_chars[window]) - 1))
    starts = np.zeros(spans[-1].last + 1, dtype=np.int32)
    for window, tokens in zip(windows, spans, strict=True):
        starts[tokens.first : tokens.last + 1] = candidates.token_chars[window][:, 0]
    return _ContextTokens(starts, slice(windows[0], windows[-1] + 1), tuple(spans))


def _answer(
    context: str, candidates: SpanCandidates, tokens: _ContextTokens, *, null_boost: float
) -> TokenAnswer:
    """The best span of all windows, or no answer when null is as good in any one window."""
    rows, spans = tokens.rows, candidates.any_length
    bests = _sum(spans.start_logits[rows, 0], spans.end_logits[rows, 0])
    nulls = _sum(candidates.null_start_logits[rows], candidates.null_end_logits[rows])
    null_margin = float((nulls + null_boost - bests).min())
    choices = _choices(context, candidates, tokens)
    best = choices[0] if null_margin < 0 else None
    return TokenAnswer(
        text=best.answer.text if best else "",
        span=best.span if best else None,
        null_margin=null_margin,
        choices=choices,
        null=null_answer(candidates, range(rows.start, rows.stop)),
    )


def _choices(
    context: str, candidates: SpanCandidates, tokens: _ContextTokens
) -> tuple[TokenChoice, ...]:
    """The best spans of all windows, each once; equal scores rank by first, then by last token."""
    rows, spans = tokens.rows, candidates.any_length
    starts, ends = spans.start_logits[rows, 0], spans.end_logits[rows, 0]
    firsts, lasts = spans.first[rows, 0], spans.last[rows, 0]
    scores = _sum(starts, ends)
    choices: dict[ContextTokenSpan, TokenChoice] = {}
    for row in np.lexsort((lasts, firsts, -scores)).tolist():
        if np.isfinite(scores[row]):
            span = ContextTokenSpan(int(firsts[row]), int(lasts[row]))
            chars = _characters(context, tokens, span)
            text = context[chars.start : chars.end]
            answer = Answer(text, chars, float(starts[row]), float(ends[row]))
            choices.setdefault(span, TokenChoice(span, answer))
    return tuple(choices.values())


def _characters(context: str, tokens: _ContextTokens, span: ContextTokenSpan) -> CharSpan:
    """From the span's first character to the start of the next token, without outer blanks."""
    is_final = span.last + 1 == len(tokens.starts)
    end = len(context) if is_final else int(tokens.starts[span.last + 1])
    return trim_blanks(context, CharSpan(int(tokens.starts[span.first]), end))


def _sum(
    starts: Float32[np.ndarray, " window"], ends: Float32[np.ndarray, " window"]
) -> Float64[np.ndarray, " window"]:
    # In double precision, as the scores of the official protocol: so no rounding makes a tie.
    return starts.astype(np.float64) + ends.astype(np.float64)


def _golds_are_in_place(example: Example) -> bool:
    golds = example.gold_answers[:MOST_GOLDS]
    return all(example.context.startswith(gold.text, gold.start) for gold in golds)


def _gold_spans(example: Example, tokens: _ContextTokens) -> frozenset[ContextTokenSpan]:
    """The tokens of the gold answers that lie in some window."""
    spans = {
        ContextTokenSpan(
            token_at(tokens.starts, gold.start),
            token_at(tokens.starts, gold.start + len(gold.text) - 1),
        )
        for gold in example.gold_answers[:MOST_GOLDS]
    }
    return frozenset(
        span for span in spans if any(_contains(each, span) for each in tokens.windows)
    )


def _contains(window: ContextTokenSpan, span: ContextTokenSpan) -> bool:
    # An end one past the window is still inside for Haystack, for the context's last token's sake.
    return window.first <= span.first <= window.last and span.last <= window.last + 1


def _score(
    example_id: str, span: ContextTokenSpan | None, golds: frozenset[ContextTokenSpan]
) -> ExampleScore:
    if span is None or not golds:
        exact = f1 = float(span is None and not golds)
    else:
        exact = float(span in golds)
        f1 = max(_f1(gold, span) for gold in golds)
    return ExampleScore(example_id, bool(golds), {EXACT: exact, F1: f1})


def _f1(gold: ContextTokenSpan, span: ContextTokenSpan) -> float:
    """F1 over token positions."""
    shared = min(gold.last, span.last) - max(gold.first, span.first) + 1
    # Equal to the harmonic mean of precision and recall.
    return 2 * shared / (gold.size + span.size) if shared > 0 else 0.0
