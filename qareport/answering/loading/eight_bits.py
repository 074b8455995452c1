"""A model to the same one with linear layers that multiply whole numbers, by torch alone."""

import copy

import torch
from jaxtyping import Float32, Int8
from torch import Tensor
from transformers import PreTrainedModel
from typing_extensions import override

from qareport.errors import UsageError

LARGEST = 127
"""Of a whole number in 8 bits."""
SMALLEST_SCALE = 1e-12
"""Keeps rows of zeros from being divided by zero."""


class EightBitLinear(torch.nn.Module):
    """A linear layer with a scale for each output, and for each token one that is found anew.

    torch's own quantised layers have one scale for all tokens of a batch, in which a few large
    ones drown the others.
    """

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.weight, self.scales = _in_eight_bits(linear.weight.detach())
        self.bias = linear.bias

    @override
    def forward(self, inputs: Float32[Tensor, "*batch input"]) -> Float32[Tensor, "*batch output"]:
        """The outputs in float32."""
        rows, scales = _in_eight_bits(inputs.flatten(end_dim=-2))
        # torch has no public name for the product of matrices of whole numbers.
        products = torch._int_mm(rows, self.weight.T)  # noqa: SLF001
        outputs = products.float() * scales * self.scales.T
        if self.bias is not None:
            outputs += self.bias
        return outputs.reshape(*inputs.shape[:-1], -1)


def quantise_linear_layers(model: PreTrainedModel) -> PreTrainedModel:
    """A copy of the model in 8 bits; the head, which decides about every answer, stays as it is.

    Raises:
        UsageError: the model is not on a CPU.
    """
    if model.device.type != "cpu":
        raise UsageError(f"int8 is for CPUs, not for {str(model.device)!r}; use --dtype bfloat16")
    quantised = copy.deepcopy(model)
    for parent in list(quantised.base_model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is torch.nn.Linear:
                parent.register_module(name, EightBitLinear(child))
    return quantised


def _in_eight_bits(
    rows: Float32[Tensor, "row column"],
) -> tuple[Int8[Tensor, "row column"], Float32[Tensor, "row 1"]]:
    """Whole numbers, and for each row what one of them is worth."""
    scales = (rows.abs().amax(dim=1, keepdim=True) / LARGEST).clamp(min=SMALLEST_SCALE)
    return (rows / scales).round().to(torch.int8), scales
