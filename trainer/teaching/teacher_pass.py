"""Computes a teacher's logits in half precision, batch by batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float16, Float32
from torch import Tensor

from qareport.errors import ModelError
from qareport.inference.batches import plan_batches
from qareport.inference.engines.engine import SpanLogits
from qareport.inference.loading.models import LoadedModel
from trainer.teaching.cache_key import padding_id
from trainer.teaching.layout import token_offsets
from trainer.windows import TrainingWindow, pad_training_windows

LARGEST_HALF = 65504.0
"""The largest number in half precision."""

OnWindows = Callable[[int], None]
"""Called with the number of windows whose logits were just computed."""


@dataclass(frozen=True, slots=True)
class HalfLogits:
    """Start and end logits of the tokens of windows in a row, in half precision."""

    logits: Float16[np.ndarray, "token 2"]
    largest_rounding: float
    """Largest difference to the logits that the teacher computed in its own number format."""


def compute_half_logits(
    teacher: LoadedModel,
    windows: Sequence[TrainingWindow],
    *,
    length: int | None = None,
    watch: OnWindows,
) -> HalfLogits:
    """The teacher's logits of the windows, one after the other.

    With `length`, windows are padded to it and the logits of padding are kept too.

    Raises:
        ModelError: a logit that is kept is not finite, or too large for half precision.
    """
    offsets = token_offsets(windows, length=length)
    kept = np.empty((int(offsets[-1]), 2), dtype=np.float16)
    roundings = [0.0]
    lengths = np.diff(offsets).tolist()
    for positions in plan_batches(lengths, batch_tokens=teacher.hardware.batch_tokens):
        together = [windows[position] for position in positions]
        batch = pad_training_windows(together, padding_id=padding_id(teacher), length=length)
        logits = _side_by_side(teacher.engine.compute_logits(batch))
        is_token = batch.is_token.to(logits.device)
        is_kept = is_token if length is None else torch.ones_like(is_token)
        _check_range(together, logits, is_token=is_token, is_kept=is_kept)
        logits = logits.clamp(min=-LARGEST_HALF)
        half = logits.half()
        roundings.append((half.float() - logits)[is_kept].abs().max().item())
        for row, position in zip(half.cpu().numpy(), positions, strict=True):
            kept[offsets[position] : offsets[position + 1]] = row[: lengths[position]]
        watch(len(positions))
    return HalfLogits(kept, max(roundings))


def _side_by_side(logits: SpanLogits) -> Float32[Tensor, "window token 2"]:
    return torch.stack((logits.starts, logits.ends), dim=2)


def _check_range(
    windows: Sequence[TrainingWindow],
    logits: Float32[Tensor, "window token 2"],
    *,
    is_token: Bool[Tensor, "window token"],
    is_kept: Bool[Tensor, "window token"],
) -> None:
    """Refuses logits beyond the range of half precision.

    Padding may be any negative number or minus infinity: so do models such as Splinter mask it, and
    the softmax of the smallest half number is 0 as well.
    """
    is_mask = ~is_token[:, :, None] & (logits < 0)  # (window, token, side)
    is_broken = is_kept[:, :, None] & ~is_mask & ~(logits.abs() <= LARGEST_HALF)
    if is_broken.any():
        first = int(is_broken.flatten(1).any(dim=1).nonzero()[0])
        raise ModelError(
            f"the teacher's logits for window {windows[first].id!r} contain "
            f"{logits[first][is_broken[first]][0].item():g}, but must be finite and within "
            f"{LARGEST_HALF:g} to be kept in half precision; its weights are damaged, or the "
            "number format is too small (try float32)"
        )
