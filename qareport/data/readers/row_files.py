"""Reads files of rows (Parquet, Arrow, JSON lines) into raw questions."""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from qareport.data.limits import (
    MOST_UNPACKED,
    MOST_UNPACKED_ROWS,
    checked_json,
    most_unpacked,
    too_much_unpacked,
)
from qareport.data.readers.json_file import ByteStream, parse_json, require_object, unpacked
from qareport.data.readers.raw_question import RawQuestion, question_from_row
from qareport.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

REQUIRED_COLUMNS = ("id", "context", "question", "answers")
USED_COLUMNS = (*REQUIRED_COLUMNS, "title", "is_impossible", "plausible_answers")
REMEDY = "write one question a line, with the columns of SQuAD"
ROWS_AT_ONCE = 1000
FEWEST_ROW_BYTES = 128
"""What a row counts at least, so that no file has more rows than bytes: each has its own id."""
ARROW_FILE_MAGIC = b"ARROW1\0\0"


def parquet_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of a Parquet file, a few rows in memory at a time.

    Raises:
        DataError: the file cannot be read, or lacks a required column.
    """
    from qareport.data.readers.parquet_size import open_parquet  # noqa: PLC0415 - Arrow is slow

    with _opened(path) as stream:
        packed_bytes = path.stat().st_size
        try:
            parquet = open_parquet(stream, packed_bytes=packed_bytes, columns=USED_COLUMNS)
        except DataError as error:
            raise DataError(
                f"{path}: {error}; write each text once or name another file"
            ) from error
        names = parquet.schema_arrow.names
        used = [name for name in USED_COLUMNS if name in names]
        batches = parquet.iter_batches(ROWS_AT_ONCE, columns=used)
        yield from questions_in_batches(batches, names, source=str(path))


def arrow_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of an Arrow file, in either of its two layouts, a few rows in memory at a time.

    Raises:
        DataError: the file cannot be read, or lacks a required column.
    """
    import pyarrow as pa  # noqa: PLC0415 - Arrow is slow

    from qareport.data.readers.arrow_size import stated_bytes  # noqa: PLC0415 - likewise

    with _opened(path) as stream:
        most = most_unpacked(path.stat().st_size, MOST_UNPACKED_ROWS)
        # `datasets` writes a stream, most other tools one between a mark and an index.
        start = (
            len(ARROW_FILE_MAGIC) if stream.read(len(ARROW_FILE_MAGIC)) == ARROW_FILE_MAGIC else 0
        )
        stream.seek(start)
        if any(total > most for total in accumulate(stated_bytes(stream))):
            raise _too_large(path)
        stream.seek(start)
        batches = pa.ipc.open_stream(stream)
        sound = _limited_batches(batches, path)
        yield from questions_in_batches(sound, batches.schema.names, source=str(path))


def json_line_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of a file with one JSON object a line, which are located by line, from 1.

    Raises:
        DataError: the file cannot be read, or a line is not a JSON object.
    """
    offset = 0
    with unpacked(path, refusal=DataError) as stream:
        for number, encoded in enumerate(_limited_lines(stream, path), start=1):
            checked = checked_json(
                [encoded], path, refusal=DataError, first_line=number, offset=offset
            )
            offset += len(encoded)
            if not encoded.isspace():
                line = "".join(checked)
                location = f"{path}: line {number}"
                row = parse_json(line, path, refusal=DataError, first_line=number)
                yield question_from_row(require_object(row, location, remedy=REMEDY), location)


def questions_in_batches(
    batches: "Iterable[pa.RecordBatch | pa.Table]", columns: Sequence[str], *, source: str
) -> Iterator[RawQuestion]:
    """The questions in batches of rows; they are located by row, from 0.

    Raises:
        DataError: a required column is missing, or one that is used stands twice.
    """
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise DataError(
            f"{source}: has no column {_quoted(missing)}, only {_quoted(columns)}; "
            f"a data set needs {_quoted(REQUIRED_COLUMNS)}"
        )
    for name in USED_COLUMNS:
        if columns.count(name) > 1:
            raise DataError(
                f"{source}: has {columns.count(name)} columns {name!r}; keep one of them"
            )
    # Other columns, such as embeddings, may be far larger than the questions.
    used = [name for name in USED_COLUMNS if name in columns]
    number = 0
    for batch in (each.select(used) for each in batches):
        _require_sound(batch, source)
        for row in batch.to_pylist():
            yield question_from_row(row, f"{source}: row {number}")
            number += 1


def _require_sound(batch: "pa.RecordBatch | pa.Table", source: str) -> None:
    """Refuses a batch with offsets beyond its texts, or texts that are not UTF-8."""
    import pyarrow as pa  # noqa: PLC0415 - Arrow is slow

    try:
        # Arrow trusts what files state, and Python would read beyond the end of memory.
        batch.validate(full=True)
    except pa.ArrowInvalid as error:
        raise DataError(f"{source}: is damaged ({error}); get or write it again") from error


def _limited_batches(batches: "Iterable[pa.RecordBatch]", path: Path) -> "Iterator[pa.RecordBatch]":
    """The batches of a file, unless they are far more than a file of its size should hold."""
    from qareport.data.readers.parquet_size import unfolded_bytes  # noqa: PLC0415 - Arrow is slow

    left = most_unpacked(path.stat().st_size, MOST_UNPACKED_ROWS)
    for batch in batches:
        _require_sound(batch, str(path))
        # Rows without values take no bytes at all.
        unfolded = sum(map(unfolded_bytes, batch.columns))
        left -= max(batch.num_rows * FEWEST_ROW_BYTES, unfolded)
        if left < 0:
            raise _too_large(path)
        yield batch


def _too_large(path: Path) -> DataError:
    times = f"{MOST_UNPACKED_ROWS} times the size of the file"
    return DataError(
        f"{path}: would take more than {times}; write each text once, without compression"
    )


def _limited_lines(stream: ByteStream, path: Path) -> Iterator[bytes]:
    """The lines of a file, unless they or one of them are far more than the file has packed."""
    packed_bytes = path.stat().st_size
    longest, left = most_unpacked(packed_bytes), most_unpacked(packed_bytes, MOST_UNPACKED_ROWS)
    for number, line in enumerate(iter(partial(stream.readline, longest + 1), b""), start=1):
        left -= max(len(line), FEWEST_ROW_BYTES)
        if len(line) > longest:
            raise DataError(too_much_unpacked(f"{path}: line {number}", MOST_UNPACKED))
        if left < 0:
            raise DataError(too_much_unpacked(path, MOST_UNPACKED_ROWS))
        yield line


@contextmanager
def _opened(path: Path) -> "Iterator[pa.NativeFile]":
    """The bytes of a file for Arrow, whose errors become one sentence."""
    import pyarrow as pa  # noqa: PLC0415 - Arrow is slow

    with unpacked(path, refusal=DataError) as stream:
        try:
            yield pa.PythonFile(_seekable(stream, path), mode="r")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: has a text that is not UTF-8; save texts as UTF-8") from error
        # Arrow raises OSError too, without a number, and asks for as much memory as a file states.
        except (pa.ArrowException, OSError, MemoryError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            reason = " ".join(str(error).split()) or type(error).__name__
            sentence = f"{path}: not a whole {path.suffix} file ({reason}); get or write it again"
            raise DataError(sentence) from error


def _seekable(stream: ByteStream, path: Path) -> BinaryIO:
    """The same bytes; those of a gzip file are unpacked once, not anew at every step back."""
    if not isinstance(stream, gzip.GzipFile):
        return stream
    most = most_unpacked(path.stat().st_size, MOST_UNPACKED_ROWS)
    content = stream.read(most + 1)
    if len(content) > most:
        raise DataError(too_much_unpacked(path, MOST_UNPACKED_ROWS))
    return BytesIO(content)


def _quoted(names: Iterable[str]) -> str:
    """Names in quotes, with commas between them."""
    return ", ".join(repr(name) for name in names)
