"""Builds recipes for tests, by changes to a shipped one."""

import pytest

from trainer.errors import RecipeError
from trainer.read_recipe import read_recipe
from trainer.recipe import Recipe

SHIPPED = "minilm-l3-squad2"
"""The recipe with the fewest keys."""


def recipe(*changes: str) -> Recipe:
    """A corrected recipe without development data, with changes such as "seed=7"."""
    return read_recipe(SHIPPED, changes)


def refusal(*changes: str) -> str:
    """The sentence with which the recipe is refused after these changes, without its name."""
    with pytest.raises(RecipeError) as refused:
        recipe(*changes)
    return str(refused.value).removeprefix(f"{SHIPPED}: ")
