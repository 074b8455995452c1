"""Finds the files that transformers loads a model's weights from, and reads their headers."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open

from qareport.data.files import file_sha256, read_text
from qareport.data.inside import is_inside
from qareport.errors import ModelError

WHOLE = "model.safetensors"
"""All weights in one file; transformers takes it before an index."""
INDEX = "model.safetensors.index.json"
"""The list of the files that have a part of the weights each."""
ADAPTER = "adapter_config.json"
"""Weights on top of the model's, which transformers adds where `peft` is installed."""
PACKED_BITS = 2
"""Of the smallest parameters that quantised models pack into whole numbers."""

FileState = tuple[int, ...]
"""Disk, number on it, size and time of the last change of a file."""

_DISTRIBUTED = re.compile(r"shard-\d{5}-model-\d{5}-of-\d{5}\.safetensors")
"""Files of a training on several devices, which transformers takes before all others."""
_WHOLE_NUMBER = re.compile(r"[IU](\d+)")
"""Types of whole numbers in safetensors, with their bits; most others are floats."""


@dataclass(frozen=True, slots=True)
class StoredTensors:
    """How much the weight files of a model hold, by their headers."""

    tensors: int
    values: int
    """Parameters in all tensors; the most that there can be where they are packed."""
    longest: int
    """The largest dimension of any tensor, such as the tokens of the vocabulary."""
    where: str = "of its weight files"
    """Whose tensors these are, in sentences."""


LARGEST_KNOWN = StoredTensors(
    tensors=5000, values=1 << 36, longest=1 << 24, where="of the largest model that can be planned"
)
"""What is taken for a model whose weight files are not at hand, far beyond any for answering."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The content of an index, as transformers needs it."""

    weight_map: dict[str, str]
    """The file of each tensor."""
    metadata: dict[str, JsonValue]


_INDEX = TypeAdapter(_Index)


def find_weight_files(name: str, folder: Path) -> tuple[Path, ...]:
    """The safetensors files from which transformers loads the model in a folder, in its order.

    Raises:
        DataError: the index cannot be read.
        ModelError: there are none, they are not all in the folder, or transformers would load
            others too.
    """
    present = _files_in(name, folder)
    for file in sorted(present):
        if file == ADAPTER or _DISTRIBUTED.match(file):
            raise ModelError(
                f"{name}: {file} makes transformers load other weights than those of the model; "
                "remove it, or merge the weights and save the model again with save_pretrained"
            )
    if WHOLE in present:
        files = [folder / WHOLE]
    elif INDEX in present:
        _require_inside(name, folder / INDEX)
        files = [folder / part for part in _parts(name, folder / INDEX, present)]
    else:
        raise _no_weights(name, present)
    for path in files:
        _require_inside(name, path)
    return tuple(files)


def read_stored(name: str, files: Sequence[Path]) -> StoredTensors:
    """How much the files hold; reads headers alone.

    Raises:
        ModelError: a file is damaged.
    """
    shapes = [(dtype, shape) for path in files for dtype, shape in _read_shapes(name, path)]
    return StoredTensors(
        tensors=len(shapes),
        values=sum(prod(shape) * _packed_in(dtype) for dtype, shape in shapes),
        longest=max((size for _, shape in shapes if prod(shape) for size in shape), default=0),
    )


def file_states(files: Sequence[Path]) -> tuple[FileState, ...]:
    """By what a change of each file can be told without reading it; empty for one that is gone."""
    return tuple(_state(path) for path in files)


def hash_weights(files: Sequence[Path]) -> str:
    """SHA-256 of the one file, or of the names and hashes of all parts."""
    if len(files) == 1:
        return file_sha256(files[0])
    lines = "".join(f"{file_sha256(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _state(path: Path) -> FileState:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _packed_in(dtype: str) -> int:
    """The number of parameters that a value may hold."""
    whole = _WHOLE_NUMBER.fullmatch(dtype)
    return int(whole[1]) // PACKED_BITS if whole else 1


def _files_in(name: str, folder: Path) -> frozenset[str]:
    try:
        return frozenset(path.name for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise ModelError(f"{name}: cannot be read ({error.strerror}); check the folder") from error


def _no_weights(name: str, present: frozenset[str]) -> ModelError:
    if any(file.endswith(".safetensors") for file in present):
        return ModelError(
            f"{name}: neither {WHOLE} nor {INDEX}, which transformers loads; "
            "rename the file, or save the model again with save_pretrained"
        )
    return ModelError(
        f"{name}: no safetensors weights, and pickled ones can run code when they are loaded; "
        "load the model where you trust it and save it again with save_pretrained"
    )


def _parts(name: str, index: Path, present: frozenset[str]) -> list[str]:
    """The names of the files that an index lists, each of them in its folder."""
    try:
        parts = sorted({*_INDEX.validate_json(read_text(index)).weight_map.values()})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ModelError(
            f"{name}: {index.name} does not say which file has which weights ({key}: "
            f"{first['msg']}); save the model again with save_pretrained"
        ) from error
    if not parts:
        raise ModelError(
            f"{name}: {index.name} lists no weights; save the model again with save_pretrained"
        )
    for part in parts:
        if part not in present or not part.endswith(".safetensors"):
            raise ModelError(
                f"{name}: {index.name} names {part!r}, which is not a safetensors file in the same "
                "folder; get all files of the model, or save it again with save_pretrained"
            )
    return parts


def _require_inside(name: str, path: Path) -> None:
    """Refuses a link that leads out of the folder, but for those within the Hub's cache."""
    if not is_inside(path.parent, path):
        raise ModelError(
            f"{name}: {path.name} is a link that leads out of the folder; put the file itself there"
        )


def _read_shapes(name: str, path: Path) -> Iterator[tuple[str, list[int]]]:
    """Type and shape of each tensor in a file."""
    try:
        with safe_open(path, framework="np") as stored:
            for key in stored.keys():  # noqa: SIM118 - it is no dict
                tensor = stored.get_slice(key)
                yield tensor.get_dtype(), tensor.get_shape()
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{name}: {path.name} cannot be read ({error}); get the file again, or save the model "
            "again with save_pretrained"
        ) from error
