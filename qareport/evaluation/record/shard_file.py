"""What some examples in a row gave to one sealed file, and back if nothing about it changed."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from pydantic import TypeAdapter, ValidationError

from qareport.data.files import replacing
from qareport.data.findings import Finding
from qareport.data.types import Exclusion
from qareport.errors import DataError
from qareport.evaluation.record.candidates_file import candidates_table, table_candidates
from qareport.inference.candidates import SpanCandidates
from qareport.inference.identity import Hardware
from qareport.inference.options import AnsweringOptions

SHARD_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All that a run's answers and scores hang on; runs in which it is equal may share shards."""

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
class Shard:
    """What a model made of some examples in a row; predictions and scores follow from it."""

    candidates: SpanCandidates
    cut_questions: tuple[str, ...]
    """Ids of the examples whose question was not asked whole."""
    findings: tuple[Finding, ...]
    seconds: float
    """How long the answering took."""


@dataclass(frozen=True, slots=True)
class _ShardHead:
    """What stands beside the candidates of a shard."""

    fingerprint: Fingerprint
    first: int
    """Place of the first example in the data."""
    stop: int
    cut_questions: tuple[str, ...]
    findings: tuple[Finding, ...]
    seconds: float


_HEAD = TypeAdapter(_ShardHead)


def write_shard(path: Path, shard: Shard, *, place: range, fingerprint: Fingerprint) -> None:
    """Puts a shard into `path` and on the disk, whole or not at all; `place` is in the data.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    head = _ShardHead(
        fingerprint, place.start, place.stop, shard.cut_questions, shard.findings, shard.seconds
    )
    rows = pa.BufferOutputStream()
    parquet.write_table(candidates_table(shard.candidates), rows)
    content = b"\n".join([_HEAD.dump_json(head), rows.getvalue().to_pybytes()])
    with replacing(path) as part, part.open("wb") as stream:
        stream.write(_seal(content) + b"\n" + content)
        stream.flush()
        os.fsync(stream.fileno())


def read_shard(path: Path, *, place: range, fingerprint: Fingerprint) -> Shard:
    """The shard in `path`, if it is whole, of this very place and of a run like this one.

    Raises:
        DataError: it is not; the message says why, without the path.
    """
    head, rows = _read_parts(path)
    if differing := _differing_fields(head.fingerprint, fingerprint):
        raise DataError(f"was made with other {', '.join(differing)}")
    if range(head.first, head.stop) != place:
        raise DataError(f"holds examples {head.first} to {head.stop} and not those of its name")
    candidates = table_candidates(parquet.read_table(pa.BufferReader(rows)))
    return Shard(candidates, head.cut_questions, head.findings, head.seconds)


def read_fingerprint(path: Path) -> Fingerprint:
    """That of the run which made the shard in `path`, if it is whole.

    Raises:
        DataError: as for `read_shard`.
    """
    return _read_parts(path)[0].fingerprint


def _read_parts(path: Path) -> tuple[_ShardHead, bytes]:
    """The head, and the candidates as a parquet file has them."""
    try:
        seal, _, content = path.read_bytes().partition(b"\n")
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
