"""Refuses runs for which disk, memory or the way of sharing a model is not fit."""

from collections.abc import Iterator

from trainer.planning.needs import disk_needs, memory_need
from trainer.planning.undertaking import Undertaking


def check_disk(undertaking: Undertaking) -> Iterator[str]:
    """What the run leaves on a disk that cannot take it."""
    needs, free = disk_needs(undertaking), undertaking.room.disk_bytes
    if free is not None and free < needs.total:
        yield (
            f"{undertaking.room.folder}: the run needs {needs.total} bytes "
            f"({needs.teacher_logits} for the teacher's logits, {needs.checkpoints} for "
            f"checkpoints, {needs.models} for models) and {free} are free; free some, or name a "
            "folder on another disk"
        )


def check_memory(undertaking: Undertaking) -> Iterator[str]:
    """Fittings that the memory of the device cannot hold."""
    memory = undertaking.room.memory_bytes
    if memory is None or not undertaking.labelled.windows:
        return
    for fitting in undertaking.fittings:
        needed = memory_need(undertaking, fitting)
        if memory < needed:
            yield (
                f"{fitting.name}: needs about {needed} bytes of memory and the device has "
                f"{memory}; lower micro_batch_size, or set gradient_checkpointing = true"
            )


def check_sharing(undertaking: Undertaking) -> Iterator[str]:
    """Fittings that score checkpoints where no process has the whole model."""
    if not undertaking.room.splits_models:
        return
    for fitting in undertaking.fittings:
        if fitting.training.evaluate_every is not None:
            yield (
                f"{fitting.name}: evaluate_every scores a checkpoint in one process, and under "
                "FSDP and DeepSpeed none has the whole model; leave it out"
            )
