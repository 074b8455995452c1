"""A local file of rows (.parquet, .arrow, .jsonl) -> raw questions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qareport.data.readers.json_file import ByteStream, decode, parse_json, require_object, unpacked
from qareport.data.readers.raw_question import RawQuestion, question_from_row
from qareport.errors import DataError

REQUIRED_COLUMNS = ("id", "context", "question", "answers")
USED_COLUMNS = (*REQUIRED_COLUMNS, "title", "is_impossible", "plausible_answers")
REMEDY = "write one question a line, with the columns of SQuAD"
ROWS_AT_ONCE = 1000
ARROW_FILE_MAGIC = b"ARROW1"


def questions_in_file(path: Path) -> Iterator[RawQuestion]:
    """The questions of a local file, a few rows in memory at a time.

    Raises:
        DataError: the file cannot be read, or lacks a required column.
    """
    questions_in = READERS.get(path.suffix, _line_questions)
    with unpacked(path, refusal=DataError) as stream:
        try:
            yield from questions_in(stream, path)
        except pa.ArrowException as error:
            sentence = f"{path}: not a whole {path.suffix} file ({error}); get or write it again"
            raise DataError(sentence) from error


def questions_in_batches(
    batches: Iterable[pa.RecordBatch | pa.Table], columns: Sequence[str], *, source: str
) -> Iterator[RawQuestion]:
    """The questions in batches of rows; their places count rows from 0.

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


def _parquet_questions(stream: ByteStream, path: Path) -> Iterator[RawQuestion]:
    """The questions of a Parquet file."""
    parquet = pq.ParquetFile(stream)
    batches = parquet.iter_batches(ROWS_AT_ONCE)
    return questions_in_batches(batches, parquet.schema_arrow.names, source=str(path))


def _arrow_questions(stream: ByteStream, path: Path) -> Iterator[RawQuestion]:
    """The questions of an Arrow file, in either of its two layouts."""
    # `datasets` writes the streaming layout, most other tools the one with an index at its end.
    if stream.peek(len(ARROW_FILE_MAGIC)).startswith(ARROW_FILE_MAGIC):
        arrow = pa.ipc.open_file(stream)
        batches = (arrow.get_batch(number) for number in range(arrow.num_record_batches))
        return questions_in_batches(batches, arrow.schema.names, source=str(path))
    arrow_stream = pa.ipc.open_stream(stream)
    return questions_in_batches(arrow_stream, arrow_stream.schema.names, source=str(path))


def _line_questions(stream: ByteStream, path: Path) -> Iterator[RawQuestion]:
    """The questions of a file with one JSON object a line; their places count lines from 1."""
    offset = 0
    for number, encoded in enumerate(stream, start=1):
        line = decode(encoded, path, refusal=DataError, offset=offset)
        offset += len(encoded)
        if line.strip():
            place = f"{path}: line {number}"
            row = parse_json(line, path, refusal=DataError, first_line=number)
            yield question_from_row(require_object(row, place, remedy=REMEDY), place)


READERS: Mapping[str, Callable[[ByteStream, Path], Iterator[RawQuestion]]] = {
    ".parquet": _parquet_questions,
    ".arrow": _arrow_questions,
}


def _quoted(names: Iterable[str]) -> str:
    """Names in quotes, with commas between them."""
    return ", ".join(repr(name) for name in names)
