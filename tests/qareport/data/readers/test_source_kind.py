"""Names that a user types, and the kind of source that each one is."""

from pathlib import Path

import pytest

from qareport.data.readers.source_kind import is_squad_file, is_table_file, refuse_hub_options
from qareport.errors import UsageError


@pytest.mark.parametrize("name", ["dev.json", "data/dev-v2.0.json", "train.json.gz"])
def test_json_is_squad_json_even_before_the_file_is_there(name: str) -> None:
    assert is_squad_file(name)


@pytest.mark.parametrize("name", ["dev.parquet", "dev.arrow", "dev.jsonl", "dev.jsonl.gz"])
def test_files_of_rows_are_known_by_their_names(name: str) -> None:
    assert is_table_file(name)
    assert not is_squad_file(name)


def test_an_existing_file_of_another_name_is_squad_json(tmp_path: Path) -> None:
    (tmp_path / "dev-v2.0").touch()

    assert is_squad_file(str(tmp_path / "dev-v2.0"))


def test_folders_and_hub_ids_are_tables(tmp_path: Path) -> None:
    assert not is_squad_file(str(tmp_path))
    assert not is_squad_file("rajpurkar/squad_v2")


def test_a_single_file_has_none_of_the_options_of_the_hub() -> None:
    refuse_hub_options("dev.json", config=None, split=None, revision=None)


def test_options_of_the_hub_are_refused_by_name() -> None:
    with pytest.raises(UsageError) as caught:
        refuse_hub_options("dev.json", config=None, split="test", revision="main")

    assert str(caught.value) == "dev.json: is a single file; leave out --split and --revision"
