"""Disk and memory must hold the run."""

from dataclasses import replace
from pathlib import Path

from tests.trainer.planning.planning_builders import ANYWHERE, labelled, recipe, undertaking
from trainer.planning.checks.room import check_disk, check_memory
from trainer.planning.needs import disk_needs, memory_need

FOLDER = Path("runs/mine")


def test_a_disk_that_just_holds_the_run_passes() -> None:
    needed = disk_needs(undertaking()).total
    room = replace(ANYWHERE, folder=FOLDER, disk_bytes=needed)

    assert list(check_disk(undertaking(room=room))) == []


def test_a_disk_that_is_too_small_is_refused() -> None:
    needs = disk_needs(undertaking())
    room = replace(ANYWHERE, folder=FOLDER, disk_bytes=needs.total - 1)

    [failure] = list(check_disk(undertaking(room=room)))

    assert failure == (
        f"runs/mine: the run needs {needs.total} bytes (64 for the teacher's logits, "
        f"{needs.checkpoints} for checkpoints, {needs.models} for models) and {needs.total - 1} "
        "are free; free some, or name a folder on another disk"
    )


def test_a_memory_that_just_holds_the_run_passes() -> None:
    run = undertaking()
    fittings = run.fittings
    needed = max(memory_need(run, fitting) for fitting in fittings)

    assert list(check_memory(undertaking(room=replace(ANYWHERE, memory_bytes=needed)))) == []


def test_a_memory_that_is_too_small_is_refused() -> None:
    run = undertaking(plan=recipe(baseline=False), room=replace(ANYWHERE, memory_bytes=1000))
    [fitting] = run.fittings

    [failure] = list(check_memory(run))

    assert failure == (
        f"student 1: needs about {memory_need(run, fitting)} bytes of memory and the device has "
        "1000; lower micro_batch_size, or set gradient_checkpointing = true"
    )


def test_what_is_not_known_is_not_checked() -> None:
    assert list(check_disk(undertaking())) == []
    assert list(check_memory(undertaking())) == []


def test_memory_is_not_checked_without_windows() -> None:
    room = replace(ANYWHERE, memory_bytes=1)

    assert list(check_memory(undertaking(windows=labelled(left_out=1), room=room))) == []
