"""A folder belongs to one recipe, and a model in it is whole or not there."""

import json
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.errors import OutputError
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from tests.recipe_builders import recipe
from tests.starting_builders import span_logits, tiny_model
from tests.tiny_models import FAMILIES
from trainer.errors import TrainingError
from trainer.ingredients import load_start
from trainer.workplace import OWNER, ROLES, Workplace, claim, save_model

RECIPE = recipe()
TINY_FILE = 4096
"""Bytes: room for a configuration, and for no weights."""


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A folder that is not there yet."""
    return Workplace(tmp_path / "runs" / "mine")


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


def refusal(place: Workplace, *changes: str) -> str:
    """Why a folder is refused to a recipe with these changes, without its path."""
    with pytest.raises((OutputError, TrainingError)) as refused:
        claim(place, recipe(*changes))
    return str(refused.value).removeprefix(f"{place.folder}: ")


def test_a_new_folder_is_made_and_says_whose_it_is(place: Workplace) -> None:
    claim(place, RECIPE)

    assert json.loads((place.folder / OWNER).read_text()) == RECIPE.model_dump(mode="json")


def test_a_folder_of_the_same_recipe_is_left_as_it_is(place: Workplace) -> None:
    claim(place, RECIPE)
    before = (place.folder / OWNER).stat().st_mtime_ns
    (place.folder / "work").mkdir()

    claim(place, RECIPE)

    assert (place.folder / OWNER).stat().st_mtime_ns == before
    assert names_in(place.folder) == [OWNER, "work"]


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
def test_a_folder_of_another_recipe_is_told_with_the_keys_that_differ(
    place: Workplace, changes: list[str], keys: str | None
) -> None:
    claim(place, recipe("data.development.source=dev.json"))
    named = keys or "distillation.training.evaluate_every, distillation.training.patience"

    sentence = refusal(place, "data.development.source=dev.json", *changes)

    assert sentence == (
        f"holds a run of another recipe (they differ in {named}); "
        "name a new folder, or take that recipe"
    )


def test_keys_that_only_the_folders_recipe_has_are_told(place: Workplace) -> None:
    claim(place, RECIPE)
    said = json.loads((place.folder / OWNER).read_text())
    (place.folder / OWNER).write_text(json.dumps({**said, "colour": "red"}))

    assert "they differ in colour)" in refusal(place)


def test_a_recipe_from_before_a_key_means_its_default(place: Workplace) -> None:
    claim(place, RECIPE)
    said = RECIPE.model_dump(mode="json")
    del said["student"]["saved_as"]
    (place.folder / OWNER).write_text(json.dumps(said))

    claim(place, RECIPE)

    assert "saved_as" not in (place.folder / OWNER).read_text()


def test_a_table_that_only_one_recipe_has_is_told(place: Workplace) -> None:
    claim(place, RECIPE)

    assert "they differ in teacher.tuning)" in refusal(place, "teacher.tuning.epochs=1")


def test_a_layout_of_other_blanks_makes_no_other_recipe(place: Workplace) -> None:
    claim(place, RECIPE)
    (place.folder / OWNER).write_text(RECIPE.model_dump_json())

    claim(place, RECIPE)


def test_a_folder_of_something_else_is_refused(place: Workplace) -> None:
    place.folder.mkdir(parents=True)
    (place.folder / "thesis.txt").touch()

    assert refusal(place) == "is not empty; name a new folder"
    assert names_in(place.folder) == ["thesis.txt"]


def test_what_a_kill_left_of_the_first_write_is_in_nobodys_way(place: Workplace) -> None:
    place.folder.mkdir(parents=True)
    (place.folder / f".{OWNER}.x1.part").touch()

    claim(place, RECIPE)

    assert OWNER in names_in(place.folder)


@pytest.mark.parametrize("content", [b"{", b"\xff"])
def test_a_damaged_owner_is_refused(place: Workplace, content: bytes) -> None:
    claim(place, RECIPE)
    (place.folder / OWNER).write_bytes(content)

    assert refusal(place).startswith(f"its {OWNER} is no JSON (")


def test_an_owner_that_is_no_table_is_another_recipe(place: Workplace) -> None:
    claim(place, RECIPE)
    (place.folder / OWNER).write_text("[]")

    assert refusal(place).startswith(f"holds a run of another recipe (they differ in {OWNER})")


def test_a_file_in_the_place_of_the_folder_is_refused(place: Workplace) -> None:
    place.folder.parent.mkdir()
    place.folder.touch()

    assert refusal(place) == "cannot be used (File exists)"


def test_everything_of_a_run_has_a_place_of_its_own(place: Workplace) -> None:
    paths = [
        place.facts,
        place.comparison,
        place.teacher_logits,
        *(place.model(role) for role in ROLES),
        *(place.record(role) for role in ROLES),
        *(place.checkpoints(role, stage) for role in ROLES for stage in (1, 2)),
    ]

    assert len(set(paths)) == len(paths)
    assert [path for path in paths if not path.is_relative_to(place.folder)] == []


def test_names_in_the_folder_stay_what_readers_know(place: Workplace) -> None:
    paths = (place.facts, place.comparison, place.model(STUDENT), place.model(BASELINE))

    assert [path.name for path in paths] == [
        "training.json",
        "comparison.json",
        "model",
        "baseline-model",
    ]
    assert place.record(TEACHER) == place.folder / "teacher"


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


def test_a_model_takes_the_place_of_the_one_before(
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


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="file/model: cannot be written"):
        save_model(tmp_path / "file" / "model", model, tokenizer)
