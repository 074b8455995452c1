"""Keeps an answered chunk in a sealed file, and reads it back where nothing has changed."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from pydantic import TypeAdapter, ValidationError

from qareport.data.files import read_bytes, replacing
from qareport.data.findings import Finding
from qareport.data.types import Example, Exclusion
from qareport.errors import DataError
from qareport.evaluation.record.candidates_file import candidates_from, candidates_table
from qareport.evaluation.record.windows_fit import require_windows_of
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.identity import Hardware
from qareport.inference.options import AnsweringOptions

SHARD_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All that answers and scores depend on; runs with equal fingerprints may share shards."""

    weights: str
    """SHA-256, as the next three."""
    configuration: str
    tokenizer: str
    data: str
    exclusions: tuple[Exclusion, ...]
    options: AnsweringOptions
    normaliser: str
    hardware: Hardware
    versions: Mapping[str, str]
    """Names and versions of Python and of the packages that take part."""
    shard_format: int = SHARD_FORMAT


@dataclass(frozen=True, slots=True)
class _ShardHead:
    """What a file holds of a chunk beside its candidates."""

    fingerprint: Fingerprint
    first: int
    """Index of the first example in the data."""
    stop: int
    cut_questions: tuple[str, ...]
    findings: tuple[Finding, ...]
    seconds: float


_HEAD = TypeAdapter(_ShardHead)


def write_shard(
    path: Path, chunk: AnsweredChunk, *, indices: range, fingerprint: Fingerprint
) -> None:
    """Writes a chunk to `path`, whole or not at all.

    `indices` are those of its examples in the data.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    cut_questions = tuple(sorted(chunk.cut_questions))
    head = _ShardHead(
        fingerprint, indices.start, indices.stop, cut_questions, chunk.noticed, chunk.seconds
    )
    rows = pa.BufferOutputStream()
    parquet.write_table(candidates_table(chunk.candidates), rows)
    content = b"\n".join([_HEAD.dump_json(head), rows.getvalue().to_pybytes()])
    with replacing(path) as part, part.open("wb") as stream:
        stream.write(_seal(content) + b"\n" + content)
        stream.flush()
        os.fsync(stream.fileno())


def check_shard(path: Path, *, indices: range, fingerprint: Fingerprint) -> None:
    """Refuses a shard that is not the whole chunk of these indices, made by a run like this.

    Raises:
        DataError: it does not; the message says why, without the path.
    """
    _read_checked(path, indices=indices, fingerprint=fingerprint)


def read_shard(
    path: Path, examples: Sequence[Example], *, indices: range, fingerprint: Fingerprint
) -> AnsweredChunk:
    """The chunk in `path`, whose examples these are, predicted again from its candidates.

    Raises:
        DataError: as for `check_shard`.
    """
    head, rows = _read_checked(path, indices=indices, fingerprint=fingerprint)
    candidates = candidates_from(rows)
    require_windows_of(examples, candidates)
    return AnsweredChunk(
        examples=examples,
        candidates=candidates,
        options=fingerprint.options,
        cut_questions=frozenset(head.cut_questions),
        noticed=head.findings,
        seconds=head.seconds,
        is_resumed=True,
    )


def read_fingerprint(path: Path) -> Fingerprint:
    """That of the run which made the shard in `path`, if it is whole.

    Raises:
        DataError: it is not.
    """
    return _read_parts(path)[0].fingerprint


def _read_checked(
    path: Path, *, indices: range, fingerprint: Fingerprint
) -> tuple[_ShardHead, bytes]:
    head, rows = _read_parts(path)
    if differing := _differing_fields(head.fingerprint, fingerprint):
        raise DataError(f"was made with other {', '.join(differing)}")
    if range(head.first, head.stop) != indices:
        raise DataError(
            f"holds examples {head.first} to {head.stop}, not those that its name states"
        )
    return head, rows


def _read_parts(path: Path) -> tuple[_ShardHead, bytes]:
    """The head, and the candidates as a parquet file has them."""
    try:
        seal, _, content = read_bytes(path).partition(b"\n")
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})") from error
    if seal != _seal(content):
        raise DataError("is torn or was changed")
    head, _, rows = content.partition(b"\n")
    try:
        return _HEAD.validate_json(head), rows
    except ValidationError as error:
        raise DataError("is of another version of qareport") from error


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _differing_fields(one: Fingerprint, other: Fingerprint) -> tuple[str, ...]:
    values, others = asdict(one), asdict(other)
    return tuple(name.replace("_", " ") for name in values if values[name] != others[name])
