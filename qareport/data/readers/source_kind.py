"""What a user names as data -> the kind of source it is; cheap to import."""

from pathlib import Path

from qareport.errors import UsageError

DEFAULT_DATA_SET = "rajpurkar/squad_v2"
DEFAULT_SPLIT = "validation"
TABLE_SUFFIXES = (".parquet", ".arrow", ".jsonl", ".jsonl.gz")
SQUAD_SUFFIXES = (".json", ".json.gz")
SAVED_SPLIT_FILE = "state.json"
"""What `save_to_disk` puts into a folder of rows without splits."""


def is_squad_file(source: str) -> bool:
    """Whether a source is a SQuAD JSON file; anything else is a table, local or on the Hub."""
    if is_table_file(source):
        return False
    return source.endswith(SQUAD_SUFFIXES) or Path(source).is_file()


def is_table_file(source: str) -> bool:
    """Whether a source is a local file of rows, by its name."""
    return source.endswith(TABLE_SUFFIXES)


def has_splits(source: str) -> bool:
    """Whether a split can be chosen of a source."""
    is_saved_split = Path(source, SAVED_SPLIT_FILE).is_file()
    return not (is_squad_file(source) or is_table_file(source) or is_saved_split)


def refuse_hub_options(
    source: str, *, config: str | None, split: str | None, revision: str | None
) -> None:
    """Refuse options that choose a part of a Hub data set, when the source is a single file.

    Raises:
        UsageError: one of the options is given.
    """
    options = {"--config": config, "--split": split, "--revision": revision}
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise UsageError(f"{source}: is a single file; leave out {' and '.join(given)}")
