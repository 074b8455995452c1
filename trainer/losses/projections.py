"""Projects a student's hidden states to its teacher's width by trained linear maps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.errors import PreflightError
from trainer.losses.masked_mean import at_least_float32

INITIAL_STANDARD_DEVIATION = 0.02
"""Standard deviation of the maps' first weights: BERT's, as in TinyBERT."""

ProjectionForm = Literal["per_level", "shared", "identity"]
"""A trained map for each level, one for all levels as in TinyBERT's code, or none."""


@dataclass(frozen=True, slots=True)
class HiddenSizes:
    """The widths of student and teacher, and the number of levels between them."""

    levels: int
    """Of the student's hidden states: its layers, and the embeddings."""
    student_width: int
    teacher_width: int


class Projections(nn.Module):
    """Maps from the student's hidden states to the teacher's width.

    Give the optimiser their parameters, move them to the student's device, keep them for resuming,
    and drop them on export.
    """

    def __init__(self, maps: Sequence[nn.Module], *, map_of_level: Sequence[int]) -> None:
        super().__init__()
        self.maps = nn.ModuleList(maps)
        self.map_of_level = tuple(map_of_level)

    def project(
        self, student_hidden: Sequence[Float[Tensor, "window token student_width"]]
    ) -> tuple[Float[Tensor, "window token teacher_width"], ...]:
        """The hidden states of every level at the teacher's width."""
        levels = zip(self.map_of_level, student_hidden, strict=True)
        return tuple(self.maps[number](at_least_float32(states)) for number, states in levels)


def make_projections(
    form: ProjectionForm, sizes: HiddenSizes, *, generator: torch.Generator
) -> Projections:
    """Maps of a form, drawn by the generator.

    Raises:
        PreflightError: identity was asked for and the widths differ.
    """
    return MAKERS[form](sizes, generator)


def _map_each_level(sizes: HiddenSizes, generator: torch.Generator) -> Projections:
    maps = [_linear_map(sizes, generator) for _ in range(sizes.levels)]
    return Projections(maps, map_of_level=range(sizes.levels))


def _share_one_map(sizes: HiddenSizes, generator: torch.Generator) -> Projections:
    return Projections([_linear_map(sizes, generator)], map_of_level=[0] * sizes.levels)


def _keep_identity(sizes: HiddenSizes, _: torch.Generator) -> Projections:
    if sizes.student_width != sizes.teacher_width:
        raise PreflightError(
            f"the student's hidden states are {sizes.student_width} wide and the teacher's "
            f"{sizes.teacher_width}, so none is the other's without a map; choose the projections "
            "'per_level' or 'shared'"
        )
    return Projections([nn.Identity()], map_of_level=[0] * sizes.levels)


MAKERS: Mapping[ProjectionForm, Callable[[HiddenSizes, torch.Generator], Projections]] = {
    "per_level": _map_each_level,
    "shared": _share_one_map,
    "identity": _keep_identity,
}


def _linear_map(sizes: HiddenSizes, generator: torch.Generator) -> nn.Linear:
    # Made without values, for torch would draw them from its global generator.
    linear = nn.Linear(sizes.student_width, sizes.teacher_width, device="meta")
    linear = linear.to_empty(device=generator.device)
    nn.init.normal_(linear.weight, std=INITIAL_STANDARD_DEVIATION, generator=generator)
    nn.init.zeros_(linear.bias)
    return linear
