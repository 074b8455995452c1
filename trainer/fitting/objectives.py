"""Computes the parts of a student's loss for a batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float32
from torch import Tensor
from torch.nn import Module

from trainer.fitting.batching import BatchPart
from trainer.losses.distillation import TEACHER_LOSSES, LossWeights, label_loss

Batch = Mapping[str, Tensor]
"""A collator's output: inputs of the model, and the tensors that `BatchPart` names."""
Objective = Callable[[Module, Batch], Mapping[str, Tensor]]
"""Computes the weighted parts of the loss, whose sum is minimised."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The right spans, and no teacher: plain fine-tuning."""

    def __call__(self, model: Module, batch: Batch) -> Mapping[str, Tensor]:
        """The cross-entropy of the right tokens."""
        logits = span_logits(model, batch)
        return {
            "labels": label_loss(logits, batch[BatchPart.TARGETS], batch[BatchPart.ANSWER_TOKENS])
        }


@dataclass(frozen=True, slots=True)
class TeacherLogitsAndLabels:
    """The right spans, and the teacher's logits of every token: Hinton et al. 2015."""

    loss: str
    """Name of the loss against the teacher."""
    temperature: float
    weights: LossWeights

    def __call__(self, model: Module, batch: Batch) -> Mapping[str, Tensor]:
        """The cross-entropy of the right tokens, and the distance from the teacher."""
        logits, allowed = span_logits(model, batch), batch[BatchPart.ANSWER_TOKENS]
        distance = TEACHER_LOSSES[self.loss].function(
            logits, batch[BatchPart.TEACHER_LOGITS], allowed, temperature=self.temperature
        )
        return {
            "labels": self.weights.hard * label_loss(logits, batch[BatchPart.TARGETS], allowed),
            "teacher": self.weights.soft * distance,
        }


def span_logits(model: Module, batch: Batch) -> Float32[Tensor, "window token side"]:
    """Start and end logit of every token."""
    output = model(**model_inputs(batch))
    return torch.stack([output.start_logits, output.end_logits], dim=-1).float()


def model_inputs(batch: Batch) -> dict[str, Tensor]:
    """The tensors of a batch that the model reads."""
    return {name: tensor for name, tensor in batch.items() if name not in set(BatchPart)}
