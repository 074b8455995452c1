"""The mean square weighs windows alike and never sees what is not counted."""

import pytest
import torch

from trainer.losses.masked_mean import at_least_float32, mean_square


def test_every_window_weighs_the_same_however_many_positions_it_counts() -> None:
    differences = torch.tensor([[1.0, 9.0, 9.0], [2.0, 4.0, 6.0]])
    is_counted = torch.tensor([[True, False, False], [True, True, True]])

    mean = mean_square(differences, is_counted)

    assert mean.item() == pytest.approx((1 + (4 + 16 + 36) / 3) / 2)


def test_a_mask_counts_all_positions_that_it_is_spread_over() -> None:
    differences = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]])
    is_counted = torch.tensor([[[True], [False]]])

    assert mean_square(differences, is_counted).item() == pytest.approx((1 + 4) / 2)


@pytest.mark.parametrize("uncounted", [torch.inf, torch.nan])
def test_what_is_not_counted_may_be_anything_and_has_no_gradient(uncounted: float) -> None:
    differences = torch.tensor([[1.0, uncounted]], requires_grad=True)

    mean = mean_square(differences, torch.tensor([[True, False]]))
    (gradient,) = torch.autograd.grad(mean, differences)

    assert gradient.tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
def test_losses_are_computed_in_32_bits_or_more(given: torch.dtype, used: torch.dtype) -> None:
    assert at_least_float32(torch.ones(1, dtype=given)).dtype == used
