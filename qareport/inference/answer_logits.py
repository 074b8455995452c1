"""Logits of all tokens to those that can answer: of the context and of the null token."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor

from qareport.inference.windows import Window

NEVER = float("-inf")
"""The logit of what is no answer."""


@dataclass(frozen=True, slots=True)
class AnswerLogits:
    """Start and end logits of windows; all that take part are finite where `is_sound`."""

    starts: Float32[Tensor, "window token"]
    """Of the context tokens; -inf elsewhere."""
    ends: Float32[Tensor, "window token"]
    null_starts: Float32[Tensor, "window 1"]
    null_ends: Float32[Tensor, "window 1"]
    is_sound: Bool[Tensor, "window"]


def find_answer_tokens(windows: Sequence[Window]) -> Int64[np.ndarray, "window 3"]:
    """First token of the context, the token after its last, and the null token."""
    rows = [
        (
            window.context_position,
            window.context_position + len(window.token_chars),
            window.null_position,
        )
        for window in windows
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def pick_answer_logits(
    answer_tokens: Int64[Tensor, "window 3"],
    starts: Float32[Tensor, "window token"],
    ends: Float32[Tensor, "window token"],
) -> AnswerLogits:
    """The logits of the answer tokens out of those of all tokens of the windows."""
    begin, stop, null = answer_tokens.T[:, :, None]
    token = torch.arange(starts.shape[1], device=starts.device)
    is_context = (token >= begin) & (token < stop)
    # A number minus itself is 0 if it is finite, and nan if not; faster than isfinite.
    flaws = (starts - starts + ends - ends).where(is_context | (token == null), 0.0)
    return AnswerLogits(
        starts=starts.where(is_context, NEVER),
        ends=ends.where(is_context, NEVER),
        null_starts=starts.gather(1, null),
        null_ends=ends.gather(1, null),
        is_sound=flaws.sum(dim=1) == 0,
    )


def log_total(
    logits: Float32[Tensor, "window token"], null_logits: Float32[Tensor, "window 1"]
) -> Float32[Tensor, "window"]:
    """Log of the sum of exp(logit) over the context and null token; logits are -inf or finite."""
    return torch.logaddexp(logits.logsumexp(dim=1), null_logits[:, 0])
