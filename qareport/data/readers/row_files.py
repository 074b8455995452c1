"""Reads files of rows (Parquet, Arrow, JSON lines) into raw questions."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qareport.data.limits import checked_json
from qareport.data.readers.json_file import ByteStream, parse_json, require_object, unpacked
from qareport.data.readers.raw_question import RawQuestion, question_from_row
from qareport.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

REQUIRED_COLUMNS = ("id", "context", "question", "answers")
USED_COLUMNS = (*REQUIRED_COLUMNS, "title", "is_impossible", "plausible_answers")
REMEDY = "write one question a line, with the columns of SQuAD"
ROWS_AT_ONCE = 1000
ARROW_FILE_MAGIC = b"ARROW1"


def parquet_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of a Parquet file, a few rows in memory at a time.

    Raises:
        DataError: the file cannot be read, or lacks a required column.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - Arrow is slow

    with _opened(path) as stream:
        parquet = pq.ParquetFile(stream)
        batches = parquet.iter_batches(ROWS_AT_ONCE)
        yield from questions_in_batches(batches, parquet.schema_arrow.names, source=str(path))


def arrow_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of an Arrow file, in either of its two layouts, a few rows in memory at a time.

    Raises:
        DataError: the file cannot be read, or lacks a required column.
    """
    import pyarrow as pa  # noqa: PLC0415 - Arrow is slow

    with _opened(path) as stream:
        # `datasets` writes the streaming layout, most other tools the one with an index at its end.
        if stream.peek(len(ARROW_FILE_MAGIC)).startswith(ARROW_FILE_MAGIC):
            arrow = pa.ipc.open_file(stream)
            batches = (arrow.get_batch(number) for number in range(arrow.num_record_batches))
        else:
            batches = arrow = pa.ipc.open_stream(stream)
        yield from questions_in_batches(batches, arrow.schema.names, source=str(path))


def json_line_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of a file with one JSON object a line, which are located by line, from 1.

    Raises:
        DataError: the file cannot be read, or a line is not a JSON object.
    """
    offset = 0
    with unpacked(path, refusal=DataError) as stream:
        for number, encoded in enumerate(stream, start=1):
            checked = checked_json(
                [encoded], path, refusal=DataError, first_line=number, offset=offset
            )
            line = "".join(checked)
            offset += len(encoded)
            if line.strip():
                location = f"{path}: line {number}"
                row = parse_json(line, path, refusal=DataError, first_line=number)
                yield question_from_row(require_object(row, location, remedy=REMEDY), location)


def questions_in_batches(
    batches: "Iterable[pa.RecordBatch | pa.Table]", columns: Sequence[str], *, source: str
) -> Iterator[RawQuestion]:
    """The questions in batches of rows; they are located by row, from 0.

    Raises:
        DataError: a required column is missing.
    """
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise DataError(
            f"{source}: has no column {_quoted(missing)}, only {_quoted(columns)}; "
            f"a data set needs {_quoted(REQUIRED_COLUMNS)}"
        )
    # Other columns, such as embeddings, may be far larger than the questions.
    used = [name for name in USED_COLUMNS if name in columns]
    rows = (row for batch in batches for row in batch.select(used).to_pylist())
    for number, row in enumerate(rows):
        yield question_from_row(row, f"{source}: row {number}")


@contextmanager
def _opened(path: Path) -> Iterator[ByteStream]:
    """The bytes of a file for Arrow, whose errors become one sentence."""
    import pyarrow as pa  # noqa: PLC0415 - Arrow is slow

    with unpacked(path, refusal=DataError) as stream:
        try:
            yield stream
        except pa.ArrowException as error:
            sentence = f"{path}: not a whole {path.suffix} file ({error}); get or write it again"
            raise DataError(sentence) from error


def _quoted(names: Iterable[str]) -> str:
    """Names in quotes, with commas between them."""
    return ", ".join(repr(name) for name in names)
