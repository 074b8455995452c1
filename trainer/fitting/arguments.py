"""Translates a recipe's training table into arguments of transformers' Trainer."""

import math
from dataclasses import dataclass
from pathlib import Path

from transformers import TrainingArguments

from trainer.errors import PreflightError
from trainer.processes import LONGEST_WAIT, processes
from trainer.recipe import Training

UPDATES_PER_LOG = 10
KEPT_CHECKPOINTS = 3
"""The best one, the last whole one, and the one that is being written."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The micro-batches of one process for an update."""

    micro_batch: int
    """Windows that it takes at once."""
    micro_batches: int


def share_out(training: Training, *, processes: int) -> Shares:
    """The micro-batches of each process, for a batch that is divided among all of them.

    Raises:
        PreflightError: it cannot be done evenly.
    """
    share, rest = divmod(training.batch_size, processes)
    micro_batch = min(training.micro_batch_size or share, share)
    if rest or share % micro_batch:
        unit = processes * (training.micro_batch_size or 1)
        raise PreflightError(
            f"batch_size {training.batch_size} cannot be shared out evenly among {processes} "
            f"processes in micro-batches of {training.micro_batch_size or 'any size'}; choose a "
            f"multiple of {unit}"
        )
    return Shares(micro_batch, share // micro_batch)


def trainer_arguments(training: Training, *, seed: int, folder: Path) -> TrainingArguments:
    """The arguments of transformers' Trainer.

    Raises:
        PreflightError: the batch cannot be shared out among the processes.
    """
    state = processes()
    shares = share_out(training, processes=state.num_processes)
    arguments = TrainingArguments(
        output_dir=str(folder),
        seed=seed,
        num_train_epochs=training.epochs,
        per_device_train_batch_size=shares.micro_batch,
        gradient_accumulation_steps=shares.micro_batches,
        learning_rate=training.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=training.warmup,
        weight_decay=training.weight_decay,
        max_grad_norm=training.max_gradient_norm,
        bf16=training.precision == "bfloat16",
        fp16=training.precision == "float16",
        activation_checkpointing=training.gradient_checkpointing,
        use_cpu=state.device.type == "cpu",
        dataloader_pin_memory=state.device.type == "cuda",
        # A checkpoint always comes right after a log entry, so that none is lost with a restart.
        logging_steps=math.gcd(UPDATES_PER_LOG, training.save_every),
        logging_nan_inf_filter=False,
        save_steps=training.save_every,
        save_total_limit=KEPT_CHECKPOINTS,
        # Its own keeping of the best wants checkpoints at no other updates than scores.
        eval_strategy="no" if training.evaluate_every is None else "steps",
        eval_steps=training.evaluate_every,
        metric_for_best_model=None if training.evaluate_every is None else "f1",
        greater_is_better=True,
        restore_callback_states_from_checkpoint=True,
        remove_unused_columns=False,
        report_to="none",
        ddp_timeout=int(LONGEST_WAIT.total_seconds()),
        disable_tqdm=True,
    )
    # Without a launcher, Trainer would hand each device of this machine a micro-batch of its own.
    arguments._n_gpu = min(arguments.n_gpu, 1)  # noqa: SLF001
    return arguments
