"""Refuses models that cannot do what the recipe asks of them."""

from collections.abc import Iterator

import torch

from qareport.inference.loading.models import position_limit
from trainer.errors import PreflightError
from trainer.fitting.arguments import share_out
from trainer.fitting.head import find_head
from trainer.losses.attention_scores import projection_names
from trainer.losses.intermediate import check_heads, layer_ratio
from trainer.losses.projections import HiddenSizes, make_projections
from trainer.planning.outlines import ModelOutline
from trainer.planning.planned_run import PlannedRun
from trainer.recipe import IntermediateStage


def check_positions(run: PlannedRun) -> Iterator[str]:
    """Models that cannot take windows as long as the recipe's."""
    models, length = run.models, run.recipe.windows.max_seq_length
    roles = [("student", models.student), *(("teacher", teacher) for teacher in models.teachers)]
    for role, outline in roles:
        limit = position_limit(outline.model)
        if limit is not None and limit < length:
            yield (
                f"{role} {outline.name!r}: takes {limit} tokens and windows.max_seq_length is "
                f"{length}; lower it to {limit}"
            )


def check_layers(run: PlannedRun) -> Iterator[str]:
    """An intermediate stage whose student and teacher cannot be compared layer by layer."""
    stage, teacher = run.recipe.intermediate, run.models.layer_teacher
    if stage is not None and teacher is not None:
        try:
            _compare_layers(stage, run.models.student, teacher)
        except PreflightError as error:
            yield f"intermediate stage with teacher {teacher.name!r}: {error}"


def check_learners(run: PlannedRun) -> Iterator[str]:
    """Models that are to learn and have no plain head for start and end logits."""
    fittings = run.fittings
    learners = {fitting.learner.name: fitting.learner for fitting in fittings}
    for name, learner in learners.items():
        try:
            find_head(learner.model)
        except PreflightError as error:
            yield f"{name}: {error}"


def check_batches(run: PlannedRun) -> Iterator[str]:
    """Fittings whose batch the processes cannot share evenly."""
    for fitting in run.fittings:
        try:
            share_out(fitting.training, processes=run.resources.processes)
        except PreflightError as error:
            yield f"{fitting.name}: {error}"


def _compare_layers(stage: IntermediateStage, student: ModelOutline, teacher: ModelOutline) -> None:
    """Refuses a stage whose loss cannot be computed.

    Raises:
        PreflightError: layers or heads do not match, or attention scores are not known.
    """
    own, expected = student.model.config, teacher.model.config
    layer_ratio(student_layers=own.num_hidden_layers, teacher_layers=expected.num_hidden_layers)
    if stage.attention_weight > 0:
        projection_names(student.model)
        projection_names(teacher.model)
        check_heads(
            student_heads=own.num_attention_heads, teacher_heads=expected.num_attention_heads
        )
    if stage.projections == "identity":
        sizes = HiddenSizes(own.num_hidden_layers + 1, own.hidden_size, expected.hidden_size)
        make_projections("identity", sizes, generator=torch.Generator())
