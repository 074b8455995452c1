"""Builds planned runs for tests, from recipes, outlines and windows."""

import copy
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Exclusion
from tests.builders import example
from tests.starting_builders import random_model
from tests.tiny_models import FAMILIES, SENTENCES, Setting, tiny_config
from trainer.planning.outlines import ModelOutline, ModelOutlines
from trainer.planning.planned_run import PlannedRun, Resources
from trainer.preparing.labelling import LabelledWindows
from trainer.recipe import Recipe
from trainer.windows import TokenSpan, TrainingWindow

EXAMPLES = (
    example("q1", SENTENCES[1], context=SENTENCES[0], golds=("Normandy",)),
    example("q2", SENTENCES[1], context=SENTENCES[2]),
)
ANYWHERE = Resources(folder=None, disk_bytes=None, memory_bytes=None, processes=1)
"""Nothing is known of disk and memory."""


def recipe(**sections: object) -> Recipe:
    """A recipe with the sections of a test; the others are the least that it must say."""
    least: Mapping[str, object] = {
        "purpose": "a test",
        "data": {"train": [{"source": "train.json"}], "evaluation": {"source": "dev.json"}},
        "windows": {"max_seq_length": 64, "doc_stride": 16},
        "teacher": {"model": "teacher"},
        "student": {"model": "student"},
    }
    return Recipe.model_validate({**least, **sections})


def outline(
    family: str,
    tokenizer: PreTrainedTokenizerFast | None = None,
    *,
    name: str = "student",
    **settings: Setting,
) -> ModelOutline:
    """A tiny model of the family; `settings` go into its configuration."""
    own = tokenizer or FAMILIES[family].tokenizer()
    return changed(ModelOutline(name, random_model(tiny_config(family, own)), own), settings)


def changed(whole: ModelOutline, settings: Mapping[str, Setting]) -> ModelOutline:
    """The outline with another model, by the same configuration but for the settings."""
    config = copy.deepcopy(whole.model.config)
    config.update(dict(settings))
    return replace(whole, model=random_model(config))


def teacher_like(student: ModelOutline, name: str = "teacher") -> ModelOutline:
    """The same model under another name."""
    return replace(student, name=name)


def window(example_id: str, tokens: int = 8, *, answer: int | None = 3) -> TrainingWindow:
    """A window of so many tokens with the answer at one of them, or none."""
    target = 0 if answer is None else answer
    return TrainingWindow(
        id=f"{example_id}#0",
        token_ids=np.full(tokens, 7, dtype=np.int32),
        type_ids=np.zeros(tokens, dtype=np.int32),
        null_position=0,
        context_position=2,
        context_size=tokens - 3,
        targets=(TokenSpan(target, target),),
    )


def labelled(
    *windows: TrainingWindow, left_out: int = 0, without_answer: int = 0
) -> LabelledWindows:
    """Windows of as many examples, and examples that were left out."""
    return LabelledWindows(
        windows=windows,
        examples_read=len(windows) + left_out,
        exclusions=(Exclusion("misplaced", left_out),) if left_out else (),
        windows_without_answer=without_answer,
        findings=(),
    )


def planned_run(
    *,
    plan: Recipe | None = None,
    student: ModelOutline | None = None,
    teacher: ModelOutline | None = None,
    windows: LabelledWindows | None = None,
    resources: Resources = ANYWHERE,
    layer_teacher: ModelOutline | None = None,
) -> PlannedRun:
    """A run of a BERT student with a teacher like it on two windows, unless a test says else."""
    own = student or outline("bert")
    return PlannedRun(
        recipe=plan or recipe(),
        models=ModelOutlines(teacher or teacher_like(own), own, layer_teacher),
        examples=EXAMPLES,
        labelled=windows or labelled(window("q1"), window("q2", answer=None)),
        resources=resources,
    )
