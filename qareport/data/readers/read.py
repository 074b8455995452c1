"""Reads the data set that a user names: a file, a folder, or an id on the Hub."""

from dataclasses import dataclass
from pathlib import Path

from qareport.data.readers.gather import Origin, gather, require_no_errors
from qareport.data.readers.source_kind import DEFAULT_DATA_SET, reader_of, refuse_hub_options
from qareport.data.types import DataSet
from qareport.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A data set as a user names it."""

    name: str = DEFAULT_DATA_SET
    """Path of a file or folder, or id of a Hub data set."""
    config: str | None = None
    split: str | None = None
    revision: str | None = None


def read_data_set(source: DataSource, *, limit: int | None = None) -> DataSet:
    """The data set of a source, fit for scoring.

    Raises:
        DataError: it cannot be read, or its findings forbid scoring it.
        UsageError: it has no such parts.
    """
    return require_no_errors(inspect_data_set(source, limit=limit))


def read_table(
    name: str,
    *,
    config: str | None = None,
    split: str | None = None,
    revision: str | None = None,
    limit: int | None = None,
) -> DataSet:
    """The data set of a Hub id, a local folder or a file, fit for scoring.

    Raises:
        DataError: it cannot be read, or the doctor found errors in it.
        UsageError: an option does not apply to it.
    """
    source = DataSource(name=name, config=config, split=split, revision=revision)
    return read_data_set(source, limit=limit)


def inspect_data_set(source: DataSource, *, limit: int | None = None) -> DataSet:
    """The data set of a source with all its findings; questions with errors are left out.

    Raises:
        DataError: it cannot be read, or holds no question.
        UsageError: it has no name, or no such parts.
    """
    name, config, split, revision = source.name, source.config, source.split, source.revision
    if not name:
        raise UsageError("the data has no name; name a file, a folder or an id on the Hub")
    reader = reader_of(name)
    if reader is not None:
        refuse_hub_options(name, config=config, split=split, revision=revision)
        path = Path(name)
        return gather(reader.questions_in(path), Origin(path.as_posix()), limit=limit)
    from qareport.data.readers.hub_data_set import inspect_table  # noqa: PLC0415 - `datasets` is slow

    return inspect_table(name, config=config, split=split, revision=revision, limit=limit)
