"""Reads data sets on the Hub and local folders of rows, which have SQuAD's columns."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import datasets
import pyarrow as pa
from datasets.exceptions import DatasetGenerationError, DatasetsError
from datasets.packaged_modules.cache.cache import Cache

# The client has changed its HTTP library twice; this name follows it to the root of its errors.
from huggingface_hub.errors import (  # type: ignore[attr-defined]
    HFValidationError,
    HTTPError,
)
from huggingface_hub.utils.tqdm import disable_progress_bars

from qareport.data.readers.gather import Origin, gather
from qareport.data.readers.row_files import ROWS_AT_ONCE, questions_in_batches
from qareport.data.readers.source_kind import (
    DEFAULT_SPLIT,
    SAVED_SPLIT_FILE,
    formats_in_words,
    refuse_hub_options,
)
from qareport.data.secrets import hide_all_secrets
from qareport.data.types import DataSet
from qareport.errors import DataError

SAVED_SPLITS_FILE = "dataset_dict.json"
"""Marks a folder that `DatasetDict.save_to_disk` wrote."""
REMEDIES: Mapping[type[Exception], str] = {
    pa.ArrowException: "get or write its files again",
    HTTPError: "try again, or name local data",
    ConnectionError: "go online, or name local data or a data set that was read before",
    HFValidationError: "name a file, a folder or a Hub data set",
    FileNotFoundError: "check the name, and log in with `hf auth login` if it is private or gated",
    ValueError: "choose with --config, or name one of its files",
}
"""How to mend the errors that `datasets` raises; the first class that fits counts.

The order matters: Arrow's and the validation errors are ValueErrors, and an answer with an
HTTP error status is an OSError.
"""
OTHER_REMEDY = f"download its files and name one in {formats_in_words()}"


def inspect_table(
    name: str,
    *,
    config: str | None,
    split: str | None,
    revision: str | None,
    limit: int | None = None,
) -> DataSet:
    """A data set with all its findings; questions with errors are left out.

    Raises:
        DataError: it cannot be read, lacks a column, or holds no question.
        UsageError: an option does not apply to it.
    """
    _hide_progress_without_terminal()
    if _is_saved(name):
        refuse_hub_options(name, config=config, split=None, revision=revision)
        table = _saved_table(name, split)
    else:
        table = _built_table(name, config, split=split or DEFAULT_SPLIT, revision=revision)
    batches = table.rows.with_format("arrow").iter(ROWS_AT_ONCE)
    questions = questions_in_batches(batches, table.rows.column_names, source=name)
    return gather(questions, table.origin, limit=limit)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows on disk and where they come from."""

    rows: datasets.Dataset
    origin: Origin


def _hide_progress_without_terminal() -> None:
    """Keeps the progress bars of both libraries out of log files."""
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
        disable_progress_bars()


def _is_saved(name: str) -> bool:
    """Whether a folder was written by `save_to_disk`."""
    return Path(name, SAVED_SPLIT_FILE).is_file() or Path(name, SAVED_SPLITS_FILE).is_file()


def _saved_table(name: str, split: str | None) -> _Table:
    """The rows of a folder that `save_to_disk` wrote."""
    try:
        saved = datasets.load_from_disk(name)
    except (OSError, ValueError, DatasetsError) as error:
        raise _loading_error(name, error) from error
    if isinstance(saved, datasets.Dataset):
        refuse_hub_options(name, config=None, split=split, revision=None)
        return _Table(saved, Origin(name))
    split = split or DEFAULT_SPLIT
    if split not in saved:
        raise _split_error(name, split, tuple(saved))
    return _Table(saved[split], Origin(name, split=split))


def _built_table(name: str, config: str | None, *, split: str, revision: str | None) -> _Table:
    """The rows of a Hub data set or of a folder of files, from the cache where it holds them."""
    is_local = Path(name).is_dir()
    if is_local:
        refuse_hub_options(name, config=None, split=None, revision=revision)
    try:
        builder = datasets.load_dataset_builder(name, config, revision=revision)
        builder.download_and_prepare()
    except (OSError, ValueError, RuntimeError, DatasetsError, HTTPError) as error:
        raise _loading_error(name, error) from error
    _require_revision(name, builder, revision)
    # Splits are not looked up by name, because `validation[:100]` is one as well.
    try:
        rows = builder.as_dataset(split)
    except ValueError as error:
        raise _split_error(name, split, tuple(builder.info.splits)) from error
    # For a Hub data set `hash` is the commit it resolved; for a folder, a hash of its files.
    commit = None if is_local else builder.hash
    return _Table(rows, Origin(name, builder.config.name, split, commit))


def _require_revision(name: str, builder: datasets.DatasetBuilder, revision: str | None) -> None:
    """Refuses a cached data set of another revision, which `datasets` would take when offline."""
    if isinstance(builder, Cache) and revision not in (None, builder.hash):
        raise DataError(
            f"{name}: revision {revision!r} cannot be reached, and the cache holds {builder.hash}; "
            "go online, or give that commit as --revision"
        )


def _loading_error(name: str, error: Exception) -> DataError:
    """Our error about an error of `datasets`, in one sentence."""
    # "An error occurred while generating the dataset" hides the reason in its cause.
    is_wrapper = isinstance(error, DatasetGenerationError) and error.__cause__ is not None
    lines = hide_all_secrets(str(error.__cause__ if is_wrapper else error)).splitlines()
    reason = " ".join(line.strip() for line in lines[:2]).rstrip(".")
    fitting = (remedy for kind, remedy in REMEDIES.items() if isinstance(error, kind))
    return DataError(f"{name}: cannot be loaded ({reason}); {next(fitting, OTHER_REMEDY)}")


def _split_error(name: str, split: str, splits: tuple[str, ...]) -> DataError:
    """The error about a missing split, with the splits that exist."""
    there_are = ", ".join(repr(name) for name in splits)
    return DataError(f"{name}: has no split {split!r} but {there_are}; choose with --split")
