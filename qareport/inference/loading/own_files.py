"""Refuses a model's folder whose files make transformers read others outside it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from qareport.data.files import read_text
from qareport.data.inside import is_inside
from qareport.errors import ModelError

LOADED = ("*.json", "*.jinja", "*.model", "*.py", "*.safetensors", "*.txt")
"""Names of the files that transformers reads."""
TOKENIZER_SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")
"""Files whose keys become arguments of the tokenizer, of which some are paths."""
PATH_KEYS = ("vocab", "merges", "*_file")
"""Those arguments."""
UNUSED_KEYS = frozenset({"special_tokens_map_file", "tokenizer_file", "vocab_file"})
"""Paths that many tokenizers keep from the folder they came from, which transformers ignores."""

_OBJECT = TypeAdapter(dict[str, JsonValue])


def require_own_files(name: str, folder: Path) -> None:
    """Refuses links and tokenizer settings that lead out of a model's folder.

    Raises:
        DataError: a file of settings cannot be read as text.
        ModelError: one does.
    """
    for path in sorted(folder.iterdir()):
        if _is_any(path.name, LOADED) and not is_inside(folder, path):
            raise ModelError(
                f"{name}: {path.name} is a link that leads out of the folder; "
                "put the file itself there"
            )
    for file in TOKENIZER_SETTINGS:
        for key, path in _named_files(folder / file):
            if not is_inside(folder, path):
                raise ModelError(
                    f"{name}: {file} makes the tokenizer read {path}, which is outside the folder, "
                    f"by {key!r}; remove the key, or save the tokenizer again with save_pretrained"
                )


def _named_files(settings: Path) -> Iterator[tuple[str, Path]]:
    """The files that are there and that settings name, each with its key."""
    if not settings.is_file():
        return
    try:
        content = _OBJECT.validate_json(read_text(settings))
    except ValidationError:
        # transformers cannot load it either, and its error is told then.
        return
    for key, value in content.items():
        if isinstance(value, str) and key not in UNUSED_KEYS and _is_any(key, PATH_KEYS):
            path = Path(value)
            if path.is_file():
                yield key, path


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
