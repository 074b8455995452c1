"""Reads a table of a record, and refuses tables with other columns."""

from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from qareport.errors import DataError


def read_table_file(path: Path, schema: pa.Schema, *, content: str) -> pa.Table:
    """The table in a file, with the columns of the schema and others; `content` names it in errors.

    Raises:
        DataError: the file is missing or holds something else.
    """
    try:
        with parquet.ParquetFile(path) as file:
            table = file.read()
    except (OSError, pa.ArrowException) as error:
        raise DataError(
            f"{path}: not the {content} of a record ({error}); evaluate again to get them"
        ) from error
    # Missing columns would be read as nulls.
    known = [name for name in schema.names if name in table.column_names]
    if len({*table.column_names}) < table.num_columns or table.select(known).schema != schema:
        raise other_columns(path, content=content)
    return table


def other_columns(path: Path, *, content: str) -> DataError:
    """The error about a table that does not have the columns of a record."""
    return DataError(
        f"{path}: not the {content} of a record (its columns are not those of this version); "
        "evaluate again to get them"
    )
