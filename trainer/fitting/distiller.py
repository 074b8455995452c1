"""Trains a model with transformers' Trainer in our order, by our loss and our scores."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate.utils import broadcast_object_list
from torch import Tensor
from torch.nn import Module
from torch.utils.data import Sampler
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from typing_extensions import override

from qareport.data.types import Totals
from trainer.errors import TrainingError
from trainer.fitting.arguments import trainer_arguments
from trainer.fitting.batching import Collator
from trainer.fitting.callbacks import SECONDS, Clock
from trainer.fitting.checkpoints import STATE, SealCheckpoints, checkpoint_path, is_end
from trainer.fitting.logs import EXACT, F1, PART_PREFIX, PartMeans
from trainer.fitting.objectives import Objective
from trainer.fitting.ordering import EpochSampler
from trainer.recipe import Training
from trainer.windows import TrainingWindow

DevelopmentScores = Callable[[PreTrainedModel], Totals]
"""Scores a model on the development data."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a model is fitted to, and how."""

    name: str
    """Such as "student 1"."""
    training: Training
    objective: Objective
    collator: Collator
    seed: int
    is_haystack: bool
    """Whether to decay all parameters and train a temperature in the head, as Haystack does."""
    score: DevelopmentScores | None = None


class Distiller(Trainer):
    """Fits a student by an objective; resumes with the same order, and scores with our metric."""

    def __init__(
        self,
        model: PreTrainedModel,
        windows: Sequence[TrainingWindow],
        fitting: Fitting,
        *,
        folder: Path,
    ) -> None:
        training = fitting.training
        self.student = model
        self.fitting = fitting
        self.order = EpochSampler(
            [len(window.token_ids) for window in windows],
            seed=fitting.seed,
            batch_size=training.batch_size,
            is_grouped=training.group_by_length,
        )
        self.clock = Clock()
        self.part_means = PartMeans()
        super().__init__(
            model=model,
            args=trainer_arguments(training, seed=fitting.seed, folder=folder),
            data_collator=fitting.collator,
            train_dataset=windows,
            eval_dataset=windows,  # never read, but asked for where scores are
            callbacks=[EpochSetter(self.order), LogLast(), StopAtNaN(), self.clock],
        )
        self.remove_callback(PrinterCallback)
        self.add_callback(SealCheckpoints())
        # Ours is a mean over the batch, whatever the model's own loss would take.
        self.loss_is_scaled_for_ga = False

    def fit_from(self, checkpoint: Path | None) -> None:
        """Trains from a checkpoint or from the start; not at all where training had ended.

        Raises:
            TrainingError: the loss is NaN or infinite.
        """
        # Trainer does not keep that it was to stop, and would make another update.
        if checkpoint is not None and is_end(checkpoint):
            self.state = TrainerState.load_from_json(str(checkpoint / STATE))
            self.clock.go_on_from(self.state.log_history)
            self._load_from_checkpoint(str(checkpoint))
        else:
            self.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))

    def keep_best(self) -> int:
        """Goes back to the weights with the best F1, and returns their update."""
        update = self.state.best_global_step or self.state.global_step
        # Not the path in the checkpoint: the folder may have moved since.
        best = checkpoint_path(Path(str(self.args.output_dir)), update)
        self.state.best_model_checkpoint = str(best)
        self._load_best_model()
        return update

    @override
    def compute_loss(
        self,
        model: Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The sum of the objective's parts, each a mean over the windows."""
        # accelerate has it for the student's forward pass alone, and a teacher may run here too.
        with self.accelerator.autocast():
            parts = self.fitting.objective(model, inputs)
        self.part_means.add(parts, share=1 / self.current_gradient_accumulation_steps)
        return torch.stack(list(parts.values())).sum()

    @override
    def _get_train_sampler(self, train_dataset: object = None) -> Sampler[int]:
        return self.order

    @override
    def get_decay_parameter_names(self, model: Module) -> list[str]:
        """All parameters, or all but biases and layer norms."""
        if self.fitting.is_haystack:
            return [name for name, _ in model.named_parameters()]
        names: list[str] = super().get_decay_parameter_names(model)
        return names

    @override
    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Adds the mean of each part of the loss since the last time, over all processes."""
        if "loss" in logs:
            for name, mean in self.part_means.take().items():
                logs[PART_PREFIX + name] = self.accelerator.reduce(mean, "mean").item()
        logs[SECONDS] = self.clock.seconds
        super().log(logs, start_time)

    @override
    def evaluate(
        self,
        eval_dataset: object = None,
        ignore_keys: list[str] | None = None,
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """Exact match and F1 in percent on the development data, the same in every process."""
        metrics: list[dict[str, float]] = [{}]
        if self.is_world_process_zero() and self.fitting.score is not None:
            overall = self.fitting.score(self.student).overall
            metrics = [{EXACT: 100 * overall.exact, F1: 100 * overall.f1}]
        broadcast_object_list(metrics)
        self.log(dict(metrics[0]))
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics[0]
        )
        return metrics[0]


@dataclass
class EpochSetter(TrainerCallback):
    """Sets the epoch of the order; accelerate does not reach it in every arrangement."""

    order: EpochSampler

    @override
    def on_epoch_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        self.order.epoch = int(state.epoch)


class LogLast(TrainerCallback):
    """Logs the last updates too, however few they are."""

    @override
    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: object,
    ) -> None:
        if state.global_step >= state.max_steps:
            control.should_log = True


class StopAtNaN(TrainerCallback):
    """Stops a run whose loss is NaN or infinite."""

    @override
    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **kwargs: object,
    ) -> None:
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise TrainingError(
                f"update {state.global_step}: the loss is {loss}; try a lower learning_rate, or "
                'precision = "float32"'
            )
