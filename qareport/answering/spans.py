"""Logits to the n best spans of every window, exactly, on the device that holds the logits."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor
from torch.nn import functional

from qareport.answering.engine import SpanLogits

NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class WindowSpans:
    """The best spans of each window, best first; a span that does not exist has -inf logits."""

    first: Int64[Tensor, "window rank"]
    """First token, counted in the window."""
    last: Int64[Tensor, "window rank"]
    """Last token, inclusive."""
    start_logits: Float32[Tensor, "window rank"]
    end_logits: Float32[Tensor, "window rank"]


def keep_logits(logits: SpanLogits, kept: Bool[Tensor, "window token"]) -> SpanLogits:
    """The logits where `kept` holds, and -inf elsewhere."""
    return SpanLogits(
        logits.starts.masked_fill(~kept, NEVER), logits.ends.masked_fill(~kept, NEVER)
    )


def best_spans(logits: SpanLogits, *, n_best: int, max_answer_length: int) -> WindowSpans:
    """The `n_best` spans of at most `max_answer_length` tokens with the highest sums of logits.

    Spans start and end where logits are above -inf. Equal sums rank by lower first token, then
    by lower last token. The search is exact: a span among the n best begins at one of the n
    starts whose own best spans are highest, so only those starts are spread out.
    """
    tokens = logits.starts.shape[1]
    reach = min(max_answer_length, tokens)
    ends_ahead = functional.pad(logits.ends, (0, reach - 1), value=NEVER)
    best_ends = functional.max_pool1d(ends_ahead[:, None], reach, stride=1)[:, 0]
    first = _highest(logits.starts + best_ends, n_best).sort(dim=1).values  # (window, start)

    offsets = torch.arange(reach, device=first.device)
    last = first[:, :, None] + offsets  # (window, start, length)
    start_logits = logits.starts.gather(1, first)[:, :, None].expand_as(last)
    end_logits = ends_ahead.gather(1, last.flatten(1)).view_as(last)
    chosen = _highest((start_logits + end_logits).flatten(1), n_best)  # (window, rank)
    return WindowSpans(
        first=first.gather(1, chosen // reach),
        last=last.flatten(1).gather(1, chosen),
        start_logits=start_logits.flatten(1).gather(1, chosen),
        end_logits=end_logits.flatten(1).gather(1, chosen),
    )


def _highest(scores: Float32[Tensor, "window slot"], count: int) -> Int64[Tensor, "window rank"]:
    """Slots of the `count` highest scores, best first; of equal scores the lower slot first."""
    if count == 1:
        return scores.argmax(dim=1, keepdim=True)
    kept = min(count, scores.shape[1])
    # topk breaks ties in any order, so it only tells which score is the last to be kept: sorting
    # all slots, as a stable sort would need, takes several times as long.
    lowest = scores.topk(kept, dim=1).values[:, -1:]  # (window, 1)
    is_above, is_tied = scores > lowest, scores == lowest
    places = kept - is_above.sum(dim=1, keepdim=True)
    is_kept = is_above | (is_tied & (is_tied.cumsum(dim=1) <= places))
    slots = is_kept.nonzero()[:, 1].view(len(scores), kept)
    ranks = scores.gather(1, slots).sort(dim=1, descending=True, stable=True).indices
    return slots.gather(1, ranks)
