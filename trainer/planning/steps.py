"""Lists the steps of a run, each with the operations that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from qareport.inference.options import AUTO
from trainer.planning.costs import ModelSize, forward_flops, measure_size, training_flops
from trainer.planning.memory_and_disk import fitting_bytes
from trainer.planning.outlines import ModelOutline
from trainer.planning.padded_tokens import (
    TokenLoad,
    UpdateCount,
    count_updates,
    load_of_epoch,
    load_of_pass,
)
from trainer.planning.planned_run import PlannedFitting, PlannedRun
from trainer.run_folder import ROLES
from trainer.windows import TrainingWindow


@dataclass(frozen=True, slots=True)
class FittingFlops:
    """Operations of a fitting, by what they are for."""

    learning: float
    teacher: float
    """Of a teacher that runs on every batch; 0 where there is none."""
    scoring: float
    """Of the learner, on the development data."""


@dataclass(frozen=True, slots=True)
class FittingStep:
    """A fitting of a model, with its windows, updates and operations."""

    name: str
    """Such as "student 1"."""
    learner: ModelSize
    precision: str
    """Of the matrix products."""
    windows: int
    epochs: float
    updates: UpdateCount
    tokens_per_epoch: int
    """With padding."""
    operations: FittingFlops
    checkpoint_bytes: int
    """Of all checkpoints that are there together."""

    @property
    def flops(self) -> float:
        """All operations."""
        operations = self.operations
        return operations.learning + operations.teacher + operations.scoring


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """Windows that a model runs on without being trained."""

    name: str
    """Such as "teacher's logits" or "scores of the student"."""
    reader: ModelSize
    precision: str
    """Of the matrix products; "auto" is what the device is fastest in."""
    windows: int
    tokens: int
    """With padding."""
    flops: float


Step = FittingStep | ForwardStep
"""A part of a run that takes long."""


@dataclass(frozen=True, slots=True)
class MeasuredWindows:
    """Lengths of the windows that models are scored on, in tokens."""

    evaluation: Sequence[int]
    development: Sequence[int]
    """Empty where checkpoints are not scored."""


def plan_steps(
    run: PlannedRun, measured: MeasuredWindows, *, batch_tokens: int
) -> tuple[Step, ...]:
    """All steps of a run in order; a forward pass takes `batch_tokens` at once.

    Raises:
        PreflightError: a batch cannot be shared out among the processes.
    """
    models, recipe = run.models, run.recipe
    development = load_of_pass(measured.development, batch_tokens=batch_tokens)
    evaluation = load_of_pass(measured.evaluation, batch_tokens=batch_tokens)

    def score(role: str, model: ModelOutline) -> Step:
        return _plan_forward(f"scores of the {role}", model, evaluation, precision=AUTO)

    fittings: dict[str, list[Step]] = {role: [] for role in ROLES}
    for planned in run.fittings:
        fittings[planned.role].append(_plan_fitting(run, planned, development))
    *before, last = fittings[STUDENT]
    return (
        *fittings[TEACHER],
        score(TEACHER, models.teacher),
        *before,
        _plan_logits(run, batch_tokens=batch_tokens),
        last,
        score(STUDENT, models.student),
        *fittings[BASELINE],
        *([score(BASELINE, models.student)] if recipe.baseline else []),
    )


def _plan_fitting(run: PlannedRun, planned: PlannedFitting, development: TokenLoad) -> FittingStep:
    training, learner = planned.training, measure_size(planned.learner.model)
    epoch = load_of_epoch(
        _lengths(planned.windows),
        training,
        seed=run.recipe.seed,
        processes=run.resources.processes,
        padded_length=run.recipe.padded_length,
    ).times(float(planned.copies))
    windows = planned.copies * len(planned.windows)
    updates = count_updates(windows, training)
    learnt = epoch.times(updates.updates / updates.per_epoch)
    reader = planned.teacher
    scored = 0 if training.evaluate_every is None else updates.updates // training.evaluate_every
    return FittingStep(
        name=planned.name,
        learner=learner,
        precision=training.precision,
        windows=windows,
        epochs=training.epochs,
        updates=updates,
        tokens_per_epoch=epoch.tokens,
        operations=FittingFlops(
            learning=training_flops(learner, learnt, training),
            teacher=forward_flops(measure_size(reader.model), learnt) if reader else 0.0,
            scoring=scored * forward_flops(learner, development),
        ),
        checkpoint_bytes=fitting_bytes(planned),
    )


def _plan_logits(run: PlannedRun, *, batch_tokens: int) -> ForwardStep:
    """The teacher's pass over all windows, for the last stage."""
    load = load_of_pass(
        _lengths(run.labelled.windows),
        batch_tokens=batch_tokens,
        padded_length=run.recipe.padded_length,
    )
    # Haystack's teachers compute in float32, as `load_teacher` has it.
    precision = "float32" if run.recipe.is_haystack else AUTO
    return _plan_forward("teacher's logits", run.models.teacher, load, precision=precision)


def _plan_forward(
    name: str, reader: ModelOutline, load: TokenLoad, *, precision: str
) -> ForwardStep:
    size = measure_size(reader.model)
    return ForwardStep(
        name, size, precision, load.windows, load.tokens, flops=forward_flops(size, load)
    )


def _lengths(windows: Sequence[TrainingWindow]) -> list[int]:
    return [len(window.token_ids) for window in windows]
