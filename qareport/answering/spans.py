"""Logits to the n best spans of every window, exactly, where the logits are.

One code for NumPy and torch arrays by what they share, the array API standard: NumPy sorts and
selects several times as fast on a CPU, and logits on an accelerator are searched there.
"""

from dataclasses import dataclass
from typing import Generic

import numpy as np
from array_api_compat import array_namespace
from jaxtyping import Float32, Int64

from qareport.answering.answer_logits import NEVER, Array

LOWEST = float(np.finfo(np.float32).min)
NO_SPAN = int(np.iinfo(np.int64).max)
"""A key above those of all spans."""
CODES = 2**31
"""How many codes, which say where a span lies in its window, a key has room for."""


@dataclass(frozen=True, slots=True)
class WindowSpans(Generic[Array]):
    """The best spans of each window, best first; a span that does not exist has -inf logits."""

    first: Int64[Array, "window rank"]
    """First token, counted in the window."""
    last: Int64[Array, "window rank"]
    """Last token, inclusive."""
    start_logits: Float32[Array, "window rank"]
    end_logits: Float32[Array, "window rank"]


def best_spans(
    starts: Float32[Array, "window token"],
    ends: Float32[Array, "window token"],
    *,
    n_best: int,
    max_answer_length: int,
) -> WindowSpans[Array]:
    """The `n_best` spans of at most `max_answer_length` tokens with the highest sums of logits.

    Spans start and end where logits are above -inf. Equal sums rank by lower first token, then
    by lower last token. The search is exact: the best spans of n starts are n spans, so whatever
    is below the n-th highest of those is not among the n best.
    """
    xp = array_namespace(starts)
    windows, tokens = starts.shape
    reach = min(max_answer_length, tokens)
    room = xp.full((windows, reach - 1), NEVER, dtype=ends.dtype, device=ends.device)
    ends_ahead = xp.concat([ends, room], axis=1)
    best = starts + _highest_ahead(ends_ahead, reach)
    enough = _nth_highest(best, n_best)

    slots = xp.nonzero(xp.reshape(best >= enough, (-1,)))[0]
    window = slots // tokens
    places = (slots + window * (reach - 1))[:, None] + xp.arange(reach, device=ends.device)
    sums = xp.reshape(starts, (-1,))[slots][:, None] + xp.reshape(ends_ahead, (-1,))[places]
    found = xp.nonzero(xp.reshape(sums >= enough[window], (-1,)))[0]
    start = found // reach
    codes = (slots - window * tokens)[start] * reach + (found - start * reach)
    scores = xp.reshape(sums, (-1,))[found]
    ranked = _rank(scores, codes, window[start], shape=(windows, n_best))

    exists = ranked >= 0
    first = xp.where(exists, ranked // reach, 0)
    last = first + xp.where(exists, ranked % reach, 0)
    return WindowSpans(
        first=first,
        last=last,
        start_logits=xp.where(exists, xp.take_along_axis(starts, first, axis=1), NEVER),
        end_logits=xp.where(exists, xp.take_along_axis(ends, last, axis=1), NEVER),
    )


def _highest_ahead(
    ends_ahead: Float32[Array, "window place"], reach: int
) -> Float32[Array, "window token"]:
    """Of each place and the `reach` - 1 after it the highest logit, where that many follow."""
    xp = array_namespace(ends_ahead)
    highest, covered = ends_ahead, 1
    while covered < reach:
        step = min(covered, reach - covered)
        highest = xp.maximum(highest[:, :-step], highest[:, step:])
        covered += step
    return highest


def _nth_highest(scores: Float32[Array, "window token"], count: int) -> Float32[Array, "window 1"]:
    """The `count`-th highest of each window, but always above -inf."""
    xp, slots = array_namespace(scores), scores.shape[1]
    nth: Array = xp.full_like(scores[:, :1], LOWEST)
    if count <= slots:
        nth = xp.maximum(nth, xp.sort(scores, axis=1, stable=False)[:, slots - count, None])
    return nth


def _rank(
    scores: Float32[Array, "span"],
    codes: Int64[Array, "span"],
    window: Int64[Array, "span"],
    *,
    shape: tuple[int, int],
) -> Int64[Array, "window rank"]:
    """Codes of the best spans of each window, best first, lower codes first; -1 beyond the last.

    `window` ascends. Scores and codes are sorted as one whole number: bits of a float32, all but
    the sign turned around where it is negative, are in the order of the numbers.
    """
    xp = array_namespace(scores)
    windows, n_best = shape
    begins = xp.searchsorted(window, xp.arange(windows, device=window.device))
    place = xp.arange(len(window), device=window.device) - begins[window]
    width = max(n_best, 1 + int(xp.max(place))) if len(window) else n_best
    bits = (scores + 0.0).view(xp.int32)  # the sum makes 0 of -0
    ordered = xp.astype(xp.where(bits < 0, bits ^ 0x7FFFFFFF, bits), xp.int64)
    keys = xp.full((windows, width), NO_SPAN, dtype=xp.int64, device=window.device)
    keys[window, place] = codes - ordered * CODES
    best = xp.sort(keys, axis=1, stable=False)[:, :n_best]
    ranked: Array = xp.where(best < NO_SPAN, best & (CODES - 1), -1)
    return ranked
