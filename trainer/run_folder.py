"""Lays out the folder of a run, and keeps it to one recipe."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from safetensors import SafetensorError
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.data.files import write_text
from qareport.data.outputs import refuse_link, require_apart
from qareport.data.readers.json_file import read_json
from qareport.errors import OutputError
from qareport.evaluation.record.folder_lock import LOCK
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.resume import SHARDS, WORK
from qareport.evaluation.training_json import BASELINE, FACTS_FILE, MODEL_FOLDERS, STUDENT, TEACHER
from qareport.inference.loading.models import quiet_loading
from trainer.errors import TrainingError
from trainer.recipe import Recipe

OWNER = "recipe.json"
ROLES = (TEACHER, STUDENT, BASELINE)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder that `--output` names."""

    path: Path

    @property
    def facts(self) -> Path:
        """Facts of the whole run; written last."""
        return self.path / FACTS_FILE

    @property
    def comparison(self) -> Path:
        """Comparisons of the student with teacher and baseline."""
        return self.path / "comparison.json"

    def model(self, role: str) -> Path:
        """A trained model with its tokenizer."""
        return self.path / MODEL_FOLDERS[role]

    def record(self, role: str) -> Path:
        """The evaluation of a model."""
        return self.path / role

    @property
    def work(self) -> Path:
        """What is of no use after the run."""
        return self.path / "work"

    @property
    def inner_folders(self) -> tuple[Path, ...]:
        """All folders in which a run writes."""
        roles = (folder for role in ROLES for folder in (self.model(role), self.record(role)))
        return (*roles, self.work)

    def checkpoints(self, fitting: str) -> Path:
        """Checkpoints of a fitting such as "student 1"."""
        return self.work / fitting.replace(" ", "-")

    @property
    def teacher_logits(self) -> Path:
        """The teacher's logits of all windows."""
        return self.work / "teacher-logits"


def what_is_left(folder: RunFolder) -> str:
    """What a run that is stopped leaves, in words."""
    kept = (
        *("work/*/checkpoint-*", "work/teacher-logits/*", *MODEL_FOLDERS.values()),
        *(f"*/{EVALUATION}", f"*/{WORK}/{SHARDS}"),
    )
    if not any(any(folder.path.glob(pattern)) for pattern in kept):
        return "nothing is done yet that could be kept, so the same command begins anew"
    return f"what is done is kept in {folder.path}, and the same command goes on from there"


@contextmanager
def saying_what_is_left(folder: RunFolder) -> Iterator[None]:
    """Has a signal that ends the block say what is left of the run."""
    try:
        yield
    except BaseException as stop:
        if not isinstance(stop, Exception):
            stop.add_note(what_is_left(folder))
        raise


def claim(folder: RunFolder, recipe: Recipe) -> None:
    """Reserves the folder for this recipe, unless it is reserved already.

    Raises:
        OutputError: it cannot be made, holds something else or links, or lies inside the data.
        TrainingError: it belongs to a run of another recipe.
    """
    require_apart(folder.path, *map(Path, _sources(recipe)))
    for path in folder.inner_folders:
        refuse_link(path)
    owner, text = folder.path / OWNER, recipe.model_dump_json(indent=2) + "\n"
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        is_claimed = owner.exists()
        # What a kill left of the first write is in nobody's way.
        others = [
            each
            for each in folder.path.iterdir()
            if each.name != LOCK and not each.name.startswith(f".{OWNER}.")
        ]
    except OSError as error:
        raise OutputError(f"{folder.path}: cannot be used ({error.strerror})") from error
    if is_claimed:
        _require_same(folder.path, text)
    elif others:
        raise OutputError(f"{folder.path}: is not empty; name a new folder")
    else:
        write_text(owner, text)


def save_model(folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> None:
    """Saves a model in safetensors and its tokenizer into `folder`, whole or not at all.

    Raises:
        OutputError: the disk is full.
    """
    part, old = (folder.with_name(f".{folder.name}.{suffix}") for suffix in ("part", "old"))
    try:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)
        with quiet_loading():
            model.save_pretrained(part)
            tokenizer.save_pretrained(part)
        # A folder cannot replace one with files in it, so that one steps aside for a moment.
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    # safetensors reports a full disk in an error of its own.
    except (OSError, SafetensorError) as error:
        raise OutputError(f"{folder}: cannot be written ({_reason(error)})") from error
    shutil.rmtree(old, ignore_errors=True)


def _sources(recipe: Recipe) -> Iterator[str]:
    """Where all examples come from."""
    data = recipe.data
    for each in (*data.train, *recipe.teacher.train, data.evaluation, data.development):
        if each is not None:
            yield each.source


def _require_same(folder: Path, text: str) -> None:
    """Refuses a folder whose recipe differs from a text.

    Raises:
        OutputError: its recipe cannot be read.
        TrainingError: it differs.
    """
    try:
        before = read_json(folder / OWNER, refusal=OutputError)
    except OutputError as error:
        raise OutputError(f"{error}; or name a new folder") from error
    differing = list(_differing_keys(_with_defaults(before), json.loads(text)))
    if differing:
        raise TrainingError(
            f"{folder}: holds a run of another recipe (they differ in {', '.join(differing)}); "
            "name a new folder, or take that recipe"
        )


def _with_defaults(recipe: object) -> object:
    """The recipe with defaults for keys that it was written without; unchanged if it is invalid."""
    try:
        return Recipe.model_validate(recipe).model_dump(mode="json")
    except ValidationError:
        return recipe


def _differing_keys(before: object, after: object, path: str = OWNER) -> Iterator[str]:
    """The keys of tables within tables whose values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        prefix = "" if path == OWNER else f"{path}."
        for key in {**after, **before}:
            yield from _differing_keys(before.get(key), after.get(key), f"{prefix}{key}")
    elif before != after:
        yield path


def _reason(error: OSError | SafetensorError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
