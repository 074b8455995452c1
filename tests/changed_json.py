"""Changes one value of a JSON file at a time."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import JsonValue

from qareport.data.json_format import SEAL, seal_of
from qareport.errors import DataError

Key = str | int


def number_paths(value: JsonValue, path: tuple[Key, ...] = ()) -> Iterator[tuple[Key, ...]]:
    """The paths of all numbers in a value."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from number_paths(each, (*path, key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def accepted_numbers(path: Path, number: object, read: Callable[[], object]) -> set[str]:
    """The last keys of the numbers of a file in whose place another value is read all the same.

    Where the file is sealed, each changed one is sealed anew.
    """
    content = json.loads(path.read_text())
    accepted = set()
    for keys in number_paths(content):
        changed = copy.deepcopy(content)
        inner = changed
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = number
        if SEAL in changed:
            changed[SEAL] = seal_of(changed)
        # A number that overflows, unlike infinity, is JSON.
        path.write_text(json.dumps(changed).replace("Infinity", "1e999"))
        try:
            read()
        except DataError as error:
            sentence = str(error)
        else:
            accepted.add(str(keys[-1]))
            continue
        assert sentence.startswith(f"{path}: ")
    return accepted
