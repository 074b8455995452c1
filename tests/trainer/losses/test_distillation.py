"""Losses on logits give the published figures, and agree with torch's own losses."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from trainer.errors import RecipeError
from trainer.losses.distillation import (
    LossWeights,
    kl_loss,
    label_loss,
    mse_loss,
    preset_weights,
)

# Golden values: the losses of Haystack 1.26.4 and of run_squad_w_distillation (the "mean form"),
# computed in float64 outside this package.
STUDENT = torch.tensor(
    [[[2.0, 0.0], [1.0, 3.0], [0.0, 1.0]], [[0.5, 0.5], [0.0, -1.0], [1.5, 2.0]]],
    dtype=torch.float64,
)
TEACHER = torch.tensor(
    [[[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0], [2.0, 3.0]]],
    dtype=torch.float64,
)
TARGETS = torch.tensor(
    [[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]],
    dtype=torch.float64,
)
ALL_TOKENS = torch.ones(2, 3, dtype=torch.bool)
SOME_TOKENS = torch.tensor([[True, True, False], [True, False, True]])
TOLERANCE = 1e-6

KL_BY_WINDOW_AND_SIDE = {
    1.0: [[0.176847506, 0.036808232], [0.065063550, 0.014367677]],
    1.5: [[0.122375848, 0.027345298], [0.035926723, 0.009087456]],
    2.0: [[0.079867376, 0.018894849], [0.021436685, 0.005800985]],
    3.0: [[0.038592188, 0.009922735], [0.009756108, 0.002824138]],
    5.0: [[0.014115512, 0.003968194], [0.003491659, 0.001067773]],
}
MASKED_KL_BY_WINDOW_AND_SIDE = {
    1.0: [[0.169822590, 0.040862263], [0.067130754, 0.014883806]],
    1.5: [[0.128504846, 0.032037838], [0.041335210, 0.009762987]],
    3.0: [[0.047749606, 0.011972811], [0.012854277, 0.003166292]],
}


def golden_kl(temperature: float, answer_tokens: Tensor = ALL_TOKENS) -> Tensor:
    return kl_loss(STUDENT, TEACHER, answer_tokens, temperature=temperature)


def near(value: float) -> object:
    return pytest.approx(value, abs=TOLERANCE)


@pytest.mark.parametrize(
    ("window", "answer_tokens", "expected"),
    [
        (0, ALL_TOKENS, 0.288725992),
        (1, ALL_TOKENS, 0.352840040),
        (0, SOME_TOKENS, 0.180924520),
        (1, SOME_TOKENS, 0.257337483),
    ],
)
def test_label_loss_of_a_window_is_the_published_one(
    window: int, answer_tokens: Tensor, expected: float
) -> None:
    alone = slice(window, window + 1)

    loss = label_loss(STUDENT[alone], TARGETS[alone], answer_tokens[alone])

    assert loss.item() == near(expected)


def test_label_loss_of_a_batch_is_the_mean_over_windows() -> None:
    assert label_loss(STUDENT, TARGETS, ALL_TOKENS).item() == near(0.320783016)
    assert label_loss(STUDENT, TARGETS, SOME_TOKENS).item() == near(0.219131001)


@pytest.mark.parametrize(
    ("answer_tokens", "golden"),
    [(ALL_TOKENS, KL_BY_WINDOW_AND_SIDE), (SOME_TOKENS, MASKED_KL_BY_WINDOW_AND_SIDE)],
)
def test_kl_of_each_window_and_side_is_the_published_one(
    answer_tokens: Tensor, golden: dict[float, list[list[float]]]
) -> None:
    for temperature, expected in golden.items():
        for window, sides in enumerate(expected):
            for side, divergence in enumerate(sides):
                side_of_window = (slice(window, window + 1), slice(None), slice(side, side + 1))
                loss = kl_loss(
                    STUDENT[side_of_window],
                    TEACHER[side_of_window],
                    answer_tokens[side_of_window[:2]],
                    temperature=temperature,
                )
                assert loss.item() / temperature**2 == near(divergence)


# Twice the mean over both sides is the KL that Haystack sums over them.
@pytest.mark.parametrize(
    ("answer_tokens", "temperature", "haystack_kl"),
    [
        (ALL_TOKENS, 1.0, 0.146543482),
        (ALL_TOKENS, 1.5, 0.097367662),
        (ALL_TOKENS, 2.0, 0.062999947),
        (ALL_TOKENS, 3.0, 0.030547585),
        (ALL_TOKENS, 5.0, 0.011321569),
        (SOME_TOKENS, 1.0, 0.146349706),
        (SOME_TOKENS, 1.5, 0.105820440),
        (SOME_TOKENS, 3.0, 0.037871493),
    ],
)
def test_kl_loss_is_half_of_the_published_kl_times_temperature_squared(
    answer_tokens: Tensor, temperature: float, haystack_kl: float
) -> None:
    loss = golden_kl(temperature, answer_tokens)

    assert 2 * loss.item() / temperature**2 == near(haystack_kl)


@pytest.mark.parametrize(
    ("answer_tokens", "temperature", "expected"),
    [
        (ALL_TOKENS, 1.0, 0.073271741),
        (ALL_TOKENS, 1.5, 0.109538620),
        (ALL_TOKENS, 2.0, 0.125999895),
        (ALL_TOKENS, 3.0, 0.137464131),
        (ALL_TOKENS, 5.0, 0.141519615),
        (SOME_TOKENS, 1.0, 0.073174853),
        (SOME_TOKENS, 1.5, 0.119047995),
        (SOME_TOKENS, 3.0, 0.170421720),
    ],
)
def test_kl_loss_of_a_batch_is_the_published_one(
    answer_tokens: Tensor, temperature: float, expected: float
) -> None:
    assert golden_kl(temperature, answer_tokens).item() == near(expected)


def test_mse_is_the_published_one() -> None:
    assert mse_loss(STUDENT, TEACHER, ALL_TOKENS, temperature=1.0).item() == near(0.5625)


@pytest.mark.parametrize("temperature", [1.0, 1.5, 5.0])
def test_mse_needs_no_temperature_because_it_cancels(temperature: float) -> None:
    softened = mse_loss(STUDENT / temperature, TEACHER / temperature, ALL_TOKENS, temperature=1.0)
    given = mse_loss(STUDENT, TEACHER, ALL_TOKENS, temperature=temperature)

    assert softened.item() * temperature**2 == near(0.5625)
    assert given.item() == near(0.5625)


def test_mse_leaves_out_what_is_no_answer_token() -> None:
    first = (1 + 0 + 1 + 1) / 4
    second = (0.25 + 0.25 + 0.25 + 1) / 4

    assert mse_loss(STUDENT, TEACHER, SOME_TOKENS, temperature=1.0).item() == near(
        (first + second) / 2
    )


@pytest.mark.parametrize(("loss", "soft_weight"), [("kl", 1.5), ("mse", 0.75)])
def test_preset_weights_double_the_weight_of_the_kl_alone(loss: str, soft_weight: float) -> None:
    assert preset_weights(0.75, loss) == LossWeights(soft=soft_weight, hard=0.25)


@pytest.mark.parametrize("weight", [-0.1, 1.5, float("nan")])
def test_a_preset_weight_is_a_share(weight: float) -> None:
    with pytest.raises(RecipeError) as caught:
        preset_weights(weight, "kl")

    assert str(caught.value) == f"distillation_loss_weight is {weight}; it must be from 0 to 1"


def test_label_loss_is_the_cross_entropy_of_torch() -> None:
    expected = functional.cross_entropy(STUDENT, TARGETS)

    torch.testing.assert_close(label_loss(STUDENT, TARGETS, ALL_TOKENS), expected)


def test_label_loss_shares_right_tokens_as_torch_does() -> None:
    shares = torch.tensor([[[0.5, 0.25], [0.5, 0.0], [0.0, 0.75]]], dtype=torch.float64)
    expected = functional.cross_entropy(STUDENT[:1], shares)

    torch.testing.assert_close(label_loss(STUDENT[:1], shares, ALL_TOKENS[:1]), expected)


def test_masked_label_loss_is_the_cross_entropy_of_torch_over_the_answer_tokens() -> None:
    cut = [STUDENT[row, mask] for row, mask in enumerate(SOME_TOKENS)]
    right = [TARGETS[row, mask] for row, mask in enumerate(SOME_TOKENS)]
    expected = functional.cross_entropy(torch.stack(cut), torch.stack(right))

    torch.testing.assert_close(label_loss(STUDENT, TARGETS, SOME_TOKENS), expected)


@pytest.mark.parametrize("temperature", [1.0, 1.5, 5.0])
def test_kl_loss_is_the_kl_divergence_of_torch(temperature: float) -> None:
    divergence = functional.kl_div(
        (STUDENT / temperature).log_softmax(dim=1),
        (TEACHER / temperature).softmax(dim=1),
        reduction="sum",
    )
    windows_and_sides = 4

    expected = divergence / windows_and_sides * temperature**2
    torch.testing.assert_close(golden_kl(temperature), expected)


def test_mse_loss_is_that_of_torch() -> None:
    expected = functional.mse_loss(STUDENT, TEACHER)

    torch.testing.assert_close(mse_loss(STUDENT, TEACHER, ALL_TOKENS, temperature=1.0), expected)


def test_a_target_that_no_answer_may_name_makes_the_loss_infinite() -> None:
    no_null = torch.tensor([[False, True, True], [True, True, True]])

    assert label_loss(STUDENT, TARGETS, no_null).item() == torch.inf
