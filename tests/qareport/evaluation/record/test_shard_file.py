"""A shard is read as it was written, or refused for one named reason."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import Exclusion
from qareport.errors import DataError, OutputError
from qareport.evaluation.record.candidates_file import candidates_table
from qareport.evaluation.record.shard_file import (
    Fingerprint,
    check_shard,
    read_shard,
    write_shard,
)
from qareport.inference.options import AnsweringOptions
from tests.nasty_files import NASTY
from tests.shard_builders import CHUNK, FINGERPRINT

INDICES = range(2, 4)


def write(path: Path) -> Path:
    """The path, with the chunk in it."""
    write_shard(path, CHUNK, indices=INDICES, fingerprint=FINGERPRINT)
    return path


def refusal_of(
    path: Path, *, indices: range = INDICES, fingerprint: Fingerprint = FINGERPRINT
) -> str:
    """Why a shard is not read."""
    with pytest.raises(DataError) as caught:
        check_shard(path, indices=indices, fingerprint=fingerprint)
    return str(caught.value)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the shard."""
    return write(tmp_path_factory.mktemp("work") / "00000002.shard")


def test_shard_is_read_as_it_was_written(written: Path) -> None:
    chunk = read_shard(written, CHUNK.examples, indices=INDICES, fingerprint=FINGERPRINT)

    known = candidates_table(CHUNK.candidates)
    assert candidates_table(chunk.candidates).equals(known)
    assert replace(chunk, candidates=CHUNK.candidates, is_resumed=False) == CHUNK
    assert chunk.is_resumed


@given(offset=st.integers(0), bit=st.integers(0, 7))
def test_flipped_bit_is_noticed_wherever_it_is(written: Path, offset: int, bit: int) -> None:
    content = bytearray(written.read_bytes())
    content[offset % len(content)] ^= 1 << bit
    changed = written.with_name("changed.shard")
    changed.write_bytes(content)

    assert refusal_of(changed) == "is torn or was changed"


@given(length=st.integers(0))
def test_torn_shard_is_noticed_wherever_it_ends(written: Path, length: int) -> None:
    content = written.read_bytes()
    torn = written.with_name("torn.shard")
    torn.write_bytes(content[: length % len(content)])

    assert refusal_of(torn) == "is torn or was changed"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda known: replace(known, weights="v"), "weights"),
        (lambda known: replace(known, configuration="v"), "configuration"),
        (lambda known: replace(known, tokenizer="v"), "tokenizer"),
        (lambda known: replace(known, data="v"), "data"),
        (lambda known: replace(known, exclusions=(Exclusion("beyond", 1),)), "exclusions"),
        (lambda known: replace(known, options=AnsweringOptions()), "options"),
        (lambda known: replace(known, normaliser="xquad"), "normaliser"),
        (
            lambda known: replace(known, hardware=replace(known.hardware, dtype="bfloat16")),
            "hardware",
        ),
        (lambda known: replace(known, versions={"python": "3.12.0"}), "versions"),
        (lambda known: replace(known, shard_format=1), "shard format"),
        (lambda known: replace(known, weights="v", data="v"), "weights, data"),
    ],
)
def test_shard_of_another_run_is_refused_with_what_differs(
    written: Path, change: Callable[[Fingerprint], Fingerprint], named: str
) -> None:
    other = change(FINGERPRINT)

    assert refusal_of(written, fingerprint=other) == f"was made with other {named}"


def test_shard_of_other_examples_is_refused(written: Path) -> None:
    assert refusal_of(written, indices=range(4)) == (
        "holds examples 2 to 4, not those that its name states"
    )


def test_missing_shard_is_reported(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "none.shard") == "cannot be read (No such file or directory)"


@pytest.mark.parametrize("head", ['{"first": 2}', *NASTY.values()])
def test_shard_with_another_head_is_of_another_version(tmp_path: Path, head: str) -> None:
    content = f"{head}\nrows".encode()
    path = tmp_path / "00000002.shard"
    path.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)

    assert refusal_of(path) == "is of another version of qareport"


def test_folder_that_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be written \(No such file or directory\)$"):
        write(tmp_path / "none/00000002.shard")


def test_a_pipe_in_the_place_of_a_shard_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.shard")

    assert refusal_of(tmp_path / "pipe.shard").endswith("is a named pipe; name a file or a folder")


def sealed_with_rows(written: Path, rows: bytes) -> Path:
    """A shard with other rows, and the seal that belongs to them."""
    _, head, _ = written.read_bytes().split(b"\n", maxsplit=2)
    content = head + b"\n" + rows
    path = written.with_name("forged.shard")
    path.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    return path


def test_sealed_rows_that_are_no_table_are_refused(written: Path) -> None:
    path = sealed_with_rows(written, b"PAR1")

    with pytest.raises(DataError, match="Parquet"):
        read_shard(path, CHUNK.examples, indices=INDICES, fingerprint=FINGERPRINT)


def test_sealed_rows_of_other_examples_are_refused(written: Path) -> None:
    with pytest.raises(DataError, match="where the examples have"):
        read_shard(written, CHUNK.examples[:1], indices=INDICES, fingerprint=FINGERPRINT)
