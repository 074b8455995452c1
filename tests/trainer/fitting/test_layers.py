"""A student comes near to its teacher's layers, by maps that are trained and then gone."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from qareport.inference.loading.models import takes_type_ids
from tests.fitting_builders import (
    changed,
    fit_quietly,
    same_weights,
    tiny_model,
    training_windows,
    weights_of,
)
from trainer.errors import PreflightError
from trainer.fitting.batching import Collator
from trainer.fitting.distiller import Fitting
from trainer.fitting.layers import PROJECTIONS, comparing_layers
from trainer.losses.projections import ProjectionForm
from trainer.recipe import IntermediateStage

WINDOWS = training_windows(6)
STAGE = IntermediateStage(training=changed())


def parts_of(
    student: PreTrainedModel, teacher: PreTrainedModel, stage: IntermediateStage = STAGE
) -> Mapping[str, Tensor]:
    """The parts of the loss of one batch."""
    batch = Collator(0, takes_type_ids(student))(WINDOWS)
    with comparing_layers(student, teacher, stage, seed=42) as objective:
        return objective(student, batch)


def test_parts_are_weighted_apart() -> None:
    student, teacher = tiny_model(), tiny_model(seed=1, layers=4)
    stage = IntermediateStage(hidden_weight=3.0, attention_weight=0.5)

    plain, weighted = parts_of(student, teacher), parts_of(student, teacher, stage)

    assert set(plain) == {"hidden", "attention"}
    assert weighted["hidden"].item() == pytest.approx(3 * plain["hidden"].item())
    assert weighted["attention"].item() == pytest.approx(0.5 * plain["attention"].item())


def test_copy_of_the_teacher_has_nothing_to_learn() -> None:
    stage = IntermediateStage(projections="identity")

    parts = parts_of(tiny_model(), tiny_model(), stage)

    assert {name: part.item() for name, part in parts.items()} == {"hidden": 0, "attention": 0}


def test_attention_without_weight_is_not_looked_at() -> None:
    teacher = tiny_model(seed=1)
    teacher.config.num_attention_heads = 16

    parts = parts_of(tiny_model(), teacher, IntermediateStage(attention_weight=0.0))

    assert set(parts) == {"hidden"}


def test_teacher_with_types_teaches_a_student_without() -> None:
    teacher = tiny_model("bert", seed=1)

    assert parts_of(tiny_model("distilbert"), teacher)["hidden"].isfinite()
    assert parts_of(teacher, tiny_model("distilbert"))["hidden"].isfinite()


def test_teacher_has_neither_dropout_nor_gradients() -> None:
    teacher = tiny_model(seed=1, dropout=0.5).train()
    student = tiny_model()

    parts = parts_of(student, teacher)

    torch.autograd.backward(parts["hidden"])
    assert all(weight.grad is None for weight in teacher.parameters())
    assert torch.equal(parts_of(student, teacher)["hidden"], parts["hidden"])


@pytest.mark.parametrize(("form", "maps"), [("per_level", 3), ("shared", 1), ("identity", 0)])
def test_projections_are_a_part_of_the_student_while_it_learns(
    form: ProjectionForm, maps: int
) -> None:
    student = tiny_model()
    before = weights_of(student)

    with comparing_layers(
        student, tiny_model(seed=1), IntermediateStage(projections=form), seed=42
    ):
        added = set(weights_of(student)) - set(before)
        assert len(added) == 2 * maps
        assert all(name.startswith(PROJECTIONS) for name in added)
        assert not any(
            weight.requires_grad for weight in student.get_submodule("qa_outputs").parameters()
        )

    assert same_weights(weights_of(student), before)
    assert all(weight.requires_grad for weight in student.parameters())


def test_seed_alone_decides_the_first_projections() -> None:
    def draw(seed: int) -> Mapping[str, Tensor]:
        student = tiny_model()
        torch.rand(seed)
        with comparing_layers(student, tiny_model(seed=1), STAGE, seed=seed):
            return weights_of(student)

    assert same_weights(draw(1), draw(1))
    assert not same_weights(draw(1), draw(2))


def test_student_learns_all_of_its_body_and_nothing_of_its_head(tmp_path: Path) -> None:
    student = tiny_model()
    before = weights_of(student)

    with comparing_layers(student, tiny_model(seed=1, layers=4), STAGE, seed=42) as objective:
        fitting = Fitting(
            "s", STAGE.training, objective, Collator(0, takes_type_ids=True), 42, is_haystack=False
        )
        first = weights_of(student.get_submodule(PROJECTIONS))
        facts = fit_quietly(student, WINDOWS, fitting, tmp_path)
        projections = weights_of(student.get_submodule(PROJECTIONS))

    after = weights_of(student)
    same = {name for name, weight in after.items() if torch.equal(weight, before[name])}
    assert {name.split(".")[0] for name in same} == {"qa_outputs"}
    assert after.keys() == before.keys()
    # Haystack made its maps after the optimiser, so they stayed as they were drawn.
    assert not any(torch.equal(projections[name], first[name]) for name in first)
    losses = [point.loss for point in facts.loss_curve]
    assert losses == sorted(losses, reverse=True)


def test_activations_computed_twice_give_the_same_gradients() -> None:
    gradients = []
    for is_checkpointing in (False, True):
        student = tiny_model().train()
        if is_checkpointing:
            student.activation_checkpointing_enable()
        torch.autograd.backward(list(parts_of(student, tiny_model(seed=1)).values()))
        gradients.append({name: weight.grad for name, weight in student.named_parameters()})

    for name, gradient in gradients[0].items():
        assert (gradient is None) == (gradients[1][name] is None)
        if gradient is not None:
            torch.testing.assert_close(gradient, gradients[1][name])


def test_student_can_answer_while_it_compares_layers() -> None:
    student = tiny_model()
    batch = Collator(0, takes_type_ids=True)(WINDOWS)
    plain = student(input_ids=batch["input_ids"]).start_logits

    with comparing_layers(student, tiny_model(seed=1), STAGE, seed=42):
        output = student(input_ids=batch["input_ids"])

    assert torch.equal(output.start_logits, plain)


def test_layers_that_do_not_divide_are_refused_before_anything_is_changed() -> None:
    student = tiny_model(layers=2)

    with (
        pytest.raises(PreflightError, match="student's 2 layers do not divide the teacher's 3"),
        comparing_layers(student, tiny_model(layers=3), STAGE, seed=42),
    ):
        pass

    assert PROJECTIONS not in dict(student.named_children())


def test_heads_that_differ_are_refused() -> None:
    teacher = tiny_model(seed=1)
    teacher.config.num_attention_heads = 16

    with (
        pytest.raises(PreflightError, match="the student has 2 attention heads and the teacher 16"),
        comparing_layers(tiny_model(), teacher, STAGE, seed=42),
    ):
        pass
