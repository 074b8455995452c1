"""Tests which reader the name of a data set chooses."""

from pathlib import Path

import pytest

from qareport.data.readers.source_kind import (
    READERS,
    SQUAD_JSON,
    formats_in_words,
    reader_of,
    refuse_hub_options,
    without_suffix,
)
from qareport.errors import UsageError


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        ("dev.json", SQUAD_JSON),
        ("data/dev-v2.0.json", SQUAD_JSON),
        ("train.json.gz", SQUAD_JSON),
        ("dev.parquet", "Parquet"),
        ("dev.arrow", "Arrow"),
        ("dev.jsonl", "JSON lines"),
        ("dev.jsonl.gz", "JSON lines"),
    ],
)
def test_a_name_chooses_the_reader_even_before_the_file_is_there(
    name: str, file_format: str
) -> None:
    assert reader_of(name) is READERS[file_format]


def test_an_existing_file_of_another_name_is_squad_json(tmp_path: Path) -> None:
    (tmp_path / "dev-v2.0").touch()

    assert reader_of(str(tmp_path / "dev-v2.0")) is READERS[SQUAD_JSON]


def test_folders_and_hub_ids_have_no_reader_of_files(tmp_path: Path) -> None:
    assert reader_of(str(tmp_path)) is None
    assert reader_of("rajpurkar/squad_v2") is None


def test_no_ending_names_two_formats() -> None:
    endings = [each for reader in READERS.values() for each in reader.suffixes]

    assert not [
        (one, other) for one in endings for other in endings if one != other and one.endswith(other)
    ]
    assert len(set(endings)) == len(endings)


@pytest.mark.parametrize(
    ("source", "name"),
    [("dev.json.gz", "dev"), ("a/dev.jsonl", "a/dev"), ("acme/ships", "acme/ships")],
)
def test_a_name_loses_the_ending_of_its_format(source: str, name: str) -> None:
    assert without_suffix(source) == name


def test_words_name_every_format_with_its_endings() -> None:
    words = formats_in_words()

    assert words.startswith("SQuAD JSON (.json, .json.gz), Parquet (.parquet), ")
    assert all(
        f"{name} ({', '.join(reader.suffixes)})" in words for name, reader in READERS.items()
    )


def test_a_single_file_has_none_of_the_options_of_the_hub() -> None:
    refuse_hub_options("dev.json", config=None, split=None, revision=None)


def test_options_of_the_hub_are_refused_by_name() -> None:
    with pytest.raises(UsageError) as caught:
        refuse_hub_options("dev.json", config=None, split="test", revision="main")

    assert str(caught.value) == "dev.json: is a single file; leave out --split and --revision"
