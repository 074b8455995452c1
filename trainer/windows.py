"""Defines the windows that a model is trained on, and pads them into tensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int32
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from qareport.inference.engines.engine import TokenBatch


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens of a window from `first` to `last`, both inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """The tokens of a question and of one stretch of its context, with the right answers."""

    id: str
    """Example id and index among its windows, such as "56be85543aeaaa14008c9063#0"."""
    token_ids: Int32[np.ndarray, "token"]
    type_ids: Int32[np.ndarray, "token"]
    null_position: int
    """The token whose logits mean "no answer"."""
    context_position: int
    """The first context token."""
    context_size: int
    """How many context tokens there are, in a row."""
    targets: tuple[TokenSpan, ...]
    """The right spans, at least one; the null token alone where the window has no answer."""


def pad_training_windows(
    windows: Sequence[TrainingWindow], *, padding_id: int, length: int | None = None
) -> TokenBatch:
    """Token ids of the windows side by side, padded at their end to the longest, or to `length`.

    Windows longer than `length` stay whole.
    """
    token_ids = [torch.from_numpy(window.token_ids).long() for window in windows]
    type_ids = [torch.from_numpy(window.type_ids).long() for window in windows]
    is_token = [torch.ones(len(ids), dtype=torch.bool) for ids in token_ids]
    return TokenBatch(
        token_ids=_pad(token_ids, padding_id, length),
        type_ids=_pad(type_ids, 0, length),
        is_token=_pad(is_token, 0, length),
    )


def answer_tokens(
    windows: Sequence[TrainingWindow], *, tokens: int
) -> Bool[Tensor, "window token"]:
    """Which of `tokens` positions an answer may name: the context tokens and the null token."""
    starts = torch.tensor([[window.context_position] for window in windows])
    sizes = torch.tensor([[window.context_size] for window in windows])
    null = torch.tensor([[window.null_position] for window in windows])
    positions = torch.arange(tokens)
    is_context = (positions >= starts) & (positions < starts + sizes)  # (window, token)
    return is_context | (positions == null)


def target_shares(
    windows: Sequence[TrainingWindow], *, tokens: int
) -> Float32[Tensor, "window token side"]:
    """Target probability of each token as start and as end; a window's targets share 1 evenly."""
    shares = torch.zeros(len(windows), tokens, 2)
    for row, window in zip(shares, windows, strict=True):
        for target in window.targets:
            row[target.first, 0] += 1 / len(window.targets)
            row[target.last, 1] += 1 / len(window.targets)
    return shares


def _pad(rows: Sequence[Tensor], value: int, length: int | None) -> Tensor:
    padded = pad_sequence(list(rows), batch_first=True, padding_value=value)
    # A negative number would cut tokens off.
    missing = max((length or 0) - padded.shape[1], 0)
    return torch.nn.functional.pad(padded, (0, missing), value=value)
