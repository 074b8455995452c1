"""Logits to the n best spans of every window, exactly, where the logits are.

One code for NumPy and torch arrays by what they share, the array API standard: NumPy sorts and
selects several times as fast on a CPU, and logits on an accelerator are searched there.
"""

from dataclasses import dataclass
from typing import Generic

from array_api_compat import array_namespace
from jaxtyping import Float32, Int64

from qareport.answering.answer_logits import NEVER, Array

SLOTS = 2**31
"""How many slots a key has room for."""


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
    by lower last token. The search is exact: a span among the n best begins at one of the n
    starts whose own best spans are highest, so only those starts are spread out. Windows of few
    tokens have fewer ranks.
    """
    xp = array_namespace(starts)
    windows, tokens = starts.shape
    reach = min(max_answer_length, tokens)
    room = xp.full((windows, reach - 1), NEVER, dtype=ends.dtype, device=ends.device)
    ends_ahead = xp.concat([ends, room], axis=1)
    first = xp.sort(_highest(starts + _highest_ahead(ends_ahead, reach), n_best), axis=1)

    offsets = xp.arange(reach, device=first.device)
    last = xp.reshape(first[:, :, None] + offsets, (windows, -1))  # (window, start and length)
    sums = xp.take_along_axis(ends_ahead, last, axis=1)
    sums = sums + xp.repeat(xp.take_along_axis(starts, first, axis=1), reach, axis=1)
    chosen = _highest(sums, n_best)  # (window, rank)
    first = xp.take_along_axis(first, chosen // reach, axis=1)
    last = xp.take_along_axis(last, chosen, axis=1)
    exists = xp.take_along_axis(sums, chosen, axis=1) > NEVER
    return WindowSpans(
        first=first,
        last=last,
        start_logits=xp.where(exists, xp.take_along_axis(starts, first, axis=1), NEVER),
        end_logits=xp.where(exists, xp.take_along_axis(ends_ahead, last, axis=1), NEVER),
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


def _highest(scores: Float32[Array, "window slot"], count: int) -> Int64[Array, "window rank"]:
    """Slots of the `count` highest scores, best first; of equal scores the lower slot first.

    Scores and slots are sorted as one whole number: the bits of a float32, all but the sign
    turned around where it is negative, are in the order of the numbers.
    """
    xp = array_namespace(scores)
    bits = (scores + 0.0).view(xp.int32)  # the sum makes 0 of -0
    ordered = xp.astype(xp.where(bits < 0, bits ^ 0x7FFFFFFF, bits), xp.int64)
    keys = xp.arange(scores.shape[1], device=scores.device) - ordered * SLOTS
    best: Array = (
        xp.min(keys, axis=1, keepdims=True)
        if count == 1
        else xp.sort(keys, axis=1, stable=False)[:, :count]
    )
    return best & (SLOTS - 1)
