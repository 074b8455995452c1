"""Logits of all tokens to those that can answer: of the context and of the null token."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from array_api_compat import array_namespace
from jaxtyping import Bool, Float32
from torch import Tensor

from qareport.answering.windows import Window

Array = TypeVar("Array", np.ndarray, Tensor)
"""NumPy or torch: code that takes either keeps to the array API standard, which both share."""

NEVER = float("-inf")
"""The logit of what is no answer."""


@dataclass(frozen=True, slots=True)
class AnswerLogits(Generic[Array]):
    """Start and end logits of windows; all that take part are finite where `is_sound`."""

    starts: Float32[Array, "window token"]
    """Of the context tokens; -inf elsewhere."""
    ends: Float32[Array, "window token"]
    null_starts: Float32[Array, "window 1"]
    null_ends: Float32[Array, "window 1"]
    is_sound: Bool[Array, "window"]


def pick_answer_logits(
    windows: Sequence[Window],
    starts: Float32[Array, "window token"],
    ends: Float32[Array, "window token"],
) -> AnswerLogits[Array]:
    """The logits of context and null token out of those of all tokens of the windows."""
    xp = array_namespace(starts)
    places = xp.arange(starts.shape[1], device=starts.device)
    begin, stop, null = xp.asarray(_positions(windows), device=starts.device)
    is_context = (places >= begin) & (places < stop)
    takes_part = is_context | (places == null)
    is_finite = xp.isfinite(starts) & xp.isfinite(ends)
    return AnswerLogits(
        starts=xp.where(is_context, starts, NEVER),
        ends=xp.where(is_context, ends, NEVER),
        null_starts=xp.take_along_axis(starts, null, axis=1),
        null_ends=xp.take_along_axis(ends, null, axis=1),
        is_sound=xp.all(is_finite | ~takes_part, axis=1),
    )


def log_total(
    logits: Float32[Array, "window token"], null_logits: Float32[Array, "window 1"]
) -> Float32[Array, "window"]:
    """Log of the sum of exp(logit) over the context and null token; logits are -inf or finite."""
    xp = array_namespace(logits)
    highest = xp.maximum(xp.max(logits, axis=1, keepdims=True), null_logits)
    weights = xp.sum(xp.exp(logits - highest), axis=1) + xp.exp(null_logits - highest)[:, 0]
    total: Array = highest[:, 0] + xp.log(weights)
    return total


def _positions(windows: Sequence[Window]) -> np.ndarray:
    """First token of the context, the token after it, and the null token; each as a column."""
    rows = [
        (
            window.context_position,
            window.context_position + len(window.token_chars),
            window.null_position,
        )
        for window in windows
    ]
    return np.array(rows).T[:, :, None]
