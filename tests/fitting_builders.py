"""Builds windows, models, teacher logits and fittings for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import Module
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from qareport.data.types import Totals
from qareport.evaluation.training_json import StageFacts
from tests.builders import total_of
from tests.tiny_models import FAMILIES, tiny_config
from trainer.fitting.batching import Collator
from trainer.fitting.callbacks import UpdateProgress
from trainer.fitting.distiller import Fitting
from trainer.fitting.fitting import fit
from trainer.fitting.objectives import Labels
from trainer.recipe import Training
from trainer.teaching.cache import TeacherLogits
from trainer.teaching.layout import lay_out
from trainer.windows import TokenSpan, TrainingWindow

SHORTEST, LONGEST = 6, 16
QUESTION_TOKENS = 3
"""Null token, question and separator."""
TRAINING = Training(
    epochs=2,
    batch_size=4,
    learning_rate=1e-3,
    warmup=0.0,
    head_dropout=0.0,
    save_every=2,
)
"""A short one, without chance but for the order."""


@dataclass
class Steps:
    """Counts the updates that a run reports."""

    seen: list[UpdateProgress] = field(default_factory=list)

    def __call__(self, progress: UpdateProgress) -> None:
        """Keeps how far the run is."""
        self.seen.append(progress)

    @property
    def updates(self) -> int:
        """The latest update."""
        return self.seen[-1].updates if self.seen else 0


@dataclass(frozen=True, slots=True)
class ScriptedScores:
    """Development scores by the update after which they are asked for."""

    f1_by_update: Mapping[int, float]
    steps: Steps

    def __call__(self, _model: PreTrainedModel) -> Totals:
        """The scores of the script."""
        f1 = self.f1_by_update[self.steps.updates]
        return Totals(total_of(n=1, exact=f1 / 2, f1=f1), None, None)


def training_windows(count: int, *, seed: int = 0) -> tuple[TrainingWindow, ...]:
    """Windows of random tokens and lengths, each with an answer somewhere."""
    draws = np.random.default_rng(seed)
    return tuple(_draw_window(draws, number) for number in range(count))


def tiny_model(
    family: str = "bert", *, seed: int = 0, dropout: float = 0.0, layers: int = 2
) -> PreTrainedModel:
    """A model with random weights."""
    config = tiny_config(family, FAMILIES[family].tokenizer())
    config.num_hidden_layers = layers
    if dropout:
        config.hidden_dropout_prob = dropout
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model: PreTrainedModel = AutoModelForQuestionAnswering.from_config(config)
    model.eval()
    return model


def plain_fitting(training: Training = TRAINING, *, name: str = "student 1") -> Fitting:
    """Fine-tuning on the labels; a test replaces what it is about."""
    collator = Collator(padding_id=0, takes_type_ids=True)
    return Fitting(name, training, Labels(), collator, seed=42, is_haystack=False)


def changed(training: Training = TRAINING, **changes: object) -> Training:
    """The training with other values, checked anew."""
    return Training.model_validate({**training.model_dump(), **changes})


def fit_quietly(
    model: PreTrainedModel,
    windows: Sequence[TrainingWindow],
    fitting: Fitting,
    folder: Path,
) -> StageFacts:
    """What became of the model, with nobody watching."""
    return fit(model, windows, fitting, folder=folder, watch=Steps())


def teacher_logits(
    folder: Path, windows: Sequence[TrainingWindow], *, length: int | None = None
) -> TeacherLogits:
    """Random logits for the windows, as a cache would hold them."""
    layout = lay_out(windows, length=length)
    draws = np.random.default_rng(7)
    kept = draws.normal(size=(int(layout.offsets[-1]), 2)).astype(np.float16)
    positions = {window.id: index for index, window in enumerate(windows)}
    return TeacherLogits(folder, layout, positions, (kept,))


def weights_of(model: Module) -> dict[str, Tensor]:
    """Copies of the weights, by name."""
    return {name: weight.clone() for name, weight in model.state_dict().items()}


def same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Whether all weights are equal to the last bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def without_clock(facts: StageFacts) -> StageFacts:
    """The facts but for the time that they took."""
    return replace(facts, seconds=0.0)


def _draw_window(draws: np.random.Generator, number: int) -> TrainingWindow:
    size = int(draws.integers(SHORTEST, LONGEST + 1))
    first = int(draws.integers(QUESTION_TOKENS, size - 1))
    return TrainingWindow(
        id=f"q{number}#0",
        token_ids=draws.integers(5, 100, size).astype(np.int32),
        type_ids=np.array([0] * QUESTION_TOKENS + [1] * (size - QUESTION_TOKENS), dtype=np.int32),
        null_position=0,
        context_position=QUESTION_TOKENS,
        context_size=size - QUESTION_TOKENS,
        targets=(TokenSpan(first, min(first + 1, size - 1)),),
    )
