"""Builds windows, and a teacher whose logits anyone can work out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import torch
from jaxtyping import Float16

from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch
from qareport.inference.loading.models import LoadedModel
from tests.answering_builders import loaded_model
from trainer.teaching.layout import PART_WINDOWS
from trainer.windows import TokenSpan, TrainingWindow

LARGE_ID = 1 << 20
"""A token id whose logits do not fit into half precision."""


@dataclass(frozen=True, slots=True)
class PlaceEngine:
    """An engine whose logits show token id and position, and grow beyond all bounds with the id."""

    batch_sizes: list[int] = field(default_factory=list)
    """How many windows came together, batch by batch."""

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Id plus an eighth of the position, and minus a third of the id."""
        self.batch_sizes.append(len(batch.token_ids))
        ids = batch.token_ids.float()
        return SpanLogits(ids + torch.arange(ids.shape[1]) / 8, -ids / 3)


@dataclass(frozen=True, slots=True)
class FilledEngine:
    """An engine with one logit for all tokens and another for all padding."""

    token: float
    padding: float = 0.0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """The two logits, wherever they belong."""
        logits = torch.where(batch.is_token, self.token, self.padding)
        return SpanLogits(logits, logits)


def place_teacher(*, batch_tokens: int = 4096) -> LoadedModel:
    """A teacher with a `PlaceEngine`."""
    return teacher_with(PlaceEngine(), batch_tokens=batch_tokens)


def teacher_with(engine: Engine, *, batch_tokens: int = 4096) -> LoadedModel:
    """A teacher that runs on the engine and pads with token 0."""
    return loaded_model(engine, batch_tokens=batch_tokens)


def training_window(window_id: str, token_ids: Sequence[int]) -> TrainingWindow:
    """A window of these tokens; the first is the null token, the others are context."""
    return TrainingWindow(
        id=window_id,
        token_ids=np.array(token_ids, dtype=np.int32),
        type_ids=np.zeros(len(token_ids), dtype=np.int32),
        null_position=0,
        context_position=1,
        context_size=len(token_ids) - 1,
        targets=(TokenSpan(0, 0),),
    )


@cache
def windows_of_two_parts() -> tuple[TrainingWindow, ...]:
    """One window more than a part has, with a token each."""
    return tuple(training_window(str(index), [index % 500]) for index in range(PART_WINDOWS + 1))


def place_logits(
    window: TrainingWindow, *, length: int | None = None
) -> Float16[np.ndarray, "_ 2"]:
    """The logits of a `PlaceEngine` for the window alone, in half precision."""
    padding = (length or len(window.token_ids)) - len(window.token_ids)
    ids = np.pad(window.token_ids, (0, padding)).astype(np.float32)
    positions = np.arange(len(ids), dtype=np.float32)
    return np.stack([ids + positions / 8, -ids / np.float32(3)], axis=1).astype(np.float16)
