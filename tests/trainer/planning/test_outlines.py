"""Models are known by configuration and tokenizer alone, with the shapes of their weights."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from qareport.errors import ModelError
from qareport.inference.loading.models import load_model
from tests.answering_builders import FLOAT32, MODEL_IDENTITY
from tests.hub_server import hub_server
from tests.tiny_models import build_tiny_model
from tests.trainer.planning.planning_builders import EXAMPLES, recipe
from trainer.errors import RecipeError
from trainer.ingredients import load_start, start_student, start_teacher
from trainer.planning.outlines import outline_models, read_outline
from trainer.recipe import Recipe

NAME = "someone/tiny"
READ = """
import sys

from trainer.planning.outlines import read_outline

print(read_outline(sys.argv[1]).model.num_parameters())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build_tiny_model("bert", tmp_path / "bert")


def recipe_of(folder: Path, **sections: object) -> Recipe:
    """A recipe whose student starts from layers of the teacher in a folder."""
    return recipe(
        **{"teacher": {"model": str(folder)}, "student": {"layers": [1]}, **sections},
    )


def shapes(model: torch.nn.Module) -> dict[str, torch.Size]:
    """What the weights of a model look like."""
    return {name: weight.shape for name, weight in model.state_dict().items()}


def test_a_model_without_weights_has_the_shapes_of_the_whole(folder: Path) -> None:
    whole = load_model(str(folder), FLOAT32)
    (folder / "model.safetensors").unlink()

    outline = read_outline(str(folder))

    assert outline.name == str(folder)
    assert outline.model.device.type == "meta"
    assert outline.model.num_parameters() == whole.identity.parameters
    assert outline.tokenizer.get_vocab() == whole.tokenizer.get_vocab()


@pytest.mark.parametrize("is_trimmed", [False, True])
def test_the_student_has_the_shapes_that_it_will_start_with(
    folder: Path, *, is_trimmed: bool
) -> None:
    plan = recipe_of(folder, student={"layers": [1], "trim_vocabulary": is_trimmed})
    start = start_student(plan, replace(MODEL_IDENTITY, name=str(folder)), EXAMPLES)

    student = outline_models(plan, EXAMPLES).student

    assert student.model.device.type == "meta"
    assert shapes(student.model) == shapes(start.model)
    assert student.tokenizer.get_vocab() == start.tokenizer.get_vocab()
    assert student.kept_ids == start.kept_ids


def test_a_teacher_with_fewer_tokens_hands_them_to_the_layers_it_gives(folder: Path) -> None:
    size = len(load_start(str(folder), None, recipe_of(folder)).tokenizer) - 20
    plan = recipe_of(folder, teacher={"model": str(folder), "vocabulary_size": size})
    start = start_teacher(plan, EXAMPLES)

    models = outline_models(plan, EXAMPLES)

    assert len(models.teacher.tokenizer) <= size
    assert shapes(models.teacher.model) == shapes(start.model)
    assert models.teacher.tokenizer.get_vocab() == start.tokenizer.get_vocab()
    assert models.student.tokenizer.get_vocab() == start.tokenizer.get_vocab()
    assert start.kept_ids is None


def test_the_student_may_be_another_model(folder: Path, tmp_path: Path) -> None:
    other = build_tiny_model("distilbert", tmp_path / "other")

    models = outline_models(recipe_of(folder, student={"model": str(other)}), EXAMPLES)

    assert models.student.name == str(other)
    assert models.student.model.config.model_type == "distilbert"
    assert models.teachers == (models.teacher,)


def test_layers_that_are_not_there_are_refused(folder: Path) -> None:
    with pytest.raises(RecipeError, match="the teacher has no layer 7; its 2 layers count from 0"):
        outline_models(recipe_of(folder, student={"layers": [7]}), EXAMPLES)


def test_layers_are_compared_with_the_teacher_unless_another_is_named(
    folder: Path, tmp_path: Path
) -> None:
    other = build_tiny_model("roberta", tmp_path / "other")

    same = outline_models(recipe_of(folder, intermediate={}), EXAMPLES)
    own = outline_models(recipe_of(folder, intermediate={"teacher": str(other)}), EXAMPLES)

    assert same.layer_teacher is same.teacher
    assert same.teachers == (same.teacher,)
    assert [teacher.name for teacher in own.teachers] == [str(folder), str(other)]


def test_a_configuration_of_no_answering_model_is_refused(folder: Path) -> None:
    config = folder / "config.json"
    config.write_text(json.dumps({"model_type": "vit"}), encoding="utf-8")

    with pytest.raises(ModelError, match="no question-answering model can be made of its config"):
        read_outline(str(folder))


@pytest.mark.parametrize("has_weights", [True, False])
@pytest.mark.parametrize(
    "setting", [{"num_hidden_layers": 10**9}, {"num_hidden_layers": 3000}, {"vocab_size": 10**12}]
)
def test_a_configuration_of_a_model_beyond_its_weights_is_refused_at_once(
    setting: dict[str, int], folder: Path, *, has_weights: bool
) -> None:
    config = folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **setting}), encoding="utf-8")
    if not has_weights:
        (folder / "model.safetensors").unlink()
    of_whom = "its weight files" if has_weights else "the largest model that can be planned"

    with pytest.raises(ModelError, match=rf"does not go with the .* of {of_whom}; get both from"):
        read_outline(str(folder))


def test_a_model_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="someone/nothing: not a folder, not in the local cache"):
        read_outline("someone/nothing")
    with pytest.raises(ModelError, match="neither a folder nor a Hub id"):
        read_outline(str(tmp_path / "nowhere"))


@pytest.mark.slow
def test_no_weights_are_fetched_from_the_hub(tmp_path: Path) -> None:
    whole = build_tiny_model("bert", tmp_path / "root/models" / NAME)
    with hub_server(tmp_path / "root") as hub:
        said = subprocess.run(
            [sys.executable, "-c", READ, NAME],
            env={**os.environ, **hub.environment(tmp_path)},
            capture_output=True,
            check=True,
            text=True,
        )

    outline = read_outline(str(whole))
    assert int(said.stdout) == outline.model.num_parameters()
    assert not [asked for asked in hub.requests if "safetensors" in asked.path]
