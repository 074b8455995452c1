"""Adds dropout and a temperature to a student's head while it is being trained."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import Linear, Module, Parameter
from transformers import PreTrainedModel

from trainer.errors import PreflightError

SIDES = 2
"""Outputs of a head for question answering: start and end logit."""
TEMPERATURE = "temperature_for_confidence"
"""Haystack's name of the parameter by which its head divides logits."""


def find_head(model: PreTrainedModel) -> Linear:
    """The layer that turns hidden states into start and end logits.

    Raises:
        PreflightError: there is no such layer outside the model's body, or several.
    """
    body = set(model.base_model.modules())
    heads = [
        module
        for module in model.modules()
        if isinstance(module, Linear) and module.out_features == SIDES and module not in body
    ]
    if len(heads) != 1:
        raise PreflightError(
            f"{type(model).__name__}: has {len(heads)} layers of start and end logits beside its "
            "body; choose a student with a plain head for question answering"
        )
    return heads[0]


@contextmanager
def dropout_before_head(model: PreTrainedModel, chance: float) -> Iterator[None]:
    """Drops shares of the last hidden state before the head, while the model is in training."""

    def drop(head: Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        dropped = torch.nn.functional.dropout(inputs[0], chance, training=head.training)
        return (dropped, *inputs[1:])

    handle = find_head(model).register_forward_pre_hook(drop)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def head_temperature(model: PreTrainedModel) -> Iterator[None]:
    """Divides logits by a trained parameter, as Haystack's head does; it starts at 1.

    Haystack loses it on export too, which keeps the order of all answers.
    """

    def divide(_head: Module, _inputs: tuple[Tensor, ...], logits: Tensor) -> Tensor:
        return logits / model.get_parameter(TEMPERATURE)

    model.register_parameter(TEMPERATURE, Parameter(torch.ones(())))
    handle = find_head(model).register_forward_hook(divide)
    try:
        yield
    finally:
        handle.remove()
        delattr(model, TEMPERATURE)
