"""Holds the n best spans and the null scores of windows, which a search finds."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float32, Int32

from qareport.data.types import CharSpan

ANY_LENGTH = 1000
"""Tokens of the longest answer in Haystack's token-level protocol."""


@dataclass(frozen=True, slots=True)
class Spans:
    """The best spans of some windows, best first; a span that does not exist has -inf logits.

    Equal scores rank by lower first token, then by lower last token.
    """

    first: Int32[np.ndarray, "window rank"]
    """First token, counted in the tokens of the whole context."""
    last: Int32[np.ndarray, "window rank"]
    """Last token, inclusive, counted likewise."""
    start_logits: Float32[np.ndarray, "window rank"]
    end_logits: Float32[np.ndarray, "window rank"]

    @property
    def scores(self) -> Float32[np.ndarray, "window rank"]:
        """Sum of both logits."""
        scores: Float32[np.ndarray, "window rank"] = self.start_logits + self.end_logits
        return scores


@dataclass(frozen=True, slots=True)
class SpanCandidates:
    """All that the choice of answers needs of windows; those of an example are consecutive."""

    example_ids: tuple[str, ...]
    """The id of the example of each window."""
    window_numbers: Int32[np.ndarray, "window"]
    """Index of each window among those of its example, from 0."""
    first_tokens: Int32[np.ndarray, "window"]
    """Index of each window's first context token among the tokens of the whole context."""
    token_chars: tuple[Int32[np.ndarray, "_ 2"], ...]
    """Start and end character, the end exclusive, of the context tokens of each window."""
    null_start_logits: Float32[np.ndarray, "window"]
    null_end_logits: Float32[np.ndarray, "window"]
    start_log_totals: Float32[np.ndarray, "window"]
    """Log of the sum of exp(start logit) over the answer tokens (context and null token)."""
    end_log_totals: Float32[np.ndarray, "window"]
    n_best: Spans
    any_length: Spans
    """The one best span of up to `ANY_LENGTH` tokens."""

    @property
    def null_scores(self) -> Float32[np.ndarray, "window"]:
        """Sum of both logits of the null token."""
        scores: Float32[np.ndarray, " window"] = self.null_start_logits + self.null_end_logits
        return scores

    def up_to(self, max_answer_length: int) -> "SpanCandidates":
        """The candidates without the n best spans that have more tokens, in the same order.

        A window may have fewer than n spans then: the longer ones were among its n best when it
        was searched.
        """
        fits = self.n_best.last - self.n_best.first < max_answer_length
        n_best = replace(
            self.n_best, start_logits=np.where(fits, self.n_best.start_logits, -np.inf).astype("f4")
        )
        return replace(self, n_best=n_best)

    def char_span(self, window: int, first: int, last: int) -> CharSpan:
        """The characters of the context tokens `first` to `last`, which are in the window."""
        chars, offset = self.token_chars[window], int(self.first_tokens[window])
        return CharSpan(int(chars[first - offset, 0]), int(chars[last - offset, 1]))
