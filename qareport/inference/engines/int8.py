"""Quantises the linear layers of a model to 8 bits, by torch alone."""

import copy

import torch
from jaxtyping import Float32, Int8
from torch import Tensor
from transformers import PreTrainedModel
from typing_extensions import override

from qareport.errors import UsageError

LARGEST = 127
"""The largest whole number in 8 bits."""
CHECKED = 32
"""Rows and columns of the product that is tested for exactness: our choice."""
SMALLEST_SCALE = 1e-12
"""Keeps rows of zeros from being divided by zero."""


class EightBitLinear(torch.nn.Module):
    """A linear layer with a scale for each output, and one for each token, computed at run time.

    torch's own quantised layers have one scale for all tokens of a batch, with which a few large
    values make the others inexact.
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


def products_are_exact() -> bool:
    """Whether torch multiplies whole numbers in 8 bits without overflow of their sums.

    They overflow where ONEDNN_MAX_CPU_ISA forbids VNNI on a CPU that has it; on CPUs without VNNI
    torch multiplies in another way.
    """
    largest = torch.full((CHECKED, CHECKED), LARGEST, dtype=torch.int8)
    return bool((torch._int_mm(largest, largest) == CHECKED * LARGEST**2).all())  # noqa: SLF001


def quantise_linear_layers(model: PreTrainedModel) -> PreTrainedModel:
    """A copy of the model in 8 bits; the head, which decides about every answer, stays as it is.

    Raises:
        UsageError: the model is not on a CPU, or on one whose products are not exact.
    """
    if model.device.type != "cpu":
        raise UsageError(f"int8 is for CPUs, not for {str(model.device)!r}; use --dtype bfloat16")
    if not products_are_exact():
        raise UsageError(
            "torch's products in 8 bits overflow on this CPU as it is set up; use --dtype float32, "
            "or take ONEDNN_MAX_CPU_ISA and DNNL_MAX_CPU_ISA out of the environment"
        )
    quantised = copy.deepcopy(model)
    for parent in list(quantised.base_model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is torch.nn.Linear:
                parent.register_module(name, EightBitLinear(child))
    return quantised


def _in_eight_bits(
    rows: Float32[Tensor, "row column"],
) -> tuple[Int8[Tensor, "row column"], Float32[Tensor, "row 1"]]:
    """The rows as whole numbers, and the scale of each row."""
    scales = (rows.abs().amax(dim=1, keepdim=True) / LARGEST).clamp(min=SMALLEST_SCALE)
    return (rows / scales).round().to(torch.int8), scales
