"""Estimates the disk and the device memory that a run needs."""

from dataclasses import dataclass

from trainer.fitting.arguments import KEPT_CHECKPOINTS
from trainer.planning.costs import (
    attention_bytes,
    checkpoint_bytes,
    measure_size,
    training_bytes,
    weight_bytes,
)
from trainer.planning.padded_tokens import count_updates
from trainer.planning.planned_run import PlannedFitting, PlannedRun
from trainer.teaching.cache import cache_bytes


@dataclass(frozen=True, slots=True)
class DiskNeeds:
    """What a run leaves on the disk, in bytes."""

    teacher_logits: int
    checkpoints: int
    models: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.teacher_logits + self.checkpoints + self.models


def disk_needs(run: PlannedRun) -> DiskNeeds:
    """What a run leaves on the disk when all its fittings have kept all checkpoints they may.

    Raises:
        CacheError: a window is longer than it is padded to.
    """
    windows = run.labelled.windows
    fittings = run.fittings
    # A role is saved once, after its last fitting.
    learners = {fitting.role: fitting.learner for fitting in fittings}
    return DiskNeeds(
        teacher_logits=cache_bytes(windows, length=run.recipe.padded_length),
        checkpoints=sum(fitting_bytes(fitting) for fitting in fittings),
        models=sum(weight_bytes(measure_size(learner.model)) for learner in learners.values()),
    )


def fitting_bytes(fitting: PlannedFitting) -> int:
    """Bytes of all checkpoints of a fitting that are there together."""
    windows = fitting.copies * len(fitting.windows)
    updates = count_updates(windows, fitting.training).updates
    saved = -(-updates // fitting.training.save_every)
    return min(saved, KEPT_CHECKPOINTS) * checkpoint_bytes(measure_size(fitting.learner.model))


def memory_need(run: PlannedRun, fitting: PlannedFitting) -> int:
    """Roughly, the bytes of a device's memory that one process of a fitting needs.

    The teacher stays in it all the time, for its logits.
    """
    training = fitting.training
    longest = max(len(window.token_ids) for window in fitting.windows)
    length = run.recipe.padded_length or longest
    size = measure_size(fitting.learner.model)
    at_once = min(
        training.micro_batch_size or training.batch_size,
        -(-training.batch_size // run.resources.processes),
    )
    learning = training_bytes(size, at_once * length, training)
    if run.resources.keeps_attention:
        learning += attention_bytes(size, at_once * length**2, training)
    teachers = [run.models.teacher, *([fitting.teacher] if fitting.teacher else [])]
    return learning + sum(weight_bytes(measure_size(teacher.model)) for teacher in teachers)
