"""Logits to the n best spans of every window, exactly, where the logits are."""

from dataclasses import dataclass

import torch
from jaxtyping import Float32, Int64
from torch import Tensor
from torch.nn import functional

from qareport.answering.answer_logits import NEVER

SLOT_BITS = 31
SLOTS = 2**SLOT_BITS
"""How many slots a key has room for."""


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
    by lower last token. The search is exact: a span among the n best begins at one of the n
    starts whose own best spans are highest, so only those starts are spread out. Windows of few
    tokens have fewer ranks.
    """
    windows, tokens = starts.shape
    reach = min(max_answer_length, tokens)
    ends_ahead = functional.pad(ends, (0, reach - 1), value=NEVER)
    first = _highest(starts + _highest_ahead(ends_ahead, reach), n_best).sort(dim=1).values

    place = first + torch.arange(windows, device=first.device)[:, None] * ends_ahead.shape[1]
    ends_from = ends_ahead.flatten().unfold(0, reach, 1).index_select(0, place.flatten())
    sums = starts.gather(1, first)[:, :, None] + ends_from.view(windows, -1, reach)
    chosen = _highest(sums.flatten(1), n_best)  # (window, rank)
    first = first.gather(1, chosen // reach)
    last = first + chosen % reach
    exists = sums.flatten(1).gather(1, chosen) > NEVER
    return WindowSpans(
        first=first,
        last=last,
        start_logits=starts.gather(1, first).where(exists, NEVER),
        end_logits=ends_ahead.gather(1, last).where(exists, NEVER),
    )


def _highest_ahead(
    ends_ahead: Float32[Tensor, "window place"], reach: int
) -> Float32[Tensor, "window token"]:
    """Of each place and the `reach` - 1 after it the highest logit, where that many follow."""
    highest, covered = ends_ahead, 1
    while covered < reach:
        step = min(covered, reach - covered)
        highest = torch.maximum(highest[:, :-step], highest[:, step:])
        covered += step
    return highest


def _highest(scores: Float32[Tensor, "window slot"], count: int) -> Int64[Tensor, "window rank"]:
    """Slots of the `count` highest scores, best first; of equal scores the lower slot first.

    Scores and slots are compared as one whole number: the bits of a float32, all but the sign
    turned around where it is negative, are in the order of the numbers.
    """
    bits = (scores + 0.0).view(torch.int32)  # the sum makes 0 of -0
    keys = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).long()
    keys <<= SLOT_BITS
    keys |= torch.arange(SLOTS - 1, SLOTS - 1 - scores.shape[1], -1, device=scores.device)
    return keys.topk(min(count, keys.shape[1])).indices
