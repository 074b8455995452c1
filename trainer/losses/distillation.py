"""Computes losses from start and end logits, against right answers and a teacher's logits.

A student is trained on a weighted sum of both, after Hinton et al. (2015), "Distilling the
Knowledge in a Neural Network", as Haystack 1 applied it to spans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from trainer.errors import RecipeError
from trainer.losses.masked_mean import at_least_float32, mean_square


@runtime_checkable
class LogitLoss(Protocol):
    """Computes how far a student's logits are from its teacher's."""

    def __call__(
        self, student: Tensor, teacher: Tensor, answer_tokens: Tensor, *, temperature: float
    ) -> Tensor:
        """The mean over windows, a scalar; only answer tokens take part."""
        ...


@dataclass(frozen=True, slots=True)
class TeacherLoss:
    """A loss against the teacher, as a recipe may name it."""

    function: LogitLoss
    meaning: str
    """What is compared, for those who list the names."""
    weight_factor: float = 1.0
    """What a recipe's weight is multiplied by."""


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Weight of each loss in the total."""

    soft: float
    """Of the loss against the teacher."""
    hard: float
    """Of the loss against the right answers."""


def preset_weights(distillation_loss_weight: float, loss: str) -> LossWeights:
    """The weights that keep the balance which Haystack 1 strikes with its one weight.

    Raises:
        RecipeError: the weight is not from 0 to 1.
    """
    if not 0 <= distillation_loss_weight <= 1:
        raise RecipeError(
            f"distillation_loss_weight is {distillation_loss_weight}; it must be from 0 to 1"
        )
    return LossWeights(
        soft=TEACHER_LOSSES[loss].weight_factor * distillation_loss_weight,
        hard=1 - distillation_loss_weight,
    )


def label_loss(
    logits: Float[Tensor, "window token side"],
    targets: Float[Tensor, "window token side"],
    answer_tokens: Bool[Tensor, "window token"],
) -> Float[Tensor, ""]:
    """Mean cross-entropy over windows and both sides, in nats.

    Only answer tokens take part; a target on another token is impossible, its loss infinite.
    """
    log_probabilities = _log_probabilities(logits, answer_tokens, temperature=1.0)
    # Chosen by the target, for 0 times the -inf of a masked token would be NaN.
    surprises = torch.where(targets > 0, -targets * log_probabilities, 0)
    return surprises.sum(dim=1).mean()


def kl_loss(
    student: Float[Tensor, "window token side"],
    teacher: Float[Tensor, "window token side"],
    answer_tokens: Bool[Tensor, "window token"],
    *,
    temperature: float,
) -> Float[Tensor, ""]:
    """Mean KL(teacher || student) over windows and both sides, times temperature².

    Both are softened by the temperature. Only answer tokens take part.
    """
    student_logs = _log_probabilities(student, answer_tokens, temperature=temperature)
    teacher_logs = _log_probabilities(teacher, answer_tokens, temperature=temperature)
    # Masked tokens are -inf on both sides, and their difference NaN.
    ratios = (teacher_logs - student_logs).masked_fill(~answer_tokens[..., None], 0)
    divergences = (teacher_logs.exp() * ratios).sum(dim=1)  # (window, side)
    # Softening shrinks gradients by 1/temperature²; the factor keeps them on the hard loss's scale.
    return divergences.mean() * temperature**2


def mse_loss(
    student: Float[Tensor, "window token side"],
    teacher: Float[Tensor, "window token side"],
    answer_tokens: Bool[Tensor, "window token"],
    *,
    temperature: float,  # noqa: ARG001 - all losses have one signature
) -> Float[Tensor, ""]:
    """Mean over windows of the mean square difference at answer tokens, start and end alike.

    Temperature has no effect: dividing both logits by it and the loss by 1/temperature² cancel.
    """
    differences = at_least_float32(student) - at_least_float32(teacher)
    return mean_square(differences, answer_tokens[..., None])


# Haystack sums the KL of start and end, of which `kl_loss` is the mean, but averages its "mse".
TEACHER_LOSSES: Mapping[str, TeacherLoss] = {
    "kl": TeacherLoss(kl_loss, "divergence of softened distributions", weight_factor=2.0),
    "mse": TeacherLoss(mse_loss, "squared differences of logits, whatever the temperature"),
}
"""Losses against the teacher, by their names in recipes."""


def _log_probabilities(
    logits: Float[Tensor, "window token side"],
    answer_tokens: Bool[Tensor, "window token"],
    *,
    temperature: float,
) -> Float[Tensor, "window token side"]:
    """Log-probabilities of start and end; -inf at tokens that no answer may name."""
    softened = at_least_float32(logits) / temperature
    return softened.masked_fill(~answer_tokens[..., None], -torch.inf).log_softmax(dim=1)
