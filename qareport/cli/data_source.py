"""What a user names as data to the data set that it stands for."""

from pathlib import Path

from qareport.cli.progress import waiting
from qareport.data.readers.source_kind import DEFAULT_DATA_SET, is_squad_file, refuse_hub_options
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataSet
from qareport.errors import UsageError


def choose_source(data: str | None, dataset: str | None) -> str:
    """The one source that was named, or the default data set.

    Raises:
        UsageError: two were named.
    """
    if data is not None and dataset is not None:
        raise UsageError(f"--data {data} and --dataset {dataset} name two data sets; leave one out")
    return data or dataset or DEFAULT_DATA_SET


def read_source(
    source: str,
    *,
    config: str | None,
    split: str | None,
    revision: str | None,
    limit: int | None,
) -> DataSet:
    """The data set in a SQuAD JSON file, or in a table, local or on the Hub.

    Raises:
        DataError: it cannot be read, or its findings forbid scoring it.
        UsageError: an option does not go with this source.
    """
    with waiting(f"reading {source}"):
        if is_squad_file(source):
            refuse_hub_options(source, config=config, split=split, revision=revision)
            return read_squad_file(Path(source), limit=limit)
        from qareport.data.readers.hub_data_set import read_table  # noqa: PLC0415 - `datasets` is slow

        return read_table(source, config=config, split=split, revision=revision, limit=limit)
