"""A model must have the positions, layers and head for what the recipe asks of it."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from torch import nn

from tests.tiny_models import Setting
from tests.trainer.planning.planning_builders import (
    changed,
    outline,
    planned_run,
    recipe,
    teacher_like,
)
from trainer.planning.checks.models import (
    check_batches,
    check_layers,
    check_learners,
    check_positions,
)
from trainer.planning.planned_run import PlannedRun, Resources

DEFAULT: Mapping[str, object] = MappingProxyType({})
MEND = "choose a student whose layers do, or distil from the logits alone"


def intermediate(
    settings: Mapping[str, Setting], stage: Mapping[str, object] = DEFAULT, *, family: str = "bert"
) -> PlannedRun:
    """A run with one intermediate stage, whose teacher differs from the student by settings."""
    return planned_run(
        plan=recipe(intermediate=stage),
        student=outline(family),
        layer_teacher=changed(outline(family, name="big"), settings),
    )


def test_windows_within_the_positions_pass() -> None:
    plan = recipe(windows={"max_seq_length": 512})

    assert list(check_positions(planned_run(plan=plan, student=outline("roberta")))) == []


def test_windows_longer_than_a_model_can_take_are_refused() -> None:
    student = outline("bert", max_position_embeddings=100)
    plan = recipe(windows={"max_seq_length": 384})
    run = planned_run(plan=plan, student=student, teacher=outline("bert", name="big"))

    assert list(check_positions(run)) == [
        "student 'student': takes 100 tokens and windows.max_seq_length is 384; lower it to 100"
    ]


def test_each_teacher_has_its_positions_checked() -> None:
    student = outline("bert")
    teacher = outline("bert", name="short", max_position_embeddings=50)

    assert list(check_positions(planned_run(student=student, teacher=teacher))) == [
        "teacher 'short': takes 50 tokens and windows.max_seq_length is 64; lower it to 50"
    ]


def test_positions_without_limit_pass() -> None:
    plan = recipe(windows={"max_seq_length": 5000})

    assert list(check_positions(planned_run(plan=plan, student=outline("xlnet")))) == []


def test_without_an_intermediate_stage_no_layers_are_compared() -> None:
    run = planned_run(teacher=outline("bert", name="odd", num_hidden_layers=3))

    assert list(check_layers(run)) == []


def test_layers_that_divide_pass() -> None:
    assert list(check_layers(intermediate({"num_hidden_layers": 4}))) == []


@pytest.mark.parametrize(
    ("settings", "stage", "failure"),
    [
        (
            {"num_hidden_layers": 3},
            {},
            f"the student's 2 layers do not divide the teacher's 3; {MEND}",
        ),
        (
            {"num_attention_heads": 4},
            {},
            (
                "the student has 2 attention heads and the teacher 4; choose a student with 4 "
                "heads, or set the attention weight to 0"
            ),
        ),
        (
            {"hidden_size": 64},
            {"projections": "identity"},
            (
                "the student's hidden states are 32 wide and the teacher's 64, so none is the "
                "other's without a map; choose the projections 'per_level' or 'shared'"
            ),
        ),
    ],
)
def test_layers_that_do_not_match_are_refused(
    settings: dict[str, Setting], stage: dict[str, object], failure: str
) -> None:
    run = intermediate(settings, stage)

    assert list(check_layers(run)) == [f"intermediate stage with teacher 'big': {failure}"]


def test_heads_may_differ_where_attention_has_no_weight() -> None:
    run = intermediate({"num_attention_heads": 4}, {"attention_weight": 0})

    assert list(check_layers(run)) == []


def test_widths_may_differ_where_they_are_projected() -> None:
    assert list(check_layers(intermediate({"hidden_size": 64}))) == []


def test_attention_of_an_unknown_kind_is_refused() -> None:
    failures = list(check_layers(intermediate({}, family="mpnet")))

    assert len(failures) == 1
    assert "attention scores of the family 'mpnet' are not known" in failures[0]


def test_a_plain_head_passes() -> None:
    assert list(check_learners(planned_run())) == []


def test_a_student_with_two_heads_is_refused() -> None:
    student = outline("bert")
    teacher = teacher_like(outline("bert"))
    student.model.second = nn.Linear(32, 2)

    [failure] = list(check_learners(planned_run(student=student, teacher=teacher)))

    assert failure == (
        "student: BertForQuestionAnswering: has 2 layers of start and end logits beside its body; "
        "choose a student with a plain head for question answering"
    )


def test_a_batch_that_processes_can_share_passes() -> None:
    assert list(check_batches(planned_run())) == []


def test_a_batch_that_processes_cannot_share_is_refused() -> None:
    resources = Resources(folder=None, disk_bytes=None, memory_bytes=None, processes=3)

    failures = list(check_batches(planned_run(resources=resources)))

    assert [failure.partition(":")[0] for failure in failures] == ["student 1", "baseline 1"]
    assert "batch_size 32 cannot be shared out evenly among 3 processes" in failures[0]
