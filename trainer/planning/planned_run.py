"""Describes a run that is about to begin: its models, windows, resources and fittings."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from accelerate.utils import parse_flag_from_env

from qareport.data.types import Example
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from trainer.ingredients import TrainingData, cut_teachers_own, cut_windows
from trainer.planning.outlines import ModelOutline, ModelOutlines, outline_models
from trainer.preparing.labelling import LabelledWindows
from trainer.processes import processes
from trainer.recipe import Augmentation, IntermediateStage, Recipe, Training
from trainer.windows import TrainingWindow

SPLITTING_FLAGS = ("ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED")
"""Set by accelerate's launcher where processes share a model out."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Disk, memory and processes of a run."""

    folder: Path | None
    """The folder of the run, where one is chosen."""
    disk_bytes: int | None
    """Free on its disk, or taken by the run itself, which may resume; None without a folder."""
    memory_bytes: int | None
    """Of the device that learns, as far as others leave it; None where it is not known."""
    processes: int
    keeps_attention: bool = False
    """Whether attention scores stay in memory until the backward pass, as on CPUs."""
    splits_models: bool = False
    """Whether each process holds a part of the weights alone, by accelerate's configuration."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that is about to begin."""

    recipe: Recipe
    models: ModelOutlines
    examples: tuple[Example, ...]
    """The training examples."""
    labelled: LabelledWindows
    """The windows of the examples, by the teacher's tokenizer."""
    resources: Resources
    teachers_own: LabelledWindows | None = None
    """What the teacher is fine-tuned on, where that is something else."""

    @property
    def fittings(self) -> tuple["PlannedFitting", ...]:
        """All fittings of the recipe, in order."""
        recipe, models = self.recipe, self.models
        windows, training = self.labelled.windows, recipe.distillation.training
        fittings: list[PlannedFitting] = []
        if recipe.teacher.tuning is not None:
            learnt = (self.teachers_own or self.labelled).windows
            tuning = recipe.teacher.tuning
            fittings.append(PlannedFitting(TEACHER, 1, models.teacher, tuning, learnt))
        if recipe.intermediate is not None:
            fittings.append(
                PlannedFitting(
                    STUDENT,
                    1,
                    models.student,
                    recipe.intermediate.training,
                    windows,
                    models.layer_teacher,
                    copies=_copies(recipe.intermediate, recipe.data.augmentation),
                )
            )
        number = 1 if recipe.intermediate is None else 2
        fittings.append(PlannedFitting(STUDENT, number, models.student, training, windows))
        if recipe.baseline:
            fittings.append(PlannedFitting(BASELINE, 1, models.student, training, windows))
        return tuple(fittings)


@dataclass(frozen=True, slots=True)
class PlannedFitting:
    """One fitting of one model."""

    role: str
    number: int
    """Counted from 1, within the role."""
    learner: ModelOutline
    training: Training
    windows: Sequence[TrainingWindow]
    """What it learns from, each of them `copies` times."""
    teacher: ModelOutline | None = None
    """Runs on every batch too; None where stored logits or labels alone are learnt from."""
    copies: int = 1
    """How often each window is there: once as it is, and with other words."""

    @property
    def name(self) -> str:
        """Such as "student 1"."""
        return f"{self.role} {self.number}"


def describe_run(recipe: Recipe, data: TrainingData, *, folder: Path | None) -> PlannedRun:
    """The run of a recipe on its data; no weights are loaded.

    Raises:
        ModelError: a model is not there, or is refused.
        PreflightError: there is no such student.
        RecipeError: windows or layers are not possible.
    """
    models = outline_models(recipe, data.examples)
    tokenizer = models.teacher.tokenizer
    return PlannedRun(
        recipe,
        models,
        data.examples,
        cut_windows(recipe, tokenizer, data.examples),
        find_resources(folder),
        cut_teachers_own(recipe, tokenizer, data),
    )


def find_resources(folder: Path | None) -> Resources:
    """What this machine has for a run in the folder, which need not exist yet."""
    state = processes()
    return Resources(
        folder=folder,
        disk_bytes=None if folder is None else _disk_for(folder),
        memory_bytes=memory_bytes(state.device),
        processes=state.num_processes,
        keeps_attention=state.device.type == "cpu",
        splits_models=any(parse_flag_from_env(flag) for flag in SPLITTING_FLAGS),
    )


def memory_bytes(device: torch.device) -> int | None:
    """Bytes that a device has for this process; None where they are not known."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device)
    if device.type == "cpu":
        # All there is, for what is free does not count the files that would give way.
        return int(psutil.virtual_memory().total)
    return None


def _copies(stage: IntermediateStage, augmentation: Augmentation | None) -> int:
    return 1 + augmentation.copies if stage.augmented and augmentation is not None else 1


def _disk_for(folder: Path) -> int:
    there = next(path for path in (folder, *folder.resolve().parents) if path.is_dir())
    own = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return shutil.disk_usage(there).free + own
