"""Computes the masked mean square, in which every window weighs the same."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def mean_square(
    differences: Float[Tensor, "window *position"], is_counted: Bool[Tensor, "window *#position"]
) -> Float[Tensor, ""]:
    """Mean over windows of the mean square of the counted differences.

    Window by window, so that neither padding nor the neighbours in a batch change what a window
    weighs, and small batches that are accumulated give the gradient of the large one.
    """
    counted = is_counted.expand_as(differences)
    positions = tuple(range(1, differences.ndim))
    # Filled before squaring: what is not counted may be infinite, and must have no gradient.
    squares = differences.masked_fill(~counted, 0).square()
    return (squares.sum(positions) / counted.sum(positions)).mean()


def at_least_float32(values: Float[Tensor, "*position"]) -> Float[Tensor, "*position"]:
    """The values in float32, or in float64 where they are; losses need more than 16 bits."""
    return values.to(torch.promote_types(values.dtype, torch.float32))
