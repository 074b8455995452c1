"""A folder belongs to one recipe, and a model in it is whole or not there."""

import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.errors import OutputError
from qareport.evaluation.record.folder_lock import LOCK
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from tests.locking import locked_elsewhere
from tests.locking import refusal as locked_refusal
from tests.recipe_builders import recipe
from tests.starting_builders import span_logits, tiny_model
from tests.tiny_models import FAMILIES
from trainer.errors import TrainingError
from trainer.ingredients import load_start
from trainer.run_folder import (
    OWNER,
    ROLES,
    RunFolder,
    claim,
    save_model,
    saying_what_is_left,
    what_is_left,
)
from trainer.training import train

RECIPE = recipe()
TINY_FILE = 4096
"""Bytes: room for a configuration, and for no weights."""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A folder that is not there yet."""
    return RunFolder(tmp_path / "runs" / "mine")


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """A tiny BERT's."""
    return FAMILIES["bert"].tokenizer()


@pytest.fixture(scope="module")
def model() -> PreTrainedModel:
    """A tiny BERT."""
    return tiny_model("bert")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond a few kilobytes, while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (TINY_FILE, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


def refusal(folder: RunFolder, *changes: str) -> str:
    """Why a folder is refused to a recipe with these changes, without its path."""
    with pytest.raises((OutputError, TrainingError)) as refused:
        claim(folder, recipe(*changes))
    return str(refused.value).removeprefix(f"{folder.path}: ")


def test_a_new_folder_is_made_and_says_whose_it_is(folder: RunFolder) -> None:
    claim(folder, RECIPE)

    assert json.loads((folder.path / OWNER).read_text()) == RECIPE.model_dump(mode="json")


def test_a_folder_of_the_same_recipe_is_left_as_it_is(folder: RunFolder) -> None:
    claim(folder, RECIPE)
    before = (folder.path / OWNER).stat().st_mtime_ns
    (folder.path / "work").mkdir()

    claim(folder, RECIPE)

    assert (folder.path / OWNER).stat().st_mtime_ns == before
    assert names_in(folder.path) == [OWNER, "work"]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        (["seed=7"], "seed"),
        (
            ["distillation.temperature=3", "teacher.model=other"],
            "teacher.model, distillation.temperature",
        ),
        (["data.train.0.limit=5"], "data.train"),
        (["distillation.training.patience=2", "distillation.training.evaluate_every=500"], None),
    ],
)
def test_a_folder_of_another_recipe_is_refused_with_the_keys_that_differ(
    folder: RunFolder, changes: list[str], keys: str | None
) -> None:
    claim(folder, recipe("data.development.source=dev.json"))
    named = keys or "distillation.training.evaluate_every, distillation.training.patience"

    sentence = refusal(folder, "data.development.source=dev.json", *changes)

    assert sentence == (
        f"holds a run of another recipe (they differ in {named}); "
        "name a new folder, or take that recipe"
    )


def test_keys_that_only_the_folders_recipe_has_are_named(folder: RunFolder) -> None:
    claim(folder, RECIPE)
    said = json.loads((folder.path / OWNER).read_text())
    (folder.path / OWNER).write_text(json.dumps({**said, "colour": "red"}))

    assert "they differ in colour)" in refusal(folder)


def test_a_recipe_from_before_a_key_means_its_default(folder: RunFolder) -> None:
    claim(folder, RECIPE)
    said = RECIPE.model_dump(mode="json")
    del said["student"]["saved_as"]
    (folder.path / OWNER).write_text(json.dumps(said))

    claim(folder, RECIPE)

    assert "saved_as" not in (folder.path / OWNER).read_text()


def test_a_table_that_only_one_recipe_has_is_named(folder: RunFolder) -> None:
    claim(folder, RECIPE)

    assert "they differ in teacher.tuning)" in refusal(folder, "teacher.tuning.epochs=1")


def test_a_layout_of_other_blanks_makes_no_other_recipe(folder: RunFolder) -> None:
    claim(folder, RECIPE)
    (folder.path / OWNER).write_text(RECIPE.model_dump_json())

    claim(folder, RECIPE)


def test_a_folder_of_something_else_is_refused(folder: RunFolder) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / "thesis.txt").touch()

    assert refusal(folder) == "is not empty; name a new folder"
    assert names_in(folder.path) == ["thesis.txt"]


def test_what_a_kill_left_of_the_first_write_is_in_nobodys_way(folder: RunFolder) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / f".{OWNER}.x1.part").touch()

    claim(folder, RECIPE)

    assert OWNER in names_in(folder.path)


def test_lock_of_a_killed_process_is_in_nobodys_way(folder: RunFolder) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / LOCK).touch()

    claim(folder, RECIPE)

    assert OWNER in names_in(folder.path)


@pytest.mark.parametrize("name", ["student", "model", "teacher-model", "work"])
def test_a_link_in_place_of_a_folder_of_the_run_is_refused(folder: RunFolder, name: str) -> None:
    claim(folder, RECIPE)
    (folder.path / name).symlink_to(folder.path.parent)

    with pytest.raises(OutputError) as refused:
        claim(folder, RECIPE)

    assert str(refused.value) == (
        f"{folder.path / name}: is a symbolic link, and nothing is written through one; remove it"
    )


@pytest.mark.parametrize(
    "change", ["data.train.0.source", "data.evaluation.source", "data.development.source"]
)
def test_a_run_inside_its_data_is_refused(folder: RunFolder, change: str) -> None:
    data = folder.path.parent
    data.mkdir()

    sentence = refusal(folder, f"{change}={data}")

    assert sentence == f"lies inside {data}, which is read; name an output elsewhere"
    assert names_in(data) == []


def test_a_run_that_another_process_makes_is_refused(folder: RunFolder) -> None:
    claim(folder, RECIPE)

    with locked_elsewhere(folder.path) as process, pytest.raises(OutputError) as refused:
        train(RECIPE, folder, name="mine", command=(), watch=lambda *_: None)

    assert str(refused.value) == locked_refusal(folder.path, process)
    assert names_in(folder.path) == [OWNER]


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 9999, b"9" * 9999, b'{"a": 1, "a": 2}'])
def test_a_damaged_owner_is_refused(folder: RunFolder, content: bytes) -> None:
    claim(folder, RECIPE)
    (folder.path / OWNER).write_bytes(content)

    with pytest.raises(OutputError) as refused:
        claim(folder, RECIPE)

    assert str(refused.value).startswith(f"{folder.path / OWNER}: ")
    assert str(refused.value).endswith("; or name a new folder")


def test_an_owner_that_is_no_table_is_another_recipe(folder: RunFolder) -> None:
    claim(folder, RECIPE)
    (folder.path / OWNER).write_text("[]")

    assert refusal(folder).startswith(f"holds a run of another recipe (they differ in {OWNER})")


def test_a_file_instead_of_the_folder_is_refused(folder: RunFolder) -> None:
    folder.path.parent.mkdir()
    folder.path.touch()

    assert refusal(folder) == "cannot be used (File exists)"


def test_everything_of_a_run_has_a_path_of_its_own(folder: RunFolder) -> None:
    paths = [
        folder.facts,
        folder.comparison,
        folder.teacher_logits,
        *(folder.model(role) for role in ROLES),
        *(folder.record(role) for role in ROLES),
        *(folder.checkpoints(f"{role} {stage}") for role in ROLES for stage in (1, 2)),
    ]

    assert len(set(paths)) == len(paths)
    assert [path for path in paths if not path.is_relative_to(folder.path)] == []


def test_names_in_the_folder_stay_what_readers_know(folder: RunFolder) -> None:
    paths = (folder.facts, folder.comparison, folder.model(STUDENT), folder.model(BASELINE))

    assert [path.name for path in paths] == [
        "training.json",
        "comparison.json",
        "model",
        "baseline-model",
    ]
    assert folder.record(TEACHER) == folder.path / "teacher"


def test_a_saved_model_answers_as_before(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    save_model(tmp_path / "model", model, tokenizer)

    reloaded = load_start(str(tmp_path / "model"), None, RECIPE)
    assert torch.equal(
        span_logits(reloaded.model.eval(), reloaded.tokenizer), span_logits(model, tokenizer)
    )
    assert names_in(tmp_path) == ["model"]


def test_weights_are_saved_as_safetensors_alone(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    save_model(tmp_path / "model", model, tokenizer)

    assert "model.safetensors" in names_in(tmp_path / "model")
    assert list((tmp_path / "model").glob("*.bin")) == []


def test_a_model_replaces_the_one_before(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    save_model(tmp_path / "model", tiny_model("bert", layers=1), tokenizer)
    (tmp_path / "model" / "old").touch()

    save_model(tmp_path / "model", model, tokenizer)

    assert json.loads((tmp_path / "model/config.json").read_text())["num_hidden_layers"] == 2
    assert "old" not in names_in(tmp_path / "model")
    assert names_in(tmp_path) == ["model"]


def test_a_full_disk_leaves_the_model_before_whole(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    save_model(tmp_path / "model", model, tokenizer)
    other = tiny_model("bert", layers=1)

    with full_disk(), pytest.raises(OutputError, match=r"model: cannot be written \(.+\)$"):
        save_model(tmp_path / "model", other, tokenizer)

    reloaded = type(model).from_pretrained(tmp_path / "model").eval()
    assert torch.equal(span_logits(reloaded, tokenizer), span_logits(model, tokenizer))


def test_what_a_killed_save_left_is_no_part_of_the_next(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    for leftover in (".model.part", ".model.old"):
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "torn").touch()

    save_model(tmp_path / "model", model, tokenizer)

    assert names_in(tmp_path) == ["model"]
    assert "torn" not in names_in(tmp_path / "model")


def test_a_folder_that_cannot_be_written_is_reported(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="file/model: cannot be written"):
        save_model(tmp_path / "file" / "model", model, tokenizer)


def test_a_pipe_in_the_place_of_the_recipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / OWNER)

    with pytest.raises(OutputError, match="is a named pipe; name a file or a folder"):
        claim(RunFolder(tmp_path), RECIPE)


@pytest.mark.parametrize("kept", ["work/student-1/checkpoint-2", "work/teacher-logits/0", "model"])
def test_what_a_stopped_run_keeps_is_said(kept: str, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    before = what_is_left(folder)
    (tmp_path / kept).mkdir(parents=True)

    with pytest.raises(SystemExit) as caught, saying_what_is_left(folder):
        raise SystemExit
    with pytest.raises(ValueError, match="x") as failed, saying_what_is_left(folder):
        raise ValueError("x")

    assert before.startswith("nothing is done yet that could be kept")
    assert vars(caught.value)["__notes__"] == [
        f"what is done is kept in {tmp_path}, and the same command goes on from there"
    ]
    assert "__notes__" not in vars(failed.value)
