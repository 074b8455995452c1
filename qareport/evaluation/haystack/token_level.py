"""Chooses answers and scores them by the token-level protocol of FARM and Haystack 1.

The rules are those of Haystack v1.0.0's reader evaluation. Known differences are:
- The windows are those of the candidates, which share `doc_stride` tokens; Haystack starts a
  window every `doc_stride` tokens.
- `top_n_accuracy` is left out: it needs more than the one span that a window keeps. So a span
  that is the best of two windows needs no merging either, its higher score wins by itself.
- A span of token 0 alone is an answer; Haystack takes it for none.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

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
    windows = list(_windows(candidates))
    rows_by_id = groupby(range(len(windows)), candidates.example_ids.__getitem__)
    for example, (_, rows) in zip(examples, rows_by_id, strict=True):
        own = list(rows)
        tokens = _context_tokens(windows[own[0] : own[-1] + 1])
        null = null_answer(candidates, range(own[0], own[-1] + 1))
        answer = _answer(example.context, tokens, null, null_boost=null_boost)
        golds = _gold_spans(example, tokens)
        score = _score(example.id, answer.span, golds) if _golds_are_in_place(example) else None
        yield TokenScore(answer, golds, score)


def token_level_options(options: AnsweringOptions) -> AnsweringOptions:
    """The options of the windows, with the answering rules replaced by those of this protocol."""
    return replace(
        options, max_answer_length=ANY_LENGTH, null_threshold=0.0, null_rule=PER_WINDOW.name
    )


def token_at(starts: Sequence[int], char: int) -> int:
    """The last token that starts at or before a character.

    From the start of the last token on, it is one past that token, as in Haystack.
    """
    is_past = char >= max(starts, default=0)
    return len(starts) if is_past else bisect_right(starts, char) - 1


@dataclass(frozen=True, slots=True)
class _Window:
    """The tokens of a window, its best span and the score of no answer."""

    tokens: ContextTokenSpan
    starts: list[int]
    """First character of each token."""
    best: ContextTokenSpan
    start_logit: float
    end_logit: float
    null_score: float

    @property
    def score(self) -> float:
        """Of its best span; -inf where there is none."""
        return self.start_logit + self.end_logit


def _windows(candidates: SpanCandidates) -> Iterator[_Window]:
    spans = candidates.any_length
    # Logits are added as Python's numbers, in double precision, as the scores of the official
    # protocol: so no rounding makes a tie.
    columns = (
        candidates.first_tokens.tolist(),
        candidates.token_chars,
        spans.first[:, 0].tolist(),
        spans.last[:, 0].tolist(),
        spans.start_logits[:, 0].tolist(),
        spans.end_logits[:, 0].tolist(),
        candidates.null_start_logits.tolist(),
        candidates.null_end_logits.tolist(),
    )
    for token, chars, first, last, start, end, null_start, null_end in zip(*columns, strict=True):
        starts = chars[:, 0].tolist()
        tokens = ContextTokenSpan(token, token + len(starts) - 1)
        span = ContextTokenSpan(first, last)
        yield _Window(tokens, starts, span, start, end, null_start + null_end)


@dataclass(frozen=True, slots=True)
class _ContextTokens:
    """The tokens of a context and the windows of an example over it."""

    starts: list[int]
    """First character of each token."""
    windows: Sequence[_Window]


def _context_tokens(windows: Sequence[_Window]) -> _ContextTokens:
    starts = [0] * (windows[-1].tokens.last + 1)
    for window in windows:
        starts[window.tokens.first : window.tokens.last + 1] = window.starts
    return _ContextTokens(starts, windows)


def _answer(
    context: str, tokens: _ContextTokens, null: Answer, *, null_boost: float
) -> TokenAnswer:
    """The best span of all windows, or no answer when null is as good in any one window."""
    null_margin = min(window.null_score + null_boost - window.score for window in tokens.windows)
    choices = _choices(context, tokens)
    best = choices[0] if null_margin < 0 else None
    return TokenAnswer(
        text=best.answer.text if best else "",
        span=best.span if best else None,
        null_margin=null_margin,
        choices=choices,
        null=null,
    )


def _choices(context: str, tokens: _ContextTokens) -> tuple[TokenChoice, ...]:
    """The best spans of all windows, each once; equal scores rank by first, then by last token."""
    choices: dict[ContextTokenSpan, TokenChoice] = {}
    for window in sorted(tokens.windows, key=_rank):
        span = window.best
        if math.isfinite(window.score) and span not in choices:
            chars = _characters(context, tokens, span)
            text = context[chars.start : chars.end]
            answer = Answer(text, chars, window.start_logit, window.end_logit)
            choices[span] = TokenChoice(span, answer)
    return tuple(choices.values())


def _rank(window: _Window) -> tuple[float, int, int]:
    return -window.score, window.best.first, window.best.last


def _characters(context: str, tokens: _ContextTokens, span: ContextTokenSpan) -> CharSpan:
    """From the span's first character to the start of the next token, without outer blanks."""
    is_final = span.last + 1 == len(tokens.starts)
    end = len(context) if is_final else tokens.starts[span.last + 1]
    return trim_blanks(context, CharSpan(tokens.starts[span.first], end))


def _golds_are_in_place(example: Example) -> bool:
    golds = example.gold_answers[:MOST_GOLDS]
    return all(example.context.startswith(gold.text, gold.start) for gold in golds)


def _gold_spans(example: Example, tokens: _ContextTokens) -> frozenset[ContextTokenSpan]:
    """The tokens of the gold answers that lie in some window."""
    golds = example.gold_answers[:MOST_GOLDS]
    at = partial(token_at, tokens.starts)
    spans = {
        ContextTokenSpan(at(gold.start), at(gold.start + len(gold.text) - 1)) for gold in golds
    }
    return frozenset(
        span for span in spans if any(_contains(each.tokens, span) for each in tokens.windows)
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
