"""Projections bring hidden states to the teacher's width, and are trained while they do."""

import pytest
import torch
from torch import Tensor

from trainer.errors import PreflightError
from trainer.losses.intermediate import hidden_loss
from trainer.losses.projections import (
    INITIAL_STANDARD_DEVIATION,
    HiddenSizes,
    ProjectionForm,
    Projections,
    make_projections,
)

SIZES = HiddenSizes(levels=3, student_width=4, teacher_width=6)
EQUAL_WIDTHS = HiddenSizes(levels=3, student_width=4, teacher_width=4)
TRAINED_FORMS: tuple[ProjectionForm, ...] = ("per_level", "shared")
IS_TOKEN = torch.ones(2, 5, dtype=torch.bool)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def hidden_states(*, width: int, levels: int = SIZES.levels, seed: int = 0) -> list[Tensor]:
    states = torch.randn(levels, 2, 5, width, generator=generator(seed))
    return list(states)


def loss_with(projections: Projections) -> Tensor:
    return hidden_loss(
        hidden_states(width=4, seed=1),
        hidden_states(width=6, levels=5, seed=2),
        projections,
        is_token=IS_TOKEN,
    )


@pytest.mark.parametrize("form", TRAINED_FORMS)
def test_every_level_gets_the_width_of_the_teacher(form: ProjectionForm) -> None:
    projections = make_projections(form, SIZES, generator=generator())

    projected = projections.project(hidden_states(width=4))

    assert [states.shape for states in projected] == [(2, 5, 6)] * 3


@pytest.mark.parametrize(("form", "maps"), [("per_level", 3), ("shared", 1), ("identity", 0)])
def test_a_form_has_its_number_of_trained_maps_with_bias(form: ProjectionForm, maps: int) -> None:
    projections = make_projections(form, EQUAL_WIDTHS, generator=generator())

    names = [name for name, _ in projections.named_parameters()]

    assert names == [f"maps.{level}.{kind}" for level in range(maps) for kind in ("weight", "bias")]


def test_identity_changes_nothing() -> None:
    states = hidden_states(width=4)

    projected = make_projections("identity", EQUAL_WIDTHS, generator=generator()).project(states)

    assert all(torch.equal(kept, given) for kept, given in zip(projected, states, strict=True))


def test_identity_is_refused_between_different_widths() -> None:
    with pytest.raises(PreflightError) as caught:
        make_projections("identity", SIZES, generator=generator())

    assert str(caught.value) == (
        "the student's hidden states are 4 wide and the teacher's 6, so none is the other's "
        "without a map; choose the projections 'per_level' or 'shared'"
    )


def test_maps_start_as_bert_does_from_the_generator_alone() -> None:
    wide = HiddenSizes(levels=2, student_width=64, teacher_width=128)
    global_state = torch.get_rng_state()

    first, second = make_projections("per_level", wide, generator=generator()).maps
    again, _ = make_projections("per_level", wide, generator=generator()).maps

    assert torch.equal(torch.get_rng_state(), global_state)
    assert torch.equal(first.get_parameter("weight"), again.get_parameter("weight"))
    assert not torch.equal(first.get_parameter("weight"), second.get_parameter("weight"))
    spread = first.get_parameter("weight").std().item()
    assert spread == pytest.approx(INITIAL_STANDARD_DEVIATION, rel=0.1)
    assert not first.get_parameter("bias").any()


# Haystack 1 made its maps after the optimiser, so that none was ever trained.
@pytest.mark.parametrize("form", TRAINED_FORMS)
def test_every_map_changes_in_a_training_step(form: ProjectionForm) -> None:
    projections = make_projections(form, SIZES, generator=generator())
    before = {name: values.detach().clone() for name, values in projections.named_parameters()}
    optimizer = torch.optim.AdamW(projections.parameters(), lr=1e-3)

    torch.autograd.backward(loss_with(projections))
    optimizer.step()

    assert before
    for name, values in projections.named_parameters():
        assert not torch.equal(values, before[name]), name


# Haystack 1 mapped all levels by the map left over from another loop, the only one with a gradient.
def test_every_level_has_its_own_map_and_every_map_a_gradient() -> None:
    projections = make_projections("per_level", SIZES, generator=generator())
    weights = [maps.get_parameter("weight") for maps in projections.maps]

    gradients = torch.autograd.grad(loss_with(projections), weights)

    assert len(gradients) == 3
    assert all(gradient.any() for gradient in gradients)


@pytest.mark.parametrize("level", range(3))
def test_a_map_is_used_for_its_own_level_alone(level: int) -> None:
    projections = make_projections("per_level", SIZES, generator=generator())
    states = hidden_states(width=4)
    before = projections.project(states)

    with torch.no_grad():
        projections.maps[level].get_parameter("bias").fill_(1)
    after = projections.project(states)

    changed = [not torch.equal(*levels) for levels in zip(before, after, strict=True)]
    assert changed == [other == level for other in range(3)]


# Haystack 1.1 left its maps on the host (haystack #2054); "meta" is a device that is everywhere.
@pytest.mark.parametrize("form", TRAINED_FORMS)
def test_maps_move_with_the_projections(form: ProjectionForm) -> None:
    projections = make_projections(form, SIZES, generator=generator()).to("meta")
    states = [states.to("meta") for states in hidden_states(width=4)]

    projected = projections.project(states)

    assert {values.device.type for values in projections.parameters()} == {"meta"}
    assert {states.device.type for states in projected} == {"meta"}


@pytest.mark.parametrize("form", TRAINED_FORMS)
def test_maps_are_restored_from_their_state(form: ProjectionForm) -> None:
    saved = make_projections(form, SIZES, generator=generator(1))
    resumed = make_projections(form, SIZES, generator=generator(2))

    resumed.load_state_dict(saved.state_dict())

    assert torch.equal(loss_with(resumed), loss_with(saved))


def test_hidden_states_of_16_bits_can_be_mapped() -> None:
    projections = make_projections("per_level", SIZES, generator=generator())
    states = [states.half() for states in hidden_states(width=4)]

    assert {states.dtype for states in projections.project(states)} == {torch.float32}
