"""The log of transformers' Trainer to the facts of a stage."""

from collections.abc import Mapping

from transformers import TrainerState

from qareport.evaluation.training_json import DevelopmentPoint, LossPoint
from trainer.fitting.distiller import EXACT, F1, PART_PREFIX


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
