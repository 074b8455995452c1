"""Finds the n best spans of every window exactly, on the device that has the logits."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor
from torch.nn import functional

NEVER = float("-inf")
"""The logit of a token that cannot be part of an answer."""
ID_BITS = 31
"""Bits of a key that hold the id of a group of spans."""
LAST_ID = 2**ID_BITS - 1


@dataclass(frozen=True, slots=True)
class WindowSpans:
    """The best spans of each window, best first; a span that does not exist has -inf logits."""

    first: Int64[Tensor, "window rank"]
    """First token, counted in the window."""
    last: Int64[Tensor, "window rank"]
    """Last token, inclusive."""
    start_logits: Float32[Tensor, "window rank"]
    end_logits: Float32[Tensor, "window rank"]


def best_spans(
    starts: Float32[Tensor, "window token"],
    ends: Float32[Tensor, "window token"],
    *,
    n_best: int,
    max_answer_length: int,
) -> WindowSpans:
    """The `n_best` spans of at most `max_answer_length` tokens with the highest sums of logits.

    Spans start and end where logits are above -inf. Equal sums rank by lower first token, then
    by lower last token. Windows of few tokens have fewer ranks.

    The search is exact: however spans are grouped, the n best lie in the n groups whose own best
    spans are highest. It keeps n starts; then, of their ends in stretches of equal length, n
    stretches; then, of the ends in these, n spans.
    """
    tokens = starts.shape[1]
    reach = min(max_answer_length, tokens)
    stretch = _divisor_below_root(reach)
    ends_ahead = functional.pad(ends, (0, reach - 1), value=NEVER)
    highest_of_stretch = _highest_ahead(ends_ahead, stretch, apart=1)
    highest_of_reach = _highest_ahead(highest_of_stretch, reach // stretch, apart=stretch)

    offset_bits = (reach - 1).bit_length()
    token = torch.arange(tokens, device=starts.device)
    spans = _take_highest(starts + highest_of_reach, token << offset_bits, n_best)
    for highest, offsets in (
        (highest_of_stretch, token[:reach:stretch]),
        (ends_ahead, token[:stretch]),
    ):
        first, last = _unpack(spans, offset_bits)
        reached = highest.gather(1, _add_offsets(last, offsets)).view(*last.shape, -1)
        sums = starts.gather(1, first)[:, :, None] + reached
        spans = _take_highest(sums.flatten(1), _add_offsets(spans, offsets), n_best)

    first, last = _unpack(spans, offset_bits)
    return _existing(first, last, starts.gather(1, first), ends_ahead.gather(1, last))


def best_span(
    starts: Float32[Tensor, "window token"],
    ends: Float32[Tensor, "window token"],
    *,
    max_answer_length: int,
) -> WindowSpans:
    """The first of the best spans alone; faster than `best_spans` where spans may be long."""
    tokens = starts.shape[1]
    reach = min(max_answer_length, tokens)
    ends_ahead = functional.pad(ends, (0, reach - 1), value=NEVER)
    # Of equal numbers, argmax takes the first.
    first = (starts + _highest_ahead(ends_ahead, reach, apart=1)).argmax(dim=1, keepdim=True)
    start_logits = starts.gather(1, first)
    token = torch.arange(tokens, device=starts.device)
    is_reached = (token >= first) & (token < first + reach)
    last = (start_logits + ends).where(is_reached, NEVER).argmax(dim=1, keepdim=True)
    return _existing(first, last, start_logits, ends.gather(1, last))


def _existing(
    first: Int64[Tensor, "window rank"],
    last: Int64[Tensor, "window rank"],
    start_logits: Float32[Tensor, "window rank"],
    end_logits: Float32[Tensor, "window rank"],
) -> WindowSpans:
    """The spans, with -inf for both logits where one is."""
    exists = start_logits + end_logits > NEVER
    return WindowSpans(
        first, last, start_logits.where(exists, NEVER), end_logits.where(exists, NEVER)
    )


def _divisor_below_root(number: int) -> int:
    """The highest divisor that is at most the root."""
    return next(each for each in range(math.isqrt(number), 0, -1) if number % each == 0)


def _highest_ahead(
    logits: Float32[Tensor, "window position"], count: int, *, apart: int
) -> Float32[Tensor, "window _"]:
    """The highest logit of each position and of `count` - 1 positions ahead, at steps of `apart`.

    Positions with fewer positions ahead are left out.
    """
    highest, covered = logits, 1
    while covered < count:
        step = min(covered, count - covered)
        highest = torch.maximum(highest[:, : -step * apart], highest[:, step * apart :])
        covered += step
    return highest


def _add_offsets(
    positions: Int64[Tensor, "window rank"], offsets: Int64[Tensor, "offset"]
) -> Int64[Tensor, "window _"]:
    """Each position plus each offset, the sums of one position next to each other."""
    return (positions[:, :, None] + offsets).flatten(1)


def _unpack(
    spans: Int64[Tensor, "window rank"], offset_bits: int
) -> tuple[Int64[Tensor, "window rank"], Int64[Tensor, "window rank"]]:
    """The first and the last token of the spans with these ids."""
    first = spans >> offset_bits
    return first, first + (spans & ((1 << offset_bits) - 1))


def _take_highest(
    scores: Float32[Tensor, "window group"], ids: Int64[Tensor, "*window group"], count: int
) -> Int64[Tensor, "window rank"]:
    """The ids of the `count` highest scores, best first; of equal scores the lower id first.

    A score and its id are compared as one whole number, the lowest best: the bits of a float32,
    all but the sign turned around where it is negative, are in the order of the numbers.
    """
    bits = (0.0 - scores).view(torch.int32)  # never -0
    keys = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).long()
    keys <<= ID_BITS
    keys |= ids
    spans: Tensor = _lowest(keys, min(count, keys.shape[1])) & LAST_ID
    return spans


def _lowest(keys: Int64[Tensor, "window group"], count: int) -> Int64[Tensor, "window rank"]:
    """The `count` lowest keys, in order."""
    if keys.device.type == "cpu":  # NumPy sorts short rows faster than PyTorch selects of them
        return torch.from_numpy(np.sort(keys.numpy(), axis=1)[:, :count])
    return keys.topk(count, largest=False).values
