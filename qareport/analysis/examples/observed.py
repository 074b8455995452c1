"""Collects what is known of each example: its prediction, score, windows and gold answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
from jaxtyping import Int32

from qareport.data.types import CharSpan, Example, ExampleScore, GoldAnswer, Prediction
from qareport.inference.candidates import SpanCandidates
from qareport.metrics.normalisers import SQUAD_EN, Normaliser
from qareport.metrics.squad import token_f1


@dataclass(frozen=True, slots=True)
class TokenWindow:
    """The context tokens that a model saw at once."""

    first_token: int
    """The window's first token, counted in the tokens of the whole context."""
    token_chars: Int32[np.ndarray, "token 2"]
    """Start and end character of each token in the context, the end exclusive."""

    def holds(self, span: CharSpan) -> bool:
        """Whether all characters of the span lie between the window's first and last one."""
        if not len(self.token_chars):
            return False
        first, last = int(self.token_chars[0, 0]), int(self.token_chars[-1, 1])
        return first <= span.start and span.end <= last


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of one example once its answer is scored."""

    example: Example
    text: str
    """What was answered in the end; empty for "no answer"."""
    span: CharSpan | None
    """Where the text stands; None for "no answer" and for predictions made elsewhere."""
    score: ExampleScore
    """Of `text`, so after the threshold."""
    windows: tuple[TokenWindow, ...]
    """In order; none for predictions made elsewhere."""
    normaliser: Normaliser = SQUAD_EN
    """How texts are compared."""


def observe_texts(
    examples: Sequence[Example],
    texts: Mapping[str, str],
    scores: Sequence[ExampleScore],
    *,
    normaliser: Normaliser = SQUAD_EN,
) -> tuple[Observed, ...]:
    """Predictions made elsewhere, of which only the texts are known.

    `texts` are final: empty wherever a threshold withheld the answer. Scores come in the order of
    the examples.
    """
    return tuple(
        Observed(
            example,
            text=texts[example.id],
            span=None,
            score=score,
            windows=(),
            normaliser=normaliser,
        )
        for example, score in zip(examples, scores, strict=True)
    )


def observe_predictions(
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    scores: Sequence[ExampleScore],
    *,
    candidates: SpanCandidates,
    normaliser: Normaliser = SQUAD_EN,
) -> tuple[Observed, ...]:
    """Predictions made by this tool with their windows, all in the examples' order."""
    windows_by_id = groupby(range(len(candidates.example_ids)), candidates.example_ids.__getitem__)
    return tuple(
        Observed(
            example,
            text=prediction.text,
            span=prediction.span,
            score=score,
            windows=tuple(_token_window(candidates, row) for row in rows),
            normaliser=normaliser,
        )
        for example, prediction, score, (_, rows) in zip(
            examples, predictions, scores, windows_by_id, strict=True
        )
    )


def context_tokens(windows: Sequence[TokenWindow]) -> Int32[np.ndarray, "token 2"]:
    """Characters of the tokens of the whole context, each token once."""
    parts = [np.empty((0, 2), dtype=np.int32)]
    known = 0
    for window in windows:
        # Neighbouring windows share tokens: each adds those that no earlier one has.
        parts.append(window.token_chars[known - window.first_token :])
        known = window.first_token + len(window.token_chars)
    return np.concatenate(parts)


def count_tokens(windows: Sequence[TokenWindow], span: CharSpan) -> int:
    """How many tokens of the whole context it takes to cover the span; 0 if none is in it."""
    starts, ends = context_tokens(windows).T
    covered = np.flatnonzero((starts < span.end) & (ends > span.start))
    return int(covered[-1] - covered[0]) + 1 if len(covered) else 0


def counted_golds(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[GoldAnswer, ...]:
    """The gold answers that count: by squad-en those that are not empty once normalised."""
    return tuple(
        gold
        for gold in example.gold_answers
        if not normaliser.drops_empty_golds or normaliser.normalise(gold.text)
    )


def normalised_golds(example: Example, normaliser: Normaliser = SQUAD_EN) -> frozenset[str]:
    """The distinct texts that have exact match 1 once normalised: "" if no gold counts."""
    golds = counted_golds(example, normaliser)
    return frozenset(normaliser.normalise(gold.text) for gold in golds) or frozenset({""})


def gold_spans(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[CharSpan, ...]:
    """The spans of the gold answers, at the offsets that the data set states."""
    return tuple(span_of(gold) for gold in counted_golds(example, normaliser))


def span_of(answer: GoldAnswer) -> CharSpan:
    """The characters from the answer's start to the end of its text."""
    return CharSpan(answer.start, answer.start + len(answer.text))


def gold_f1s(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[float, ...]:
    """F1 between every two gold answers, 0 to 1; none for fewer than two."""
    pairs = list(combinations([gold.text for gold in counted_golds(example, normaliser)], 2))
    # Annotators often give the same answer.
    f1_of = {pair: token_f1(*pair, normaliser) for pair in set(pairs)}
    return tuple(f1_of[pair] for pair in pairs)


def _token_window(candidates: SpanCandidates, row: int) -> TokenWindow:
    return TokenWindow(int(candidates.first_tokens[row]), candidates.token_chars[row])
