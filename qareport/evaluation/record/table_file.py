"""Reads a table of a record, and refuses tables with other columns."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from qareport.data.files import refuse_special
from qareport.data.readers.parquet_size import open_parquet
from qareport.errors import DataError


def read_table_file(path: Path, schema: pa.Schema) -> pa.Table:
    """The table in a file, with the columns of the schema and others.

    Raises:
        DataError: the file is missing or holds something else; the message is without the path.
    """
    refuse_special(path)
    try:
        with pa.OSFile(str(path)) as stream:
            return read_table(stream, schema)
    except OSError as error:
        raise DataError(_in_one_line(error)) from error


def read_table(stream: pa.NativeFile, schema: pa.Schema) -> pa.Table:
    """The table in the bytes of a Parquet file, likewise.

    Raises:
        DataError: it is something else; the message is without a path.
    """
    try:
        file = open_parquet(stream, packed_bytes=stream.size())
        if fault := next(_faults_of_columns(file.schema_arrow, schema), None):
            raise DataError(fault)
        table = file.read()
        # Texts that are not UTF-8 would stop Python.
        table.validate(full=True)
    # Names of columns are decoded by Python.
    except (OSError, pa.ArrowException, MemoryError, UnicodeDecodeError) as error:
        raise DataError(_in_one_line(error)) from error
    return table


def _faults_of_columns(found: pa.Schema, wanted: pa.Schema) -> Iterator[str]:
    """How the columns of a table differ from those that it must have."""
    for name, count in Counter(found.names).items():
        if count > 1:
            yield f"column {name!r} stands {count} times"
    for field in wanted:
        if field.name not in found.names:
            yield f"column {field.name!r} is missing"
        elif found.field(field.name).type != field.type:
            yield f"column {field.name!r} is {found.field(field.name).type}, not {field.type}"


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
