"""Tests that every key of a recipe is listed, and an unknown one has a suggestion."""

import tomllib
from collections.abc import Iterator

import pytest

from qareport.data.toml_tables import all_keys, key_lines, nearest_keys, parse_toml
from qareport.errors import SectionError
from trainer.read_recipe import recipe_text, shipped_recipes
from trainer.recipe import Recipe

FULL = """
purpose = "all tables there are"
intermediate = {}
student = { model = "s" }

[teacher]
model = "t"
tuning = {}
train = [{ source = "d" }]

[data]
train = [{ source = "a" }]
evaluation = { source = "b" }
development = { source = "c" }
augmentation = { model = "m" }
"""


def keys_in(said: object, prefix: str = "") -> Iterator[str]:
    """The keys of nested tables, those in arrays at index 0."""
    if isinstance(said, list) and said and isinstance(said[0], dict):
        yield from keys_in(said[0], f"{prefix}0.")
    if isinstance(said, dict):
        for name, below in said.items():
            yield prefix + name
            yield from keys_in(below, f"{prefix}{name}.")


def test_every_key_of_a_recipe_with_all_tables_is_listed() -> None:
    full = Recipe.model_validate(tomllib.loads(FULL))

    assert [key.path for key in all_keys(Recipe)] == list(keys_in(full.model_dump(mode="json")))


@pytest.mark.parametrize("name", shipped_recipes())
def test_every_key_of_a_shipped_recipe_is_listed(name: str) -> None:
    listed = {key.path for key in all_keys(Recipe)}

    assert set(keys_in(tomllib.loads(recipe_text(name)))) <= listed


def test_every_key_has_a_line_with_its_meaning() -> None:
    assert all(
        key.path in line and key.meaning and key.meaning in line
        for key, line in zip(all_keys(Recipe), key_lines(Recipe), strict=True)
    )


def test_the_lines_are_toml_that_says_the_defaults() -> None:
    full = Recipe.model_validate(tomllib.loads(FULL))
    said = [line for line in key_lines(Recipe) if not line.startswith(("#", "data.train.0"))]

    listed = tomllib.loads("\n".join(said))

    defaults = Recipe.model_validate(
        {
            **tomllib.loads(FULL),
            **{name: listed[name] for name in ("seed", "windows", "intermediate", "distillation")},
        }
    )
    assert defaults == full


@pytest.mark.parametrize(
    "line",
    [
        "# purpose (required): What the recipe is for, in a line.",
        "seed = 42  # Seed of every random choice.",
        "# data (required): Training, evaluation and development data.",
        "# windows: How contexts are cut.",
        "# teacher.tuning (unset): Fine-tune it on the labels first.",
        "baseline = true  # Train the student a second time, in the same way without the teacher.",
        "intermediate.training.epochs = 5.0  # Passes over the windows.",
        "distillation.training.epochs = 2.0  # Passes over the windows.",
        (
            'distillation.loss = "kl"  # How far the student is from the teacher. '
            "One of kl (divergence of softened distributions), "
            "mse (squared differences of logits, whatever the temperature)."
        ),
    ],
)
def test_a_line_shows_default_meaning_and_choices(line: str) -> None:
    assert line in key_lines(Recipe)


REVISIONS = tuple(key.path for key in all_keys(Recipe) if key.path.endswith(".revision"))


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("sead", ("seed",)),
        ("windows.strid", ("windows.stride",)),
        ("temperatuxe", ("distillation.temperature",)),
        ("weight", ("distillation.weight",)),
        ("data.train.0.tuning", ("teacher.tuning",)),
        ("data.revision", REVISIONS),
    ],
)
def test_the_nearest_keys_are_of_like_name_here_or_of_the_likest_anywhere(
    unknown: str, meant: tuple[str, ...]
) -> None:
    assert nearest_keys(Recipe, unknown) == meant


def test_a_secret_is_refused_by_its_line_and_not_shown() -> None:
    with pytest.raises(SectionError) as caught:
        parse_toml('name = "tiny"\nnote = "hf_' + "aB3dE" * 7 + '"\n')

    assert str(caught.value) == "line 2 holds a token of the Hugging Face Hub; remove it"
