"""Opens Parquet files, and refuses those that would unfold to far more than their size on disk.

Repeated texts take a few bits of a file and much memory, so that a file of kilobytes could hold
gigabytes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import compute, parquet

from qareport.data.limits import MOST_UNPACKED_ROWS
from qareport.errors import DataError

ALWAYS_UNFOLDED = 1 << 24
"""Bytes that any table may take."""
VALUE_BYTES = 32
"""Of memory that a value takes in Python at least, beside its text."""
MOST_PARTS = 100_000
"""Of a file's own description: columns, and parts of columns."""
ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class _Chunk:
    """One column of one row group."""

    name: str
    """Of the whole column, which this may be a part of."""
    path: str
    values: int
    stored_bytes: int
    """Without compression; equal texts may be stored once."""
    is_text: bool


def open_parquet(
    source: pa.NativeFile, *, packed_bytes: int, columns: Collection[str] | None = None
) -> parquet.ParquetFile:
    """A Parquet file, whose columns of these names, by default all, are of a sound size.

    Raises:
        DataError: they would take far more memory than the file; the message is without the path.
        pa.ArrowException: the file is not whole, or not Parquet.
        OSError: likewise.
    """
    limits = {
        "thrift_container_size_limit": MOST_PARTS,
        "thrift_string_size_limit": ALWAYS_UNFOLDED,
    }
    file = parquet.ParquetFile(source, **limits)
    most = max(ALWAYS_UNFOLDED, MOST_UNPACKED_ROWS * packed_bytes)
    groups = [file.metadata.row_group(index) for index in range(file.num_row_groups)]
    _require_within(sum(max(group.total_byte_size, 0) for group in groups), most)
    # This keeps nothing in memory. What it does not find damaged can be described: the description
    # of a damaged column would end the process.
    file.scan_contents()
    chunks = [chunk for chunk in _chunks(file.metadata) if columns is None or chunk.name in columns]
    unfolded = sum(chunk.stored_bytes + VALUE_BYTES * chunk.values for chunk in chunks)
    _require_within(unfolded, most)
    paths = sorted({chunk.path for chunk in chunks if chunk.is_text})
    # Only with equal texts stored once can their lengths be added up without taking the memory.
    folded = parquet.ParquetFile(source, metadata=file.metadata, read_dictionary=paths, **limits)
    # Parts of lists have one dictionary in each row group.
    for index in range(file.num_row_groups if paths else 0):
        for batch in folded.iter_batches(ROWS_AT_ONCE, row_groups=[index], columns=paths):
            unfolded += sum(map(unfolded_bytes, batch.columns))
            _require_within(unfolded, most)
    return file


def unfolded_bytes(array: pa.Array) -> int:
    """Bytes of a column, its lists and structures, with each text as often as it occurs."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        lengths = compute.binary_length(array.dictionary).take(array.indices)
        return int(compute.sum(lengths).as_py() or 0)
    if pa.types.is_struct(kind):
        return sum(map(unfolded_bytes, array.flatten()))
    return unfolded_bytes(array.flatten()) if pa.types.is_nested(kind) else array.nbytes


def _chunks(metadata: parquet.FileMetaData) -> Iterator[_Chunk]:
    for index in range(metadata.num_row_groups):
        row_group = metadata.row_group(index)
        for number in range(row_group.num_columns):
            column, kind = row_group.column(number), metadata.schema.column(number)
            yield _Chunk(
                name=kind.path.partition(".")[0],
                path=kind.path,
                # Whoever wrote the file may state anything.
                values=max(column.num_values, row_group.num_rows),
                stored_bytes=max(column.total_uncompressed_size, 0),
                is_text=column.physical_type == "BYTE_ARRAY",
            )


def _require_within(unfolded: int, most: int) -> None:
    if unfolded > most:
        raise DataError(
            f"would take more than {most:,} bytes of memory, {MOST_UNPACKED_ROWS} times its size"
        )
