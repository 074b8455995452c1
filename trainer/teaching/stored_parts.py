"""Stores logits in sealed files, and finds those that are still whole."""

import hashlib
import os
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qareport.data.files import file_sha256, read_bytes, replacing, write_text
from qareport.data.findings import Finding, Severity
from trainer.errors import CacheError
from trainer.teaching.cache_key import CacheKey, differing_fields
from trainer.teaching.layout import CacheLayout, part_path
from trainer.teaching.teacher_pass import HalfLogits

RECORD = "cache.json"
PART_FILES = "*logits-*.f16*"
"""Parts, and what a killed build left of them."""


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The record's entry of one file of logits."""

    seal: str
    """Hash of the key, the file and the rounding: none of them can change alone."""
    largest_rounding: float
    """Largest difference to the logits in float32."""


@dataclass(frozen=True, slots=True)
class CacheRecord:
    """The key of the logits, and the parts that are stored."""

    key: CacheKey
    parts: Mapping[int, StoredPart]
    """By number."""


@dataclass(frozen=True, slots=True)
class UsableParts:
    """Parts of a folder that can be used again."""

    parts: Mapping[int, StoredPart]
    """By number; files and seals fit."""
    findings: tuple[Finding, ...]
    """Why the other parts cannot be used."""


_RECORD = TypeAdapter(CacheRecord)


def find_usable_parts(folder: Path, key: CacheKey, layout: CacheLayout) -> UsableParts:
    """The whole parts in the folder, if they belong to the key."""
    if not (folder / RECORD).exists() and not any(folder.glob(PART_FILES)):
        return UsableParts({}, ())
    try:
        record = _read_record(folder / RECORD)
    except CacheError as error:
        return UsableParts({}, (_finding(folder, f"{error}, so all logits are computed anew"),))
    if differing := differing_fields(record.key, key):
        message = f"it was made with other {', '.join(differing)}, so all logits are computed anew"
        return UsableParts({}, (_finding(folder, message),))
    listed = [number for number in layout.parts if number in record.parts]
    torn = [
        number for number in listed if not _is_whole(folder, number, record.parts[number], key=key)
    ]
    findings = [
        _finding(part_path(folder, number), "it is torn or changed, so it is computed anew")
        for number in torn
    ]
    if len(listed) < len(layout.parts):
        message = (
            f"building it stopped after {len(listed)} of {len(layout.parts)} parts, and resumes"
        )
        findings.append(_finding(folder, message))
    whole = {number: record.parts[number] for number in listed if number not in torn}
    return UsableParts(whole, tuple(findings))


def other_files(folder: Path, *, kept: AbstractSet[int]) -> set[Path]:
    """The files of logits in the folder but for the parts of these numbers."""
    return {*folder.glob(PART_FILES)} - {part_path(folder, number) for number in kept}


def store_part(folder: Path, number: int, half: HalfLogits, *, key: CacheKey) -> StoredPart:
    """The seal of a part whose logits are now on the disk.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    path = part_path(folder, number)
    with replacing(path) as part, part.open("wb") as stream:
        half.logits.tofile(stream)
        os.fsync(stream.fileno())
    return StoredPart(_seal(path, key, half.largest_rounding), half.largest_rounding)


def write_record(folder: Path, record: CacheRecord) -> None:
    """Writes the record into the folder, whole or not at all.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    write_text(folder / RECORD, _RECORD.dump_json(record, indent=2).decode() + "\n")


def _read_record(path: Path) -> CacheRecord:
    try:
        return _RECORD.validate_json(read_bytes(path))
    except OSError as error:
        raise CacheError(f"{path.name} cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(key) for key in first["loc"]) or "the whole file"
        raise CacheError(f"{path.name} is damaged ({field}: {first['msg']})") from error


def _is_whole(folder: Path, number: int, part: StoredPart, *, key: CacheKey) -> bool:
    try:
        return part.seal == _seal(part_path(folder, number), key, part.largest_rounding)
    except OSError:
        return False


def _seal(path: Path, key: CacheKey, largest_rounding: float) -> str:
    sealed = f"{key.digest()} {file_sha256(path)} {largest_rounding!r}"
    return hashlib.sha256(sealed.encode()).hexdigest()


def _finding(path: Path, message: str) -> Finding:
    return Finding(
        kind="teacher cache",
        severity=Severity.WARNING,
        location=str(path),
        message=message,
        remedy="give each teacher and data set a folder of its own, and let builds end",
    )
