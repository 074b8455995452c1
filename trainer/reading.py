"""A TOML file and changes to it to a recipe, or to one sentence that says what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from trainer.errors import RecipeError
from trainer.keys import FIRST, nearest_keys
from trainer.recipe import Recipe

RECIPES = "recipes"
SUFFIX = ".toml"
UNKNOWN = "extra_forbidden"
"""What pydantic calls a key that is none."""
PLAIN_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "string_type": "must be text; put it in quotes",
    "too_short": "must not be empty",
    "tuple_type": "must be an array, as in [1, 2]",
}
"""For faults that pydantic tells in words of Python, by its names for them."""


def shipped_recipes() -> tuple[str, ...]:
    """Names of the recipes that come with the trainer, in order."""
    return tuple(sorted(entry.name.removesuffix(SUFFIX) for entry in _shipped()))


def recipe_text(name: str) -> str:
    """The text of a shipped recipe, or of the file at a path.

    Raises:
        RecipeError: there is neither.
    """
    shipped = {entry.name: entry for entry in _shipped()}.get(name + SUFFIX)
    try:
        return (shipped or Path(name)).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RecipeError(
            f"{name}: neither a file nor a shipped recipe ({', '.join(shipped_recipes())})"
        ) from error
    except OSError as error:
        raise RecipeError(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{name}: is no UTF-8 ({error.reason}); save it as UTF-8") from error


def read_recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """The recipe of a name or path, with each change "key.of.table=value" made to it.

    Values are TOML; what is none is taken as text.

    Raises:
        RecipeError: it cannot be read, or says what a recipe cannot say.
    """
    try:
        said: object = tomllib.loads(recipe_text(name))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{name}: is no TOML ({error})") from error
    for change in changes:
        said = _changed(said, change)
    try:
        return Recipe.model_validate(said)
    except ValidationError as error:
        raise RecipeError(f"{name}: {_first_fault(error)}") from error


def _shipped() -> Iterator[Traversable]:
    folder = resources.files("trainer").joinpath(RECIPES)
    return (entry for entry in folder.iterdir() if entry.name.endswith(SUFFIX))


def _changed(said: object, change: str) -> object:
    """The same tables with the value of "key.of.table=value" in its place."""
    path, equals, value = change.partition("=")
    keys = [key.strip() for key in path.split(".")]
    if not (equals and all(keys)):
        raise RecipeError(f"--set {change!r}: must be key=value, such as seed=7")
    try:
        return _with(said, keys, _parsed(value.strip()))
    except (TypeError, ValueError) as error:
        raise RecipeError(f"--set {change!r}: the recipe has no such place") from error


def _with(said: object, keys: Sequence[str], value: object) -> object:
    """`said` with `value` at the end of the path `keys`; tables on the way are made."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(said, list):
        position = [str(place) for place in range(len(said))].index(key)
        return [*said[:position], _with(said[position], rest, value), *said[position + 1 :]]
    if not isinstance(said, dict):
        raise TypeError(key)
    return {**said, key: _with(said.get(key, {}), rest, value)}


def _parsed(value: str) -> object:
    """A TOML value, or the text itself where it is none: names and paths need no quotes."""
    try:
        parsed = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return parsed["value"] if len(parsed) == 1 else value


def _first_fault(error: ValidationError) -> str:
    """The first unknown key, which may be why another is missing, or else the first fault."""
    faults = error.errors()
    unknown = next((fault["loc"] for fault in faults if fault["type"] == UNKNOWN), None)
    if unknown is not None:
        known = nearest_keys(_path([FIRST if isinstance(key, int) else key for key in unknown]))
        guesses = " or ".join(repr(guess) for guess in known)
        return f"unknown key {_path(unknown)!r}; did you mean {guesses}?"
    fault = faults[0]
    said = PLAIN_WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    place = _path(fault["loc"])
    return f"{place}: {said}" if place else said


def _path(keys: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in keys)
