"""Trains and saves teacher, student and baseline."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER, CacheFacts, StageFacts
from qareport.inference.engines.devices import TORCH_DTYPES
from qareport.inference.identity import ModelIdentity
from qareport.inference.loading.models import LoadedModel, takes_type_ids
from trainer.fitting.batching import Collator
from trainer.fitting.development import LiveScores
from trainer.fitting.distiller import Fitting
from trainer.fitting.fitting import fit
from trainer.fitting.layers import comparing_layers
from trainer.fitting.objectives import Labels, Objective, TeacherLogitsAndLabels
from trainer.ingredients import (
    Learner,
    Run,
    answering_options,
    augmented,
    cut_windows,
    in_own_tokens,
    load_start,
    start_student,
    start_teacher,
)
from trainer.losses.distillation import preset_weights
from trainer.processes import processes
from trainer.recipe import IntermediateStage, Training
from trainer.run_folder import save_model
from trainer.teaching.cache import TeacherCache, TeacherLogits, cache_bytes, open_or_build
from trainer.windows import TrainingWindow


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """How the student was trained."""

    stages: tuple[StageFacts, ...]
    cache: CacheFacts
    """Of the last stage's teacher logits."""


def remake_teacher(run: Run, windows: Sequence[TrainingWindow]) -> list[StageFacts]:
    """Cuts and fine-tunes the teacher as the recipe says, and saves it.

    Raises:
        TrainingError: its loss is NaN or infinite.
    """
    teacher = start_teacher(run.recipe, run.data.examples)
    tuning = run.recipe.teacher.tuning
    stages: list[StageFacts] = []
    if tuning is not None:
        fitting = _fitting(run, teacher, f"{TEACHER} 1", training=tuning, objective=Labels())
        stages.append(_fit(run, teacher, windows, fitting))
    _save(run, TEACHER, teacher)
    return stages


def train_student(
    run: Run, teacher: LoadedModel, windows: Sequence[TrainingWindow]
) -> StudentFacts:
    """Trains the student in all stages, and saves it.

    Raises:
        CacheError: the disk has no room for the teacher's logits.
        ModelError: a teacher's logits are not finite.
        TrainingError: a loss is NaN or infinite.
    """
    student = start_student(run.recipe, teacher.identity, run.data.examples)
    stages: list[StageFacts] = []
    if run.recipe.intermediate is not None:
        stages.append(_learn_layers(run, student, run.recipe.intermediate, teacher.identity))
    stage = run.recipe.distillation
    cache = _compute_teacher_logits(run, teacher, windows)
    objective = TeacherLogitsAndLabels(
        stage.loss, stage.temperature, preset_weights(stage.weight, stage.loss)
    )
    fitting = _fitting(
        run,
        student,
        f"{STUDENT} {len(stages) + 1}",
        training=stage.training,
        objective=objective,
        teacher=cache.logits,
    )
    stages.append(_fit(run, student, windows, fitting))
    _save(run, STUDENT, student)
    facts = CacheFacts(
        size_bytes=cache_bytes(windows, length=run.recipe.padded_length),
        largest_rounding=cache.largest_rounding,
        computed_windows=cache.computed_windows,
        computed_in=cache.key.compute_dtype,
    )
    return StudentFacts(tuple(stages), facts)


def train_baseline(
    run: Run, teacher: ModelIdentity, windows: Sequence[TrainingWindow]
) -> StageFacts:
    """Trains the student by the last stage's rules on the labels alone, and saves it.

    Raises:
        TrainingError: its loss is NaN or infinite.
    """
    baseline = start_student(run.recipe, teacher, run.data.examples)
    training = run.recipe.distillation.training
    fitting = _fitting(run, baseline, f"{BASELINE} 1", training=training, objective=Labels())
    facts = _fit(run, baseline, windows, fitting)
    _save(run, BASELINE, baseline)
    return facts


def _learn_layers(
    run: Run, student: Learner, stage: IntermediateStage, teacher: ModelIdentity
) -> StageFacts:
    """Trains the student's hidden states and attention towards those of the stage's teacher."""
    recipe = run.recipe
    if stage.teacher is None:
        model = load_start(teacher.name, teacher.revision, recipe).model
    else:
        model = load_start(stage.teacher, stage.revision, recipe).model
    examples = run.data.examples
    if stage.augmented and recipe.data.augmentation is not None:
        examples = (*examples, *augmented(recipe, recipe.data.augmentation, examples))
    windows = cut_windows(recipe, student.tokenizer, examples).windows
    with comparing_layers(student.model, model, stage, seed=recipe.seed) as objective:
        fitting = _fitting(
            run, student, f"{STUDENT} 1", training=stage.training, objective=objective
        )
        return _fit(run, student, windows, fitting)


def _compute_teacher_logits(
    run: Run, teacher: LoadedModel, windows: Sequence[TrainingWindow]
) -> TeacherCache:
    """The teacher's logits of all windows; one process computes them, the others read them."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        run.watch("teacher's logits", done, len(windows))

    with processes().main_process_first():
        return open_or_build(
            run.folder.teacher_logits,
            teacher,
            windows,
            length=run.recipe.padded_length,
            watch=count,
        )


def _fitting(
    run: Run,
    learner: Learner,
    name: str,
    *,
    training: Training,
    objective: Objective,
    teacher: TeacherLogits | None = None,
) -> Fitting:
    """The fitting of a model in one stage of the recipe."""
    recipe = run.recipe
    collator = Collator(
        padding_id=learner.tokenizer.pad_token_id or 0,
        takes_type_ids=takes_type_ids(learner.model),
        length=recipe.padded_length,
        is_haystack=recipe.is_haystack,
        teacher=teacher,
    )
    return Fitting(
        name=name,
        training=training,
        objective=objective,
        collator=collator,
        seed=recipe.seed,
        is_haystack=recipe.is_haystack,
        score=_live_scores(run, learner),
    )


def _fit(
    run: Run, learner: Learner, windows: Sequence[TrainingWindow], fitting: Fitting
) -> StageFacts:
    """Fits a model by the recipe, and returns the facts of the stage."""
    own = windows if learner.kept_ids is None else in_own_tokens(windows, learner.kept_ids)
    return fit(
        learner.model,
        own,
        fitting,
        folder=run.folder.checkpoints(fitting.name),
        watch=lambda progress: run.watch(fitting.name, progress.updates, progress.of),
    )


def _live_scores(run: Run, learner: Learner) -> LiveScores | None:
    if run.data.development is None:
        return None
    options = answering_options(run.recipe)
    return LiveScores(learner.tokenizer, run.data.development.examples, options)


def _save(run: Run, role: str, learner: Learner) -> None:
    """Saves a model, in its final precision, after all its training."""
    precision = "float32" if role == TEACHER else run.recipe.student.saved_as
    if processes().is_main_process:
        nn.Module.to(learner.model, TORCH_DTYPES[precision])
        save_model(run.folder.model(role), learner.model, learner.tokenizer)
    processes().wait_for_everyone()
