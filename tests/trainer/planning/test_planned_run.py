"""A recipe's fittings are known beforehand, and so is the room for them."""

from dataclasses import replace
from pathlib import Path

import torch

from tests.trainer.planning.planning_builders import (
    labelled,
    outline,
    planned_run,
    recipe,
    teacher_like,
    window,
)
from trainer.planning.planned_run import PlannedFitting, find_resources, memory_bytes
from trainer.recipe import Recipe

AUGMENTED = {
    "train": [{"source": "train.json"}],
    "evaluation": {"source": "dev.json"},
    "augmentation": {"model": "words", "copies": 20},
}

TERABYTE = 10**12
"""Of a file with a hole, which takes no room; more than disks of tests have."""


def fittings_of(plan: Recipe) -> tuple[PlannedFitting, ...]:
    """Those of a student, its teacher, and one for its layers where the recipe wants it."""
    student = outline("bert")
    layer_teacher = None if plan.intermediate is None else teacher_like(student, "deep")
    return planned_run(plan=plan, student=student, layer_teacher=layer_teacher).fittings


def names(plan: Recipe) -> list[tuple[str, str, str | None]]:
    """The fittings of a recipe, who learns in them, and who reads along."""
    return [
        (fitting.name, fitting.learner.name, fitting.teacher.name if fitting.teacher else None)
        for fitting in fittings_of(plan)
    ]


def test_student_and_baseline_learn_in_the_same_way() -> None:
    plan = recipe(distillation={"training": {"batch_size": 7}})

    student, baseline = fittings_of(plan)

    assert (student.name, baseline.name) == ("student 1", "baseline 1")
    assert student.training == baseline.training
    assert student.training.batch_size == 7


def test_every_fitting_of_a_recipe_is_planned_in_order() -> None:
    plan = recipe(teacher={"model": "teacher", "tuning": {}}, intermediate={}, baseline=False)

    assert names(plan) == [
        ("teacher 1", "teacher", None),
        ("student 1", "student", "deep"),
        ("student 2", "student", None),
    ]


def test_only_stages_that_ask_for_them_learn_from_copies() -> None:
    asking = recipe(data=AUGMENTED, intermediate={"augmented": True})
    other = recipe(data=AUGMENTED, intermediate={})

    copies = [[fitting.copies for fitting in fittings_of(plan)] for plan in (asking, other)]

    assert copies == [[21, 1, 1], [1, 1, 1]]


def test_a_teacher_with_data_of_its_own_learns_from_that_alone() -> None:
    own = labelled(window("t1"), window("t2"), window("t3"))
    plan = recipe(teacher={"model": "teacher", "tuning": {}, "train": [{"source": "own.json"}]})

    teacher, student, _ = replace(planned_run(plan=plan), teachers_own=own).fittings

    assert [len(fitting.windows) for fitting in (teacher, student)] == [3, 2]


def test_the_disk_is_that_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    resources = find_resources(tmp_path / "runs/mine")

    assert resources.disk_bytes is not None
    assert resources.disk_bytes > 0
    assert resources.processes == 1


def test_what_a_run_has_written_is_room_for_it(tmp_path: Path) -> None:
    sparse = tmp_path / "work" / "checkpoint"
    sparse.parent.mkdir()
    with sparse.open("wb") as file:
        file.truncate(TERABYTE)

    assert (find_resources(tmp_path).disk_bytes or 0) > TERABYTE


def test_without_a_folder_no_disk_is_known() -> None:
    assert find_resources(None).disk_bytes is None


def test_the_memory_of_this_machine_is_known_and_of_no_strange_device() -> None:
    assert (memory_bytes(torch.device("cpu")) or 0) > 1_000_000
    assert memory_bytes(torch.device("meta")) is None
