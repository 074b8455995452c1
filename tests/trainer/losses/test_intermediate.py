"""Losses between layers give the golden figures and have none of Haystack 1's faults."""

import pytest
import torch
from torch import Tensor, nn

from trainer.errors import PreflightError, TrainingError
from trainer.losses.intermediate import (
    attention_loss,
    check_heads,
    hidden_loss,
    layer_ratio,
)
from trainer.losses.projections import HiddenSizes, Projections, make_projections

IS_TOKEN = torch.tensor([[True, True, False]])
NO_PADDING = torch.tensor([[True, True, True]])
UNREAD = torch.full((1, 3, 3), torch.nan, dtype=torch.float64)
"""The teacher's level that stands against no level of the student."""
MASKED = -10000.0


def one_window(*rows: list[float]) -> Tensor:
    return torch.tensor([list(rows)], dtype=torch.float64)


# Golden values: hand-checked, two layers of a teacher against one of a student.
STUDENT_HIDDEN = (one_window([1, 0], [0, 1], [1, 1]), one_window([2, 1], [0, -1], [0, 0]))
TEACHER_HIDDEN = (
    one_window([1, 0, 1], [0, 1, 0], [5, 5, 5]),
    UNREAD,
    one_window([1, 1, 1], [0, 0, 1], [9, 9, 9]),
)
STUDENT_SCORES = one_window([1, 0, MASKED], [0, 2, MASKED], [1, 1, MASKED])[:, None]
TEACHER_SCORES = one_window([2, 0, MASKED], [1, 1, MASKED], [3, 3, MASKED])[:, None]


def linear(weight: list[list[float]], bias: list[float]) -> nn.Linear:
    made = nn.Linear(2, 3, dtype=torch.float64)
    made.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
    return made


def golden_maps() -> Projections:
    first = linear([[1, 0], [0, 1], [1, 1]], [0, 0, 0])
    second = linear([[0.5, 0], [0, 1], [0, 0.5]], [0, 0, 0.5])
    return Projections([first, second], map_of_level=[0, 1])


def no_maps(levels: int) -> Projections:
    sizes = HiddenSizes(levels=levels, student_width=3, teacher_width=3)
    return make_projections("identity", sizes, generator=torch.Generator())


def random_values(*shape: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def golden_hidden_loss_of_level(level: int, is_token: Tensor) -> float:
    """The loss of one level, the other having none because its states are equal."""
    projected = golden_maps().project(STUDENT_HIDDEN)
    teacher = [*projected[:level], TEACHER_HIDDEN[2 * level], *projected[level + 1 :]]
    return hidden_loss(projected, teacher, no_maps(2), is_token=is_token).item()


@pytest.mark.parametrize(
    ("level", "is_token", "expected"),
    [
        (0, IS_TOKEN, 0.166666667),
        (1, IS_TOKEN, 0.333333333),
        (0, NO_PADDING, 4.666666667),
        (1, NO_PADDING, 26.25),
    ],
)
def test_hidden_loss_of_a_level_is_the_golden_one(
    level: int, is_token: Tensor, expected: float
) -> None:
    assert golden_hidden_loss_of_level(level, is_token) == pytest.approx(expected, abs=1e-6)


def test_hidden_loss_is_summed_over_matched_levels() -> None:
    loss = hidden_loss(STUDENT_HIDDEN, TEACHER_HIDDEN, golden_maps(), is_token=IS_TOKEN)

    assert loss.item() == pytest.approx(0.166666667 + 0.333333333, abs=1e-6)


def test_attention_loss_is_the_masked_mean() -> None:
    tinybert_form = (STUDENT_SCORES - TEACHER_SCORES).square().mean()

    loss = attention_loss([STUDENT_SCORES], [UNREAD[:, None], TEACHER_SCORES], is_token=IS_TOKEN)

    assert tinybert_form.item() == pytest.approx(1.222222222)
    assert loss.item() == pytest.approx(0.75)


def test_attention_loss_is_summed_over_layers_and_averaged_over_heads() -> None:
    zeros = torch.zeros(1, 2, 3, 3)
    one_head = torch.stack([zeros[:, 0], zeros[:, 0] + 2], dim=1)

    loss = attention_loss([zeros, zeros], [one_head, zeros + 3], is_token=IS_TOKEN)

    assert loss.item() == pytest.approx((0 + 4) / 2 + 9)


@pytest.mark.parametrize(("ratio", "matched"), [(1, (0, 1, 2, 3)), (3, (2, 5, 8, 11))])
def test_the_last_layer_of_a_group_stands_against_the_student(
    ratio: int, matched: tuple[int, ...]
) -> None:
    teacher = [torch.full((1, 1, 3, 3), float(layer)) for layer in range(4 * ratio)]
    student = [teacher[layer] for layer in matched]

    assert attention_loss(student, teacher, is_token=IS_TOKEN).item() == 0


@pytest.mark.parametrize("padding", [1e4, -torch.inf, torch.nan])
def test_what_stands_at_padding_changes_no_loss(padding: float) -> None:
    is_pair = IS_TOKEN[:, :, None] & IS_TOKEN[:, None, :]
    scores = STUDENT_SCORES.masked_fill(~is_pair[:, None], padding)
    hidden = [states.masked_fill(~IS_TOKEN[..., None], padding) for states in TEACHER_HIDDEN]

    attention = attention_loss([scores], [TEACHER_SCORES], is_token=IS_TOKEN)
    matched = hidden_loss(STUDENT_HIDDEN, hidden, golden_maps(), is_token=IS_TOKEN)

    assert attention.item() == pytest.approx(0.75)
    assert matched.item() == pytest.approx(0.5)


# Haystack 1 compared probabilities, to which scores that differ by a constant are the same.
def test_attention_is_compared_before_the_softmax() -> None:
    higher = STUDENT_SCORES + 2

    loss = attention_loss([STUDENT_SCORES], [higher], is_token=IS_TOKEN)

    torch.testing.assert_close(higher.softmax(-1), STUDENT_SCORES.softmax(-1))
    assert loss.item() == pytest.approx(4)


# Haystack 1 summed over what transformers returns, which is an empty tuple with sdpa attention.
@pytest.mark.parametrize(
    ("student", "teacher"),
    [([], []), ([], [TEACHER_SCORES]), ([STUDENT_SCORES], [])],
)
def test_no_attention_scores_are_an_error_not_a_loss_of_0(
    student: list[Tensor], teacher: list[Tensor]
) -> None:
    with pytest.raises(TrainingError) as caught:
        attention_loss(student, teacher, is_token=IS_TOKEN)

    assert str(caught.value) == (
        f"attention scores came from {len(student)} layers of the student and {len(teacher)} of "
        "the teacher; collect those of both, or set the attention weight to 0"
    )


@pytest.mark.parametrize(("student", "teacher"), [(1, 1), (6, 12), (6, 24), (12, 24)])
def test_layers_that_divide_have_a_ratio(student: int, teacher: int) -> None:
    ratio = layer_ratio(student_layers=student, teacher_layers=teacher)

    assert ratio * student == teacher


@pytest.mark.parametrize(("student", "teacher"), [(5, 24), (12, 6), (6, 0), (0, 6), (-1, -1)])
def test_layers_that_do_not_divide_are_refused(student: int, teacher: int) -> None:
    with pytest.raises(PreflightError) as caught:
        layer_ratio(student_layers=student, teacher_layers=teacher)

    assert str(caught.value) == (
        f"the student's {student} layers do not divide the teacher's {teacher}; "
        "choose a student whose layers do, or distil from the logits alone"
    )


# 24 layers and 12 divide, but the 16 heads of roberta-large have no match in roberta-base.
def test_different_counts_of_heads_are_refused_by_name() -> None:
    with pytest.raises(PreflightError) as caught:
        check_heads(student_heads=12, teacher_heads=16)

    assert str(caught.value) == (
        "the student has 12 attention heads and the teacher 16; "
        "choose a student with 16 heads, or set the attention weight to 0"
    )


def test_one_head_is_never_spread_over_many() -> None:
    with pytest.raises(PreflightError, match="the student has 1 attention heads"):
        attention_loss([STUDENT_SCORES], [TEACHER_SCORES.expand(-1, 4, -1, -1)], is_token=IS_TOKEN)


def test_gradients_of_the_hidden_loss_are_right_for_states_and_maps() -> None:
    projections = golden_maps()
    first, second = (random_values(1, 3, 2, seed=seed).requires_grad_() for seed in (1, 2))

    # The maps are parameters, which gradcheck moves in place.
    def loss(first: Tensor, second: Tensor, *_maps: Tensor) -> Tensor:
        return hidden_loss([first, second], TEACHER_HIDDEN, projections, is_token=IS_TOKEN)

    assert torch.autograd.gradcheck(loss, (first, second, *projections.parameters()))


def test_gradients_of_the_attention_loss_are_right() -> None:
    teacher = [random_values(1, 2, 3, 3, seed=seed) for seed in range(4)]
    first, second = (random_values(1, 2, 3, 3, seed=seed).requires_grad_() for seed in (5, 6))

    def loss(first: Tensor, second: Tensor) -> Tensor:
        return attention_loss([first, second], teacher, is_token=IS_TOKEN)

    assert torch.autograd.gradcheck(loss, (first, second))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_layers_of_16_bits_are_compared_in_32(dtype: torch.dtype) -> None:
    shifted = (STUDENT_SCORES + 200).to(dtype)

    attention = attention_loss([STUDENT_SCORES.to(dtype)], [shifted], is_token=NO_PADDING)
    hidden = hidden_loss(
        [states.to(dtype) for states in STUDENT_HIDDEN],
        [states.to(dtype) for states in TEACHER_HIDDEN],
        golden_maps().float(),
        is_token=IS_TOKEN,
    )

    assert attention.dtype == hidden.dtype == torch.float32
    assert attention.isfinite()
    assert hidden.item() == pytest.approx(0.5)
