"""Collates training windows into the tensors of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import torch
from jaxtyping import Float32
from torch import Tensor

from trainer.teaching.cache import TeacherLogits
from trainer.windows import TrainingWindow, answer_tokens, pad_training_windows, target_shares


class BatchPart(StrEnum):
    """Names of the tensors that are not inputs of the model."""

    TARGETS = "targets"
    ANSWER_TOKENS = "answer_tokens"
    TEACHER_LOGITS = "teacher_logits"
    TYPE_IDS = "type_ids"
    """For a teacher that runs on the same batch and takes them, though the student does not."""


@dataclass(frozen=True, slots=True)
class Collator:
    """Batches windows, with their targets and the teacher's logits."""

    padding_id: int
    takes_type_ids: bool
    length: int | None = None
    """Tokens that every window is padded to; None pads to the longest of a batch."""
    is_haystack: bool = False
    """Whether any position may be learnt as an answer, as in Haystack, or answer tokens only."""
    teacher: TeacherLogits | None = None

    def __call__(self, windows: Sequence[TrainingWindow]) -> dict[str, Tensor]:
        """The batch as transformers' Trainer wants it."""
        padded = pad_training_windows(windows, padding_id=self.padding_id, length=self.length)
        tokens = padded.token_ids.shape[1]
        allowed = answer_tokens(windows, tokens=tokens)
        batch = {
            "input_ids": padded.token_ids,
            "attention_mask": padded.is_token.long(),
            BatchPart.TARGETS: target_shares(windows, tokens=tokens),
            BatchPart.ANSWER_TOKENS: torch.ones_like(allowed) if self.is_haystack else allowed,
            BatchPart.TYPE_IDS: padded.type_ids,
        }
        if self.takes_type_ids:
            batch["token_type_ids"] = padded.type_ids
        if self.teacher is not None:
            batch[BatchPart.TEACHER_LOGITS] = _teacher_logits(self.teacher, windows, tokens=tokens)
        return batch


def _teacher_logits(
    teacher: TeacherLogits, windows: Sequence[TrainingWindow], *, tokens: int
) -> Float32[Tensor, "window token side"]:
    """The teacher's logits by window id; 0 at padding of which none were kept."""
    logits = torch.zeros(len(windows), tokens, 2)
    kept = teacher.logits_of([window.id for window in windows])
    for row, known in zip(logits, kept, strict=True):
        row[: len(known)] = torch.from_numpy(known.astype("f4"))
    return logits
