"""Tests that each kind of source is read by its own reader, and refuses options of others."""

from pathlib import Path

import datasets
import pytest

from qareport.data.readers.read import DataSource, inspect_data_set, read_data_set
from qareport.data.readers.source_kind import has_splits
from qareport.errors import DataError, UsageError
from tests.squad_json import QUESTION, ROW, write_squad


def source_of(kind: str, folder: Path) -> DataSource:
    """The same question in a file or folder of some kind."""
    rows = datasets.Dataset.from_list([dict(ROW)])
    path = folder / kind
    if kind == "dev.json":
        write_squad(folder, QUESTION)
    elif kind == "rows.parquet":
        rows.to_parquet(path)
    elif kind == "saved":
        rows.save_to_disk(path)
    else:
        datasets.DatasetDict({"validation": rows}).save_to_disk(path)
    return DataSource(name=str(path))


KINDS = ("dev.json", "rows.parquet", "saved", "splits")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_gives_the_same_question(kind: str, tmp_path: Path) -> None:
    (example,) = read_data_set(source_of(kind, tmp_path)).examples

    assert (example.id, example.question, example.gold_answers[0].text) == ("q", "who?", "Norman")


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_source_of_several_tables_has_splits(kind: str, tmp_path: Path) -> None:
    assert has_splits(source_of(kind, tmp_path).name) == (kind == "splits")


def test_an_id_on_the_hub_has_splits() -> None:
    assert has_splits("acme/ships")


@pytest.mark.parametrize("name", ["dev.json", "rows.parquet"])
def test_a_single_file_has_no_split_to_choose(name: str) -> None:
    with pytest.raises(UsageError, match=r"is a single file; leave out --split"):
        read_data_set(DataSource(name=name, split="test"))


def test_data_without_a_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^the data has no name; name a file, a folder or an id"):
        read_data_set(DataSource(name=""))


def test_errors_forbid_reading_but_not_inspecting(tmp_path: Path) -> None:
    source = DataSource(name=str(write_squad(tmp_path, {"id": "q"}, {**QUESTION, "id": "r"})))

    with pytest.raises(DataError, match=r"1 error forbids|2 errors forbid"):
        read_data_set(source)
    assert [example.id for example in inspect_data_set(source).examples] == ["r"]
