"""Reads recipes from TOML files, with changes from the command line."""

from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from qareport.data.toml_tables import check_section, parse_toml
from qareport.errors import SectionError
from trainer.errors import RecipeError
from trainer.recipe import Recipe

RECIPES = "recipes"
SUFFIX = ".toml"


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
        raise RecipeError(f"{name}: is not UTF-8 ({error.reason}); save it as UTF-8") from error


def read_recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """The recipe of a name or path, with each change "key.of.table=value" made to it.

    Values are TOML; anything else is taken as text.

    Raises:
        RecipeError: it cannot be read, or has keys or values that no recipe has.
    """
    text = recipe_text(name)
    try:
        tables: object = parse_toml(text)
        for change in changes:
            tables = _changed(tables, change)
        return check_section(Recipe, tables)
    except SectionError as error:
        raise RecipeError(f"{name}: {error}") from error


def _shipped() -> Iterator[Traversable]:
    folder = resources.files("trainer").joinpath(RECIPES)
    return (entry for entry in folder.iterdir() if entry.name.endswith(SUFFIX))


def _changed(tables: object, change: str) -> object:
    """The same tables with the value of "key.of.table=value" changed."""
    path, equals, value = change.partition("=")
    keys = [key.strip() for key in path.split(".")]
    if not (equals and all(keys)):
        raise RecipeError(f"--set {change!r}: must be key=value, such as seed=7")
    try:
        return _with(tables, keys, _parsed(value.strip()))
    except (TypeError, ValueError) as error:
        raise RecipeError(f"--set {change!r}: the recipe has no such key") from error


def _with(tables: object, keys: Sequence[str], value: object) -> object:
    """`tables` with `value` at the end of the path `keys`; tables on the way are made."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(tables, list):
        index = [str(number) for number in range(len(tables))].index(key)
        return [*tables[:index], _with(tables[index], rest, value), *tables[index + 1 :]]
    if not isinstance(tables, dict):
        raise TypeError(key)
    return {**tables, key: _with(tables.get(key, {}), rest, value)}


def _parsed(value: str) -> object:
    """A TOML value, or the text itself if it is not TOML: names and paths need no quotes."""
    try:
        parsed = parse_toml(f"value = {value}")
    except SectionError:
        return value
    return parsed["value"] if len(parsed) == 1 else value
