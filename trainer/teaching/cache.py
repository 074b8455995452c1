"""Caches a teacher's logits in a folder, and finds them by window id."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float16
from typing_extensions import override

from qareport.data.findings import Finding
from qareport.errors import OutputError
from qareport.inference.loading.models import LoadedModel
from trainer.errors import CacheError
from trainer.teaching.cache_key import CacheKey, cache_key
from trainer.teaching.layout import TOKEN_BYTES, CacheLayout, lay_out
from trainer.teaching.stored_parts import (
    CacheRecord,
    find_usable_parts,
    other_files,
    store_part,
    write_record,
)
from trainer.teaching.teacher_pass import OnWindows, compute_half_logits
from trainer.windows import TrainingWindow


@dataclass(frozen=True, slots=True)
class TeacherLogits:
    """The teacher's start and end logits of every window, left on the disk until looked at.

    Pickled without the logits, so that every process that loads data maps the same files.
    """

    folder: Path
    layout: CacheLayout
    positions: Mapping[str, int]
    """Index in the layout by window id."""
    parts: tuple[Float16[np.ndarray, "_ 2"], ...]

    def logits_of(self, window_ids: Sequence[str]) -> list[Float16[np.ndarray, "_ 2"]]:
        """Start and end logit of each token of the windows, in the order of the ids; read-only.

        Raises:
            CacheError: there is no window of that id.
        """
        return [self._find(window_id) for window_id in window_ids]

    @override
    def __reduce__(self) -> tuple[Callable[..., "TeacherLogits"], tuple[Path, CacheLayout]]:
        return open_logits, (self.folder, self.layout)

    def _find(self, window_id: str) -> Float16[np.ndarray, "_ 2"]:
        if window_id not in self.positions:
            raise CacheError(
                f"{self.folder}: no logits of window {window_id!r}; "
                "train on the windows that the cache was built for"
            )
        part, tokens = self.layout.find(self.positions[window_id])
        return self.parts[part][tokens]


@dataclass(frozen=True, slots=True)
class TeacherCache:
    """A teacher's logits, and how they were obtained."""

    logits: TeacherLogits
    key: CacheKey
    largest_rounding: float
    """Largest difference of a logit to what the teacher computed in its own number format."""
    computed_windows: int
    """How many windows the teacher ran on now; 0 where all logits were there."""
    findings: tuple[Finding, ...]
    """Why logits that were there could not be used."""


def cache_bytes(windows: Sequence[TrainingWindow], *, length: int | None = None) -> int:
    """Bytes that the logits of the windows take on the disk, beside a record of a few kilobytes.

    Raises:
        CacheError: two windows have one id, or a window is longer than `length`.
    """
    return TOKEN_BYTES * int(lay_out(windows, length=length).offsets[-1])


def ignore(_: int) -> None:
    """Reports no progress."""


def open_or_build(
    folder: Path,
    teacher: LoadedModel,
    windows: Sequence[TrainingWindow],
    *,
    length: int | None = None,
    watch: OnWindows = ignore,
    free_bytes: int | None = None,
) -> TeacherCache:
    """The teacher's logits of the windows: those in the folder that fit, the others computed now.

    A folder holds one cache, and one process at a time builds it. What a killed build has stored is
    kept. With `length`, windows are padded to it and the logits of padding are kept too.
    `free_bytes` is what the disk can take, asked of it by default.

    Raises:
        CacheError: two windows have one id, a window is longer than `length`, or the disk is too
            small.
        ModelError: a logit of the teacher is not finite, or too large for half precision.
        OutputError: the folder cannot be written.
    """
    key, layout = cache_key(teacher, windows, length=length), lay_out(windows, length=length)
    _make_folder(folder)
    usable = find_usable_parts(folder, key, layout)
    parts = dict(usable.parts)
    missing = [number for number in layout.parts if number not in parts]
    _make_room(folder, layout, missing=missing, free_bytes=free_bytes)
    missing_windows = sum(len(windows[layout.windows_of(number)]) for number in missing)
    watch(len(windows) - missing_windows)
    for number in missing:
        half = compute_half_logits(
            teacher, windows[layout.windows_of(number)], length=length, watch=watch
        )
        parts[number] = store_part(folder, number, half, key=key)
        write_record(folder, CacheRecord(key, parts))
    return TeacherCache(
        logits=open_logits(folder, layout),
        key=key,
        largest_rounding=max((part.largest_rounding for part in parts.values()), default=0.0),
        computed_windows=missing_windows,
        findings=usable.findings,
    )


def open_logits(folder: Path, layout: CacheLayout) -> TeacherLogits:
    """The logits in the folder, which is known to be whole."""
    return TeacherLogits(
        folder=folder,
        layout=layout,
        positions={window_id: position for position, window_id in enumerate(layout.window_ids)},
        parts=tuple(layout.map_part(folder, number) for number in layout.parts),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror})") from error


def _make_room(
    folder: Path, layout: CacheLayout, *, missing: Sequence[int], free_bytes: int | None
) -> None:
    """Deletes files of no use, once it is sure that the disk can then take the missing parts."""
    useless = other_files(folder, kept=set(layout.parts) - set(missing))
    needed = TOKEN_BYTES * sum(layout.tokens_of(number) for number in missing)
    free = shutil.disk_usage(folder).free if free_bytes is None else free_bytes
    room = free + sum(path.stat().st_size for path in useless)
    if room < needed:
        raise CacheError(
            f"{folder}: the teacher's logits need {needed} bytes and {room} are free; "
            "free some, or name a folder on another disk"
        )
    try:
        for path in useless:
            path.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be cleared ({error.strerror})") from error
