"""Fits a model's weights to windows, resuming where a killed run stopped."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import torch
from transformers import EarlyStoppingCallback, PreTrainedModel
from transformers.integrations.integration_utils import (
    TensorBoardCallback,
    is_tensorboard_available,
)

from qareport.evaluation.training_json import StageFacts
from qareport.inference.engines.devices import choose_attention
from qareport.inference.loading.models import quiet_loading
from trainer.errors import PreflightError, TrainingError
from trainer.fitting.callbacks import OnUpdate, ReportProgress
from trainer.fitting.checkpoints import last_checkpoint
from trainer.fitting.distiller import Distiller, Fitting
from trainer.fitting.head import dropout_before_head, head_temperature
from trainer.fitting.logs import development_curve, loss_curve
from trainer.processes import processes
from trainer.recipe import Training
from trainer.windows import TrainingWindow

TENSORBOARD = "tensorboard"
"""Folder of its logs, beside the checkpoints."""


def fit(
    model: PreTrainedModel,
    windows: Sequence[TrainingWindow],
    fitting: Fitting,
    *,
    folder: Path,
    watch: OnUpdate,
) -> StageFacts:
    """Fits the weights of `model` in place; `folder` has checkpoints, from which it resumes.

    Seeds the global generators. The model is left in eval mode, on the device that it learnt on.

    Raises:
        PreflightError: the batch cannot be shared out among the processes, or the model cannot do
            what is asked of it.
        TrainingError: the loss is NaN or infinite, or the device's memory is too small.
    """
    training = fitting.training
    _check(model, training)
    with quiet_loading(), _equipped(model, fitting):
        distiller = Distiller(model, windows, fitting, folder=folder)
        _add_callbacks(distiller, training.patience, folder)
        distiller.add_callback(ReportProgress(watch))
        try:
            distiller.fit_from(_resume_point(folder))
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                f"update {distiller.state.global_step + 1}: the device is out of memory; lower "
                f"micro_batch_size (now {distiller.args.per_device_train_batch_size}), or keep "
                "fewer activations by gradient_checkpointing = true"
            ) from error
        best = distiller.keep_best() if training.keep == "best" else None
        distiller.accelerator.free_memory()
    state = distiller.state
    return StageFacts(
        name=fitting.name,
        windows=len(windows),
        updates=state.global_step,
        epochs=float(state.epoch),
        seconds=distiller.clock.seconds,
        processes=distiller.args.world_size,
        loss_curve=loss_curve(state),
        development=development_curve(state),
        kept_update=best or state.global_step,
    )


def _check(model: PreTrainedModel, training: Training) -> None:
    if training.precision == "float16" and processes().device.type == "cpu":
        raise PreflightError(
            'precision = "float16" is not available on a CPU; choose "bfloat16" or "float32"'
        )
    if training.gradient_checkpointing and not model.supports_gradient_checkpointing:
        raise PreflightError(
            f"{type(model).__name__} cannot compute activations twice; "
            "set gradient_checkpointing = false"
        )


@contextmanager
def _equipped(model: PreTrainedModel, fitting: Fitting) -> Iterator[None]:
    """Equips the model for training, and undoes it at the end."""
    with ExitStack() as stack:
        stack.enter_context(_cleared_afterwards(model))
        choose_attention(model, processes().device)
        if fitting.training.head_dropout:
            stack.enter_context(dropout_before_head(model, fitting.training.head_dropout))
        if fitting.is_haystack:
            stack.enter_context(head_temperature(model))
        yield


@contextmanager
def _cleared_afterwards(model: PreTrainedModel) -> Iterator[None]:
    """Undoes what Trainer and accelerate change on the model itself."""
    attributes, settings = set(vars(model)), dict(vars(model.config))
    try:
        yield
    finally:
        # A forward pass in autocast, and the mark that the model needs no preparing any more: it
        # would go through its next stage without autocast and DDP.
        for name in set(vars(model)) - attributes:
            delattr(model, name)
        vars(model.config).clear()
        vars(model.config).update(settings)
        model.activation_checkpointing_disable()
        model.eval()


def _add_callbacks(distiller: Distiller, patience: int | None, folder: Path) -> None:
    if patience is not None:
        distiller.add_callback(EarlyStoppingCallback(patience))
    if is_tensorboard_available():
        board = TensorBoardCallback()
        # By itself it takes a folder named by clock and host, another one after each restart.
        board.logging_dir = str(folder / TENSORBOARD)
        distiller.add_callback(board)


def _resume_point(folder: Path) -> Path | None:
    with processes().main_process_first():
        return last_checkpoint(folder)
