"""Lists the file formats of data sets, and recognises which one a user's file has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qareport.data.readers.raw_question import RawQuestion
from qareport.data.readers.row_files import arrow_questions, json_line_questions, parquet_questions
from qareport.data.readers.squad_file import squad_questions
from qareport.errors import UsageError

DEFAULT_DATA_SET = "rajpurkar/squad_v2"
DEFAULT_SPLIT = "validation"
SAVED_SPLIT_FILE = "state.json"
"""What `save_to_disk` puts into a folder of rows without splits."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one format are recognised and read."""

    questions_in: Callable[[Path], Iterator[RawQuestion]]
    suffixes: tuple[str, ...]
    """How the names of such files end; no two formats share an ending."""


SQUAD_JSON = "SQuAD JSON"
READERS: Mapping[str, Reader] = {
    SQUAD_JSON: Reader(squad_questions, (".json", ".json.gz")),
    "Parquet": Reader(parquet_questions, (".parquet",)),
    "Arrow": Reader(arrow_questions, (".arrow",)),
    "JSON lines": Reader(json_line_questions, (".jsonl", ".jsonl.gz")),
}
"""By the name that help and messages give the format."""


def reader_of(source: str) -> Reader | None:
    """The reader of a file, by its name; None for folders and data sets on the Hub."""
    for reader in READERS.values():
        if source.endswith(reader.suffixes):
            return reader
    return READERS[SQUAD_JSON] if Path(source).is_file() else None


def without_suffix(source: str) -> str:
    """The name of a source without the ending that names its format."""
    endings = (each for reader in READERS.values() for each in reader.suffixes)
    return next((source.removesuffix(each) for each in endings if source.endswith(each)), source)


def formats_in_words() -> str:
    """All formats with the endings of their files, for help and messages."""
    words = [f"{name} ({', '.join(reader.suffixes)})" for name, reader in READERS.items()]
    return f"{', '.join(words[:-1])} or {words[-1]}"


def has_splits(source: str) -> bool:
    """Whether a split can be chosen of a source."""
    return reader_of(source) is None and not Path(source, SAVED_SPLIT_FILE).is_file()


def refuse_hub_options(
    source: str, *, config: str | None, split: str | None, revision: str | None
) -> None:
    """Refuses options that choose a part of a Hub data set, when the source is a single file.

    Raises:
        UsageError: one of the options is given.
    """
    options = {"--config": config, "--split": split, "--revision": revision}
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise UsageError(f"{source}: is a single file; leave out {' and '.join(given)}")
