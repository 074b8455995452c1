"""The facts of a run are read as they were written; whatever else a file holds is refused."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import JsonValue

from qareport.errors import DataError, OutputError
from qareport.evaluation.training_json import FORMAT, read_facts, with_training_seed, write_facts
from qareport.inference.identity import ModelIdentity
from tests.changed_json import accepted_numbers
from tests.training_facts import training_facts

FACTS = training_facts()
REALS = {"seconds", "epochs", "gradient_norm", "largest_rounding", "energy_kwh"}
"""Numbers without an upper limit."""


def sentence_of(path: Path) -> str:
    """Why a file is refused, without its path."""
    with pytest.raises(DataError) as refused:
        read_facts(path)
    return str(refused.value).removeprefix(f"{path}: ")


def test_facts_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "training.json"

    write_facts(FACTS, path)

    assert read_facts(path) == FACTS


def test_facts_are_json_for_people(tmp_path: Path) -> None:
    path = tmp_path / "training.json"

    write_facts(FACTS, path)

    text = path.read_text(encoding="utf-8")
    assert text.startswith(f'{{\n  "format": {FORMAT},\n  "recipe_name": "small",\n')
    assert text.endswith("\n}\n")


def test_facts_in_no_folder_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "none" / "training.json"

    with pytest.raises(OutputError, match="cannot be written"):
        write_facts(FACTS, path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert sentence_of(tmp_path / "none.json") == "not found; check the path"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "the whole file: Input should be an object"),
        (b"{}", "format: Field required"),
        (b'{"format": 1}', "recipe_name: Field required"),
    ],
)
def test_a_file_of_another_shape_is_one_sentence(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "training.json"
    path.write_bytes(content)

    assert sentence_of(path) == (
        f"is not a record of a training run ({reason}); write one with `qareport train --output`"
    )


def test_a_wrong_value_is_reported_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "training.json"
    write_facts(FACTS, path)
    said = json.loads(path.read_text())
    said["stages"][0]["updates"] = "many"
    path.write_text(json.dumps(said))

    assert sentence_of(path).startswith(
        "is not a record of a training run (stages.0.updates: Input"
    )


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        (True, set()),
        ("1", set()),
        (math.inf, set()),
        (-1, {"loss", "labels", "teacher", "learning_rate"}),
        (10**30, {*REALS, "loss", "labels", "teacher", "learning_rate"}),
    ],
)
def test_numbers_out_of_their_ranges_are_refused(
    tmp_path: Path, number: object, accepted: set[str]
) -> None:
    path = tmp_path / "training.json"
    write_facts(replace(FACTS, recipe={}), path)

    assert accepted_numbers(path, number, lambda: read_facts(path)) == accepted


def test_another_format_is_reported_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "training.json"
    write_facts(replace(FACTS, format=FORMAT + 1), path)

    assert sentence_of(path) == (
        f"is a record of a training run of format {FORMAT + 1}, but this qareport reads {FORMAT}; "
        "run `qareport train --output` again with this version"
    )


def model_beside(folder: Path) -> ModelIdentity:
    """A model that the training in a folder may have made."""
    return replace(FACTS.models["student"], name=str(folder / "model"))


def test_a_model_beside_the_facts_of_its_training_has_their_seed(tmp_path: Path) -> None:
    write_facts(replace(FACTS, recipe={"seed": 7}), tmp_path / "training.json")

    assert with_training_seed(model_beside(tmp_path)).training_seed == 7


@pytest.mark.parametrize("recipe", [{}, {"seed": "seven"}])
def test_a_recipe_without_a_seed_gives_none(tmp_path: Path, recipe: dict[str, JsonValue]) -> None:
    write_facts(replace(FACTS, recipe=recipe), tmp_path / "training.json")

    assert with_training_seed(model_beside(tmp_path)).training_seed is None


def test_other_weights_have_no_seed(tmp_path: Path) -> None:
    write_facts(replace(FACTS, recipe={"seed": 7}), tmp_path / "training.json")
    other = replace(model_beside(tmp_path), weights_sha256="other")

    assert with_training_seed(other) == other


def test_facts_that_cannot_be_read_give_no_seed(tmp_path: Path) -> None:
    (tmp_path / "training.json").write_text("{")

    assert with_training_seed(model_beside(tmp_path)).training_seed is None


def test_a_seed_that_is_known_stays(tmp_path: Path) -> None:
    write_facts(replace(FACTS, recipe={"seed": 7}), tmp_path / "training.json")
    known = replace(model_beside(tmp_path), training_seed=1)

    assert with_training_seed(known) == known
