"""Disk and memory must hold the run."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.trainer.planning.planning_builders import ANYWHERE, labelled, recipe, undertaking
from trainer.planning.checks.room import check_disk, check_memory, check_sharing
from trainer.planning.needs import disk_needs, memory_need
from trainer.planning.undertaking import SPLITTING_FLAGS, find_room

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


def test_checkpoints_are_not_scored_where_no_process_has_the_whole_model() -> None:
    dev = {"source": "dev.json"}
    scored = recipe(
        data={"train": [dev], "evaluation": dev, "development": dev},
        distillation={"training": {"save_every": 10, "evaluate_every": 10}},
    )
    split = replace(ANYWHERE, splits_models=True)

    failures = list(check_sharing(undertaking(plan=scored, room=split)))

    assert [failure.partition(":")[0] for failure in failures] == ["student 1", "baseline 1"]
    assert list(check_sharing(undertaking(plan=scored))) == []
    assert list(check_sharing(undertaking(room=split))) == []


@pytest.mark.parametrize("flag", SPLITTING_FLAGS)
def test_the_launcher_says_whether_models_are_split(
    flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find_room(None).splits_models
    monkeypatch.setenv(flag, "true")

    assert not before
    assert find_room(None).splits_models
