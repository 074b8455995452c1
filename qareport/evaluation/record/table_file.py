"""A table of a record to the rows in it, if it is what it should be."""

from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from qareport.errors import DataError


def read_table_file(path: Path, schema: pa.Schema, *, content: str) -> pa.Table:
    """The table in a file, which has this very schema; `content` names it in errors.

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
    if table.schema != schema:
        raise DataError(
            f"{path}: not the {content} of a record (its columns are not those of this version); "
            "evaluate again to get them"
        )
    return table
