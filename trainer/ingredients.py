"""Loads what a recipe names: examples, windows, teacher and student."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.data.findings import FindingGroup
from qareport.data.types import DataSet, Example
from qareport.evaluation.training_json import WindowFacts
from qareport.inference.identity import ModelIdentity
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.options import AUTO, AnsweringOptions, EngineOptions
from trainer.preparing.augmenting import augment
from trainer.preparing.labelling import LabelledWindows, label_windows
from trainer.preparing.masked_words import load_masked_words
from trainer.preparing.mixing import Mix, mix
from trainer.preparing.sources import read_measured, read_sources
from trainer.preparing.unanswerable import UnanswerableExamples, make_unanswerable
from trainer.processes import processes
from trainer.progress import Watch
from trainer.recipe import Augmentation, Recipe
from trainer.run_folder import RunFolder
from trainer.starting.layers import keep_layers
from trainer.starting.pretrained import load_pretrained
from trainer.starting.vocabulary import limit_vocabulary, trim_vocabulary
from trainer.windows import TrainingWindow


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The examples of a run, and how they were made."""

    mix: Mix
    examples: tuple[Example, ...]
    """Those of the mix, and unanswerable ones made of them."""
    made: UnanswerableExamples | None
    """The unanswerable ones, where the recipe asks for them."""
    teacher_mix: Mix | None
    """What the teacher is fine-tuned on, where that is something else."""
    evaluation: DataSet
    development: DataSet | None


@dataclass(frozen=True, slots=True)
class Run:
    """A recipe with its data and the folder that its results go into."""

    recipe: Recipe
    folder: RunFolder
    data: TrainingData
    watch: Watch


@dataclass(frozen=True, slots=True)
class Learner:
    """A model before it is trained."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    kept_ids: tuple[int, ...] | None
    """The teacher's id of each of its tokens, where the student's vocabulary was trimmed."""


def read_data(recipe: Recipe) -> TrainingData:
    """All examples that a recipe names.

    Raises:
        DataError: a source cannot be read, or has errors that forbid using it.
    """
    settings = recipe.data
    streams = _streams(recipe)
    evaluation = read_measured(settings.evaluation, streams.evaluation)
    development = (
        read_measured(settings.development, streams.development) if settings.development else None
    )
    mixed = mix(read_sources(settings.train, streams.training), evaluation.examples)
    teacher_sources = read_sources(recipe.teacher.train, streams.teacher)
    made = (
        make_unanswerable(
            mixed.examples, share=settings.unanswerable, generator=streams.unanswerable
        )
        if settings.unanswerable
        else None
    )
    return TrainingData(
        mix=mixed,
        examples=(*mixed.examples, *(made.examples if made else ())),
        made=made,
        teacher_mix=mix(teacher_sources, evaluation.examples) if teacher_sources else None,
        evaluation=evaluation,
        development=development,
    )


def load_teacher(name: str, revision: str | None, recipe: Recipe) -> LoadedModel:
    """A teacher on this process's device.

    Raises:
        ModelError: it is refused.
    """
    dtype = "float32" if recipe.is_haystack else AUTO
    device = str(processes().device)
    return load_model(name, EngineOptions(device=device, dtype=dtype), revision=revision)


def cut_windows(
    recipe: Recipe, tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example]
) -> LabelledWindows:
    """The windows of the examples, by the recipe's rules.

    Raises:
        RecipeError: its windows do not fit the questions.
    """
    return label_windows(
        tokenizer,
        examples,
        recipe.windows,
        fidelity=recipe.fidelity,
        golds=recipe.data.golds,
    )


def cut_teachers_own(
    recipe: Recipe, tokenizer: PreTrainedTokenizerFast, data: TrainingData
) -> LabelledWindows | None:
    """The windows that the teacher is fine-tuned on, where those are not the student's.

    Raises:
        RecipeError: its windows do not fit the questions.
    """
    if data.teacher_mix is None:
        return None
    return cut_windows(recipe, tokenizer, data.teacher_mix.examples)


def augmented(recipe: Recipe, settings: Augmentation, examples: Sequence[Example]) -> list[Example]:
    """Copies of the examples with other words around the answers.

    Raises:
        ModelError: the masked language model is refused.
    """
    generator = _streams(recipe).augmentation
    words = load_masked_words(
        settings.model, candidates=settings.candidates, device=processes().device
    )
    return list(
        augment(
            examples, words, copies=settings.copies, replaced=settings.replaced, generator=generator
        )
    )


def load_start(name: str, revision: str | None, recipe: Recipe) -> Learner:
    """A pretrained or fine-tuned model, with what its head lacks drawn by the recipe's seed.

    Raises:
        ModelError: it is refused.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    start = load_pretrained(name, generator, revision=revision)
    return Learner(start.model, start.tokenizer, kept_ids=None)


def start_teacher(recipe: Recipe, examples: Sequence[Example]) -> Learner:
    """The teacher as the recipe cuts it, before it is fine-tuned.

    Raises:
        ModelError: it is refused.
        PreflightError: its vocabulary cannot be cut to this size.
    """
    settings = recipe.teacher
    start = load_start(settings.model, settings.revision, recipe)
    if settings.vocabulary_size is None:
        return start
    texts = texts_of(examples)
    cut = limit_vocabulary(start.model, start.tokenizer, texts, size=settings.vocabulary_size)
    return Learner(cut.model, cut.tokenizer, kept_ids=None)


def start_student(recipe: Recipe, teacher: ModelIdentity, examples: Sequence[Example]) -> Learner:
    """The student before it learns anything; the same at every call.

    `teacher` is the one it learns from, tuned or not.

    Raises:
        ModelError: the pretrained model is refused.
        PreflightError: it cannot be cut as the recipe says.
        RecipeError: it has no such layers.
    """
    settings = recipe.student
    if settings.model is None:
        start = load_start(teacher.name, teacher.revision, recipe)
    else:
        start = load_start(settings.model, settings.revision, recipe)
    if settings.layers is not None:
        start = replace(start, model=keep_layers(start.model, settings.layers))
    if not settings.trim_vocabulary:
        return start
    trimmed = trim_vocabulary(start.model, start.tokenizer, texts_of(examples))
    return Learner(trimmed.model, trimmed.tokenizer, trimmed.kept_ids)


def texts_of(examples: Iterable[Example]) -> Iterator[str]:
    """All that a model reads of the examples, as windows have it."""
    for example in examples:
        yield example.question.lstrip()
        yield example.context


def answering_options(recipe: Recipe) -> AnsweringOptions:
    """How models are scored: the usual way, in windows of the recipe's length.

    Where a recipe's windows start a step apart, a third of each is shared: 128 of 384 tokens.
    """
    windows = recipe.windows
    shared = windows.doc_stride if windows.stride == "overlap" else windows.max_seq_length // 3
    return AnsweringOptions(max_seq_length=windows.max_seq_length, doc_stride=shared)


def in_own_tokens(
    windows: Sequence[TrainingWindow], kept_ids: Sequence[int]
) -> list[TrainingWindow]:
    """The windows with the ids of a trimmed vocabulary; each token keeps its position."""
    new_ids = np.full(max(kept_ids) + 1, -1, dtype=np.int32)
    new_ids[list(kept_ids)] = np.arange(len(kept_ids))
    return [replace(window, token_ids=new_ids[window.token_ids]) for window in windows]


def findings_of(data: TrainingData, windows: LabelledWindows) -> tuple[FindingGroup, ...]:
    """The findings about the sources, the mixes and the windows."""
    mixes = [data.mix] if data.teacher_mix is None else [data.mix, data.teacher_mix]
    read = (each for mixed in mixes for source in mixed.sources for each in source.data.findings)
    between = (each for mixed in mixes for each in mixed.findings)
    return (*read, *between, *windows.findings)


def window_facts(labelled: LabelledWindows) -> WindowFacts:
    """Counts of examples and windows, with the exclusions."""
    return WindowFacts(
        examples=labelled.examples_read,
        windows=len(labelled.windows),
        no_answer_windows=labelled.windows_without_answer,
        exclusions=labelled.exclusions,
    )


@dataclass(frozen=True, slots=True)
class _Streams:
    """Random numbers for each purpose; one more draw for one changes nothing for the others."""

    evaluation: np.random.Generator
    development: np.random.Generator
    training: np.random.Generator
    unanswerable: np.random.Generator
    augmentation: np.random.Generator
    teacher: np.random.Generator


def _streams(recipe: Recipe) -> _Streams:
    return _Streams(*np.random.default_rng(recipe.seed).spawn(len(fields(_Streams))))
