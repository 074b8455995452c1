"""What holds for every loss on logits: signs, shifts, padding, number formats and gradients."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from trainer.losses.distillation import TEACHER_LOSSES, kl_loss, label_loss


@dataclass(frozen=True, slots=True)
class LogitBatch:
    """Logits of two models for some windows, and what is right."""

    student: Tensor
    other: Tensor
    """The teacher's logits, or the targets."""
    answer_tokens: Tensor


Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


SOFT_LOSSES: Mapping[str, Loss] = {
    name: partial(loss.function, temperature=1.5) for name, loss in TEACHER_LOSSES.items()
}
LOSSES: Mapping[str, Loss] = {"label": label_loss, **SOFT_LOSSES}
HALF_MASKED = torch.tensor([[True, True, False, True], [True, False, True, False]])
LOGITS = st.floats(min_value=-30, max_value=30)


@st.composite
def logit_batches(draw: st.DrawFn) -> LogitBatch:
    """Logits of one to three windows of up to five tokens; the first token is never masked."""
    windows, tokens = draw(st.integers(1, 3)), draw(st.integers(1, 5))

    def logits() -> Tensor:
        count = windows * tokens * 2
        values = draw(st.lists(LOGITS, min_size=count, max_size=count))
        return torch.tensor(values, dtype=torch.float64).view(windows, tokens, 2)

    masked = draw(st.lists(st.booleans(), min_size=windows * tokens, max_size=windows * tokens))
    answer_tokens = torch.tensor(masked).view(windows, tokens)
    answer_tokens[:, 0] = True
    return LogitBatch(logits(), logits(), answer_tokens)


def targets_of(batch: LogitBatch) -> Tensor:
    """Shares that sum to 1 on each side, all on answer tokens."""
    masked = batch.other.masked_fill(~batch.answer_tokens[..., None], -torch.inf)
    return masked.softmax(dim=1)


def loss_of(name: str, batch: LogitBatch) -> Tensor:
    other = targets_of(batch) if name == "label" else batch.other
    return LOSSES[name](batch.student, other, batch.answer_tokens)


def random_logits(*, dtype: torch.dtype = torch.float64, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 4, 2, generator=generator, dtype=torch.float64).mul(3).to(dtype)


@pytest.mark.parametrize("name", LOSSES)
@given(batch=logit_batches())
def test_no_loss_is_negative(name: str, batch: LogitBatch) -> None:
    assert loss_of(name, batch).item() >= -1e-12


@pytest.mark.parametrize("name", SOFT_LOSSES)
@given(batch=logit_batches())
def test_a_student_equal_to_its_teacher_has_no_loss(name: str, batch: LogitBatch) -> None:
    loss = SOFT_LOSSES[name](batch.student, batch.student, batch.answer_tokens)

    assert loss.item() == 0


@pytest.mark.parametrize("name", ["label", "kl"])
@given(batch=logit_batches(), shift=LOGITS)
def test_a_constant_added_to_the_logits_changes_nothing(
    name: str, batch: LogitBatch, shift: float
) -> None:
    shifted = LogitBatch(batch.student + shift, batch.other, batch.answer_tokens)

    torch.testing.assert_close(loss_of(name, shifted), loss_of(name, batch))


@pytest.mark.parametrize("name", LOSSES)
@given(batch=logit_batches(), padding=st.sampled_from([0.0, -torch.inf, 1e4]))
def test_padding_changes_nothing(name: str, batch: LogitBatch, padding: float) -> None:
    width = (0, 0, 0, 2)
    padded = LogitBatch(
        torch.nn.functional.pad(batch.student, width, value=padding),
        torch.nn.functional.pad(batch.other, width, value=padding),
        torch.nn.functional.pad(batch.answer_tokens, (0, 2)),
    )

    torch.testing.assert_close(loss_of(name, padded), loss_of(name, batch))


@pytest.mark.parametrize("name", LOSSES)
@given(batch=logit_batches())
def test_the_loss_of_a_batch_is_the_mean_over_its_windows(name: str, batch: LogitBatch) -> None:
    windows = [
        LogitBatch(student[None], other[None], answer_tokens[None])
        for student, other, answer_tokens in zip(
            batch.student, batch.other, batch.answer_tokens, strict=True
        )
    ]
    alone = torch.stack([loss_of(name, window) for window in windows])

    torch.testing.assert_close(loss_of(name, batch), alone.mean())


# Hinton et al. (2015), section 2.1: matching logits is the limit of a high temperature.
def test_a_high_temperature_compares_centred_logits() -> None:
    student, teacher = random_logits(seed=1), random_logits(seed=2)
    centred = (student - student.mean(dim=1, keepdim=True)) - (
        teacher - teacher.mean(dim=1, keepdim=True)
    )

    loss = kl_loss(student, teacher, torch.ones(2, 4, dtype=torch.bool), temperature=1e4)

    assert loss.item() == pytest.approx(centred.square().mean().item() / 2, rel=1e-3)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_the_loss(name: str) -> None:
    batch = LogitBatch(random_logits(seed=1), random_logits(seed=2), HALF_MASKED)
    student = batch.student.requires_grad_()

    assert torch.autograd.gradcheck(
        lambda logits: loss_of(name, LogitBatch(logits, batch.other, HALF_MASKED)), student
    )


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("masked_logit", [0.0, -torch.inf, torch.nan])
def test_masked_tokens_have_no_gradient_and_spoil_none(name: str, masked_logit: float) -> None:
    hidden = ~HALF_MASKED[..., None]
    student = random_logits(seed=1).masked_fill(hidden, masked_logit).requires_grad_()
    teacher = random_logits(seed=2).masked_fill(hidden, masked_logit)

    loss = loss_of(name, LogitBatch(student, teacher, HALF_MASKED))
    (gradient,) = torch.autograd.grad(loss, student)

    assert gradient.isfinite().all()
    assert not gradient.masked_select(hidden).any()
    assert gradient.masked_select(~hidden).all()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("spread", [1e3, 6e4])
def test_logits_far_apart_give_finite_losses_and_gradients(name: str, spread: float) -> None:
    student = torch.tensor([[[spread, -spread], [-spread, spread]]], requires_grad=True)
    other = torch.tensor([[[0.0, 1.0], [1.0, 0.0]]])

    loss = LOSSES[name](student, other, torch.ones(1, 2, dtype=torch.bool))
    (gradient,) = torch.autograd.grad(loss, student)

    assert loss.isfinite()
    assert gradient.isfinite().all()


@pytest.mark.parametrize("name", SOFT_LOSSES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_logits_of_16_bits_are_compared_in_32(name: str, dtype: torch.dtype) -> None:
    student = random_logits(dtype=torch.float32, seed=1)
    teacher = random_logits(dtype=dtype, seed=2)

    loss = SOFT_LOSSES[name](student, teacher, HALF_MASKED)

    assert loss.dtype == torch.float32
    assert torch.equal(loss, SOFT_LOSSES[name](student, teacher.float(), HALF_MASKED))
