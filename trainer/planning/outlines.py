"""Loads the tokenizers, configurations and shapes of a recipe's models, without weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from transformers import (
    AutoConfig,
    AutoModelForQuestionAnswering,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from qareport.data.types import Example
from qareport.errors import ModelError
from qareport.inference.loading.building import LOADING_ERRORS, bounded_building
from qareport.inference.loading.checkpoints import find_folder
from qareport.inference.loading.configurations import check_configuration
from qareport.inference.loading.models import (
    SPAN_SIDES,
    check_fit,
    load_tokenizer,
    quiet_loading,
)
from qareport.inference.loading.weight_files import LARGEST_KNOWN, find_weight_files, read_stored
from trainer.ingredients import texts_of
from trainer.recipe import Recipe
from trainer.starting.layers import keep_layers
from trainer.starting.vocabulary import TrimmedModel, limit_vocabulary, trim_vocabulary

FILES = ("*.json", "*.txt", "*.model")
"""Configurations and tokenizers of all kinds: kilobytes, where weights are gigabytes."""
SHAPES = torch.device("meta")
"""Where tensors have shapes and no values."""
Trimming = Callable[[PreTrainedModel, PreTrainedTokenizerFast], TrimmedModel]


@dataclass(frozen=True, slots=True)
class ModelOutline:
    """A model and its tokenizer; of its weights, the shapes are enough."""

    name: str
    """Id on the Hub, or the folder as it was given."""
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    kept_ids: tuple[int, ...] | None = None
    """The teacher's id of each of its tokens, where the vocabulary was trimmed."""


@dataclass(frozen=True, slots=True)
class ModelOutlines:
    """All models that a recipe names."""

    teacher: ModelOutline
    student: ModelOutline
    layer_teacher: ModelOutline | None
    """Whose layers the student's are compared with, where the recipe asks for that."""

    @property
    def teachers(self) -> tuple[ModelOutline, ...]:
        """Each teacher once, the one that answers first."""
        if self.layer_teacher is None or self.layer_teacher.name == self.teacher.name:
            return (self.teacher,)
        return (self.teacher, self.layer_teacher)


def outline_models(recipe: Recipe, examples: Sequence[Example]) -> ModelOutlines:
    """The models of a recipe, from their configurations and tokenizers alone.

    Raises:
        ModelError: one of them is refused.
        PreflightError: the student cannot be cut as the recipe says.
        RecipeError: the teacher has no such layers.
    """
    teacher = _outline_teacher(recipe, examples)
    student = _outline_student(recipe, teacher, examples)
    return ModelOutlines(teacher, student, _outline_layer_teacher(recipe, teacher))


def read_outline(name: str, revision: str | None = None) -> ModelOutline:
    """The outline of a model in a folder or on the Hub.

    Raises:
        DataError: a file of it cannot be read as text.
        ModelError: there is none, no question-answering model can be made of it, its configuration
            does not go with its weight files, or its tokenizer does not fit.
    """
    folder = find_folder(name, revision, files=FILES)
    with quiet_loading():
        tokenizer = load_tokenizer(name, folder, trust_remote_code=False)
        model = _read_shapes(name, folder)
    check_fit(name, model, tokenizer)
    return ModelOutline(name, model, tokenizer)


def _read_shapes(name: str, folder: Path) -> PreTrainedModel:
    # Of a repository on the Hub, some of the files may have been fetched before.
    is_whole = Path(name).is_dir() and any(folder.glob("*.safetensors"))
    stored = read_stored(name, find_weight_files(name, folder)) if is_whole else LARGEST_KNOWN
    check_configuration(name, folder, stored)
    try:
        config = AutoConfig.from_pretrained(folder, num_labels=SPAN_SIDES)
        with SHAPES, bounded_building(name, stored):
            model: PreTrainedModel = AutoModelForQuestionAnswering.from_config(config)
    except LOADING_ERRORS as error:
        cause = str(error).strip().split("\n", maxsplit=1)[0]
        raise ModelError(
            f"{name}: no question-answering model can be made of its configuration ({cause})"
        ) from error
    return model


def _outline_teacher(recipe: Recipe, examples: Sequence[Example]) -> ModelOutline:
    whole = read_outline(recipe.teacher.model, recipe.teacher.revision)
    size = recipe.teacher.vocabulary_size
    if size is None:
        return whole
    cut = _trimmed(whole, partial(limit_vocabulary, texts=texts_of(examples), size=size))
    # Its ids are its own: the student's are counted from the cut teacher.
    return replace(cut, kept_ids=None)


def _outline_student(
    recipe: Recipe, teacher: ModelOutline, examples: Sequence[Example]
) -> ModelOutline:
    wish = recipe.student
    start = read_outline(wish.model, wish.revision) if wish.model else teacher
    if wish.layers is not None:
        with SHAPES:
            start = replace(start, model=keep_layers(start.model, wish.layers))
    if not wish.trim_vocabulary:
        return start
    return _trimmed(start, partial(trim_vocabulary, texts=texts_of(examples)))


def _trimmed(whole: ModelOutline, trim: Trimming) -> ModelOutline:
    # Tied weights are recognised by their memory, so there must be some.
    trimmed = trim(whole.model.to_empty(device="cpu"), whole.tokenizer)
    torch.nn.Module.to(trimmed.model, SHAPES)
    return ModelOutline(whole.name, trimmed.model, trimmed.tokenizer, trimmed.kept_ids)


def _outline_layer_teacher(recipe: Recipe, teacher: ModelOutline) -> ModelOutline | None:
    stage = recipe.intermediate
    if stage is None:
        return None
    return read_outline(stage.teacher, stage.revision) if stage.teacher else teacher
