"""Averages the parts of the loss for the log, and reads loss and score curves from it."""

from collections.abc import Mapping

from torch import Tensor
from transformers import TrainerState

from qareport.evaluation.training_json import DevelopmentPoint, LossPoint

PART_PREFIX = "loss_"
"""Of the parts of a loss in the log."""
EXACT = "eval_exact"
F1 = "eval_f1"
"""Names of scores in the log, in percent."""


class PartMeans:
    """Averages the parts of the loss between two log entries."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._updates = 0.0

    def add(self, parts: Mapping[str, Tensor], *, share: float) -> None:
        """Adds the parts of a micro-batch that is this share of an update."""
        for name, part in parts.items():
            self._sums[name] = self._sums.get(name, 0) + share * part.detach()
        self._updates += share

    def take(self) -> Mapping[str, Tensor]:
        """The mean of each part over the updates, and a new start."""
        means = {name: total / self._updates for name, total in self._sums.items()}
        self._sums, self._updates = {}, 0.0
        return means


def loss_curve(state: TrainerState) -> tuple[LossPoint, ...]:
    """The losses that were logged, in order."""
    return tuple(_loss_point(entry) for entry in state.log_history if "loss" in entry)


def development_curve(state: TrainerState) -> tuple[DevelopmentPoint, ...]:
    """The scores on development data, in order."""
    return tuple(
        DevelopmentPoint(int(entry["step"]), entry[EXACT], entry[F1])
        for entry in state.log_history
        if F1 in entry
    )


def _loss_point(entry: Mapping[str, float]) -> LossPoint:
    return LossPoint(
        update=int(entry["step"]),
        loss=entry["loss"],
        parts={
            key.removeprefix(PART_PREFIX): value
            for key, value in entry.items()
            if key.startswith(PART_PREFIX)
        },
        learning_rate=entry["learning_rate"],
        gradient_norm=entry.get("grad_norm"),
    )
