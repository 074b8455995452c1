"""Objectives give the published losses, part by part."""

import pytest
import torch
from torch import Tensor
from torch.nn import Module
from transformers.modeling_outputs import QuestionAnsweringModelOutput
from typing_extensions import override

from tests.fitting_builders import tiny_model, training_windows
from trainer.fitting.batching import BatchPart, Collator
from trainer.fitting.objectives import Labels, TeacherLogitsAndLabels, model_inputs, span_logits
from trainer.losses.distillation import LossWeights, preset_weights
from trainer.windows import TokenSpan, TrainingWindow

# Golden values of Haystack 1.26.4, as in tests/trainer/losses/test_distillation.py.
STUDENT = torch.tensor(
    [[[2.0, 0.0], [1.0, 3.0], [0.0, 1.0]], [[0.5, 0.5], [0.0, -1.0], [1.5, 2.0]]]
)
TEACHER = torch.tensor([[[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0], [2.0, 3.0]]])
TARGETS = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]])
EVERYWHERE = torch.ones(2, 3, dtype=torch.bool)
ANSWER_TOKENS = torch.tensor([[True, True, False], [True, False, True]])


class FixedLogits(Module):
    """A model that says the same of everything."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits

    @override
    def forward(self, **_inputs: Tensor) -> QuestionAnsweringModelOutput:
        """The logits."""
        starts, ends = self.logits.unbind(dim=-1)
        return QuestionAnsweringModelOutput(start_logits=starts, end_logits=ends)


def golden_batch(answer_tokens: Tensor) -> dict[str, Tensor]:
    """What the golden values were computed from."""
    return {
        BatchPart.TARGETS: TARGETS,
        BatchPart.TEACHER_LOGITS: TEACHER,
        BatchPart.ANSWER_TOKENS: answer_tokens,
    }


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("loss", "temperature", "answer_tokens", "total"),
    [
        ("kl", 1.0, EVERYWHERE, 0.190103366),
        ("kl", 1.5, EVERYWHERE, 0.244503684),
        ("kl", 2.0, EVERYWHERE, 0.269195596),
        ("kl", 3.0, EVERYWHERE, 0.286391951),
        ("kl", 5.0, EVERYWHERE, 0.292475176),
        ("mse", 3.0, EVERYWHERE, 0.502070754),
        ("kl", 1.0, ANSWER_TOKENS, 0.164545030),
        ("kl", 1.5, ANSWER_TOKENS, 0.233354744),
        ("kl", 3.0, ANSWER_TOKENS, 0.310415331),
    ],
)
def test_sum_of_the_parts_is_the_published_loss(
    loss: str, temperature: float, answer_tokens: Tensor, total: float
) -> None:
    objective = TeacherLogitsAndLabels(loss, temperature, preset_weights(0.75, loss))

    parts = objective(FixedLogits(STUDENT), golden_batch(answer_tokens))

    assert sum(part.item() for part in parts.values()) == near(total)


def test_parts_are_weighted() -> None:
    objective = TeacherLogitsAndLabels("kl", 1.5, LossWeights(soft=1.5, hard=0.25))

    parts = objective(FixedLogits(STUDENT), golden_batch(EVERYWHERE))

    assert parts["labels"].item() == near(0.25 * 0.320783016)
    assert parts["teacher"].item() == near(1.5 * 0.109538620)


def test_labels_alone_are_the_cross_entropy() -> None:
    parts = Labels()(FixedLogits(STUDENT), golden_batch(EVERYWHERE))

    assert {name: part.item() for name, part in parts.items()} == {"labels": near(0.320783016)}


def test_logits_of_16_bits_are_compared_in_32() -> None:
    logits = span_logits(FixedLogits(STUDENT.bfloat16()), golden_batch(EVERYWHERE))

    assert logits.dtype == torch.float32


def test_model_reads_nothing_but_its_inputs() -> None:
    batch = Collator(0, takes_type_ids=True)(training_windows(2))

    assert set(model_inputs(batch)) == {"input_ids", "attention_mask", "token_type_ids"}


# Haystack labels an answer at the very end of a context with the separator behind it.
def test_target_on_the_separator_is_learnt_where_all_positions_are() -> None:
    [whole] = training_windows(1)
    size = len(whole.token_ids)
    window = TrainingWindow(
        id=whole.id,
        token_ids=whole.token_ids,
        type_ids=whole.type_ids,
        null_position=0,
        context_position=whole.context_position,
        context_size=whole.context_size - 1,
        targets=(TokenSpan(size - 2, size - 1),),
    )
    everywhere = Collator(0, takes_type_ids=True, length=20, is_haystack=True)([window])
    answers_only = Collator(0, takes_type_ids=True, length=20)([window])

    model = tiny_model()
    assert Labels()(model, everywhere)["labels"].isfinite()
    assert Labels()(model, answers_only)["labels"].isinf()
