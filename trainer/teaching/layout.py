"""Lays the logits of all windows out in files, each of many windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float16, Int64

from trainer.errors import CacheError
from trainer.windows import TrainingWindow

PART_WINDOWS = 2048
"""A killed build loses a part at most: minutes on a CPU. Sorting by length still pays within it."""
TOKEN_BYTES = 4
"""Of a start and an end logit in half precision."""


@dataclass(frozen=True, slots=True)
class CacheLayout:
    """Where the logits of each window lie."""

    window_ids: tuple[str, ...]
    offsets: Int64[np.ndarray, "offset"]
    """The first token of each window among all tokens, and after them how many there are."""

    @property
    def parts(self) -> range:
        """Numbers of the parts."""
        return range(-(-len(self.window_ids) // PART_WINDOWS))

    def windows_of(self, part: int) -> slice:
        """Positions of the windows of a part."""
        return slice(part * PART_WINDOWS, min((part + 1) * PART_WINDOWS, len(self.window_ids)))

    def tokens_of(self, part: int) -> int:
        """How many tokens a part has."""
        windows = self.windows_of(part)
        return int(self.offsets[windows.stop] - self.offsets[windows.start])

    def find(self, index: int) -> tuple[int, slice]:
        """The part that holds the window of an index, and its tokens there."""
        part = index // PART_WINDOWS
        first, stop = self.offsets[index : index + 2] - self.offsets[part * PART_WINDOWS]
        return part, slice(int(first), int(stop))

    def map_part(self, folder: Path, part: int) -> Float16[np.ndarray, "token 2"]:
        """The logits of a part, read from the disk when they are looked at."""
        path, shape = part_path(folder, part), (self.tokens_of(part), 2)
        return np.memmap(path, dtype=np.float16, mode="r", shape=shape)


def part_path(folder: Path, part: int) -> Path:
    """The file of a part."""
    return folder / f"logits-{part:05}.f16"


def lay_out(windows: Sequence[TrainingWindow], *, length: int | None = None) -> CacheLayout:
    """The layout of the windows, with all `length` positions of each, or its own tokens alone.

    Raises:
        CacheError: two windows have one id, or a window is longer than `length`.
    """
    ids = tuple(window.id for window in windows)
    if len(set(ids)) < len(ids):
        raise CacheError(f"two windows have the id {_first_repeated(ids)!r}; give each its own")
    for window in windows:
        if length is not None and len(window.token_ids) > length:
            raise CacheError(
                f"window {window.id!r} has {len(window.token_ids)} tokens, more than the {length} "
                "that windows are padded to; cut windows with the same max_seq_length"
            )
    return CacheLayout(ids, token_offsets(windows, length=length))


def token_offsets(
    windows: Sequence[TrainingWindow], *, length: int | None = None
) -> Int64[np.ndarray, "offset"]:
    """The first stored token of each window among those of all, and how many there are."""
    sizes = [length or len(window.token_ids) for window in windows]
    return np.cumsum([0, *sizes], dtype=np.int64)


def _first_repeated(ids: Sequence[str]) -> str:
    return next(window_id for index, window_id in enumerate(ids) if window_id in ids[:index])
