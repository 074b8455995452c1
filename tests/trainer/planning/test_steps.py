"""Each step of a run is planned with what it reads, learns and computes."""

from collections.abc import Mapping, Sequence

import pytest

from qareport.inference.options import AUTO
from tests.trainer.planning.planning_builders import (
    labelled,
    outline,
    planned_run,
    recipe,
    teacher_like,
    window,
)
from trainer.planning.costs import forward_flops, measure_size, training_flops
from trainer.planning.padded_tokens import TokenLoad, UpdateCount
from trainer.planning.planned_run import PlannedRun
from trainer.planning.steps import FittingStep, MeasuredWindows, Step, plan_steps
from trainer.recipe import Training

STUDENT = outline("bert")
TEACHER = outline("bert", name="teacher", num_hidden_layers=4)
WINDOWS = labelled(window("q1", 8), window("q2", 6))
MEASURED = MeasuredWindows(evaluation=(10, 10, 5), development=())
DATA = {"train": [{"source": "train.json"}], "evaluation": {"source": "dev.json"}}


def steps_of(run: PlannedRun, measured: MeasuredWindows = MEASURED) -> Sequence[Step]:
    """The steps of a run whose models read 20 tokens at once."""
    return plan_steps(run, measured, batch_tokens=20)


def fitting_of(run: PlannedRun, measured: MeasuredWindows = MEASURED) -> FittingStep:
    """The first fitting of a run."""
    return next(step for step in steps_of(run, measured) if isinstance(step, FittingStep))


def run_with(training: Mapping[str, object], **sections: object) -> PlannedRun:
    """A run of a student and a teacher twice as deep on two windows of 8 and 6 tokens."""
    plan = recipe(distillation={"training": training}, **sections)
    return planned_run(plan=plan, student=STUDENT, teacher=TEACHER, windows=WINDOWS)


def test_the_teacher_is_scored_before_anything_is_learnt_from_it() -> None:
    assert [step.name for step in steps_of(run_with({}))] == [
        "scores of the teacher",
        "teacher's logits",
        "student 1",
        "scores of the student",
        "baseline 1",
        "scores of the baseline",
    ]


def test_a_tuned_teacher_comes_first_and_its_logits_after_the_layers() -> None:
    plan = recipe(teacher={"model": "teacher", "tuning": {}}, intermediate={}, baseline=False)
    run = planned_run(plan=plan, layer_teacher=teacher_like(STUDENT))

    assert [step.name for step in steps_of(run)] == [
        "teacher 1",
        "scores of the teacher",
        "student 1",
        "teacher's logits",
        "student 2",
        "scores of the student",
    ]


def test_a_fitting_learns_from_all_windows_in_all_epochs() -> None:
    fitting = fitting_of(run_with({"batch_size": 1, "epochs": 3}))

    epoch = TokenLoad(windows=2, tokens=14, squared_tokens=64 + 36)
    assert (fitting.windows, fitting.tokens_per_epoch) == (2, 14)
    assert fitting.updates == UpdateCount(per_epoch=2, updates=6)
    assert fitting.operations.learning == 3 * training_flops(
        measure_size(STUDENT.model), epoch, Training()
    )
    assert fitting.flops == fitting.operations.learning


def test_a_part_of_an_epoch_is_a_part_of_its_operations() -> None:
    whole = fitting_of(run_with({"batch_size": 1, "epochs": 1}))
    half = fitting_of(run_with({"batch_size": 1, "epochs": 0.5}))

    assert half.updates.updates == 1
    assert half.flops == pytest.approx(whole.flops / 2)


def test_haystack_pads_what_is_learnt_and_read_but_not_what_is_scored() -> None:
    windows = {"max_seq_length": 64, "doc_stride": 16, "stride": "step"}
    scores, logits, student, *_ = steps_of(
        run_with({"batch_size": 1}, fidelity="haystack", windows=windows)
    )

    assert isinstance(student, FittingStep)
    assert student.tokens_per_epoch == 2 * 64
    assert not isinstance(logits, FittingStep)
    assert not isinstance(scores, FittingStep)
    assert (logits.tokens, scores.tokens) == (2 * 64, 10 + 10 + 5)
    assert (logits.precision, scores.precision) == ("float32", AUTO)


def test_the_teacher_reads_every_window_once_for_its_logits() -> None:
    _, logits, *_ = steps_of(run_with({}))

    load = TokenLoad(windows=2, tokens=16, squared_tokens=128)
    assert logits.flops == forward_flops(measure_size(TEACHER.model), load)
    assert logits.precision == AUTO


def test_a_teacher_of_layers_reads_every_batch_along() -> None:
    plan = recipe(intermediate={"training": {"batch_size": 1, "epochs": 2}})
    run = planned_run(plan=plan, student=STUDENT, windows=WINDOWS, layer_teacher=TEACHER)

    fitting = fitting_of(run)

    load = TokenLoad(windows=4, tokens=28, squared_tokens=200)
    assert fitting.operations.teacher == forward_flops(measure_size(TEACHER.model), load)
    assert fitting.flops == fitting.operations.learning + fitting.operations.teacher


def test_copies_of_windows_are_learnt_as_well() -> None:
    augmentation = {"model": "words", "copies": 9}
    plan = recipe(
        data={**DATA, "augmentation": augmentation},
        intermediate={"augmented": True, "training": {"batch_size": 2, "epochs": 1}},
    )
    run = planned_run(plan=plan, student=STUDENT, windows=WINDOWS, layer_teacher=TEACHER)

    fitting = fitting_of(run)

    assert (fitting.windows, fitting.tokens_per_epoch) == (20, 10 * 16)
    assert fitting.updates.updates == 10


def test_scores_on_development_data_are_counted_each_time() -> None:
    training = {"batch_size": 1, "epochs": 5, "save_every": 2, "evaluate_every": 4}
    run = run_with(training, data={**DATA, "development": {"source": "development.json"}})

    fitting = fitting_of(run, MeasuredWindows(evaluation=(), development=(7,)))

    load = TokenLoad(windows=1, tokens=7, squared_tokens=49)
    assert fitting.updates.updates == 10
    assert fitting.operations.scoring == 2 * forward_flops(measure_size(STUDENT.model), load)


def test_the_checkpoints_of_a_fitting_are_counted() -> None:
    weights = STUDENT.model.num_parameters()

    assert fitting_of(run_with({})).checkpoint_bytes == 3 * 4 * weights
