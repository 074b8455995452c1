"""Sources are read by the rules of their kind, and a limit takes a sample, not the head."""

from pathlib import Path

import datasets
import numpy as np
import pytest

from qareport.data.readers.gather import examples_sha256
from qareport.data.types import Exclusion
from qareport.errors import UsageError
from tests.builders import example, squad_json
from tests.squad_json import ROW
from trainer.preparing.sources import ReadSource, read_sources
from trainer.recipe import Source


def read(*sources: Source, seed: int = 0) -> list[ReadSource]:
    """What sources hold."""
    return read_sources(sources, np.random.default_rng(seed))


def squad_file(folder: Path, *ids: str, name: str = "train.json") -> str:
    """A SQuAD file with a question for each id."""
    path = folder / name
    path.write_text(squad_json(*(example(id) for id in ids)), encoding="utf-8")  # noqa: A001
    return str(path)


def ids_of(source: ReadSource) -> list[str]:
    """The ids of what is left of a source."""
    return [one.id for one in source.data.examples]


def table(*ids: str) -> datasets.Dataset:
    """Rows with SQuAD's columns."""
    return datasets.Dataset.from_list([{**ROW, "id": each} for each in ids])


def test_squad_files_are_read(tmp_path: Path) -> None:
    (source,) = read(Source(source=squad_file(tmp_path, "a", "b")))

    assert ids_of(source) == ["a", "b"]
    assert source.data.exclusions == ()


def test_gold_answers_that_vanish_by_the_rules_of_squad_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(squad_json(example("a", context="The end.", golds=("The",))), encoding="utf-8")

    (source,) = read(Source(source=str(path)))

    assert [group.kind for group in source.data.findings] == ["gold answer normalises to nothing"]


def test_files_of_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    table("a", "b").to_parquet(path)

    (source,) = read(Source(source=str(path)))

    assert ids_of(source) == ["a", "b"]


def test_saved_rows_without_splits_are_read(tmp_path: Path) -> None:
    table("a").save_to_disk(tmp_path / "saved")

    (source,) = read(Source(source=str(tmp_path / "saved")))

    assert ids_of(source) == ["a"]


def test_the_training_split_is_read_where_none_is_named(tmp_path: Path) -> None:
    splits = {"train": table("a"), "validation": table("b")}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")
    name = str(tmp_path / "saved")

    unnamed, named = read(Source(source=name), Source(source=name, split="validation"))

    assert (ids_of(unnamed), ids_of(named)) == (["a"], ["b"])


def test_a_file_has_no_splits(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a single file; leave out --split"):
        read(Source(source=squad_file(tmp_path, "a"), split="train"))


def test_a_limit_takes_a_sample_in_the_order_of_the_file(tmp_path: Path) -> None:
    ids = [f"{index:02}" for index in range(40)]
    limited = Source(source=squad_file(tmp_path, *ids), limit=10)

    (first,), (again,), (other,) = read(limited), read(limited), read(limited, seed=1)

    assert len(ids_of(first)) == 10
    assert ids_of(first) == sorted(ids_of(first))
    assert ids_of(first) == ids_of(again)
    assert len({*ids[:10]} & {*ids_of(first)}) < 10
    assert ids_of(first) != ids_of(other)


def test_a_sample_has_its_own_identity_and_counts_the_rest(tmp_path: Path) -> None:
    (source,) = read(Source(source=squad_file(tmp_path, *"abcde"), limit=2))

    assert source.data.questions_read == 5
    assert source.data.exclusions == (Exclusion("not in the sample of 2", 3),)
    assert source.data.identity.sha256 == examples_sha256(source.data.examples)


def test_a_limit_above_what_there_is_takes_everything(tmp_path: Path) -> None:
    name = squad_file(tmp_path, "a", "b")

    (limited,), (whole,) = read(Source(source=name, limit=2)), read(Source(source=name))

    assert limited.data == whole.data


def test_a_sample_does_not_depend_on_the_limits_of_other_sources(tmp_path: Path) -> None:
    ids = [str(index) for index in range(20)]
    one = squad_file(tmp_path, *ids)
    limited = Source(source=squad_file(tmp_path, *ids, name="other.json"), limit=5)

    _, beside_whole = read(Source(source=one), limited)
    _, beside_sample = read(Source(source=one, limit=3), limited)

    assert ids_of(beside_whole) == ids_of(beside_sample)


def test_a_label_names_all_in_which_sources_differ(tmp_path: Path) -> None:
    (source,) = read(Source(source=squad_file(tmp_path, "a")))
    hub = Source(source="org/name", config="de", split="train", revision="abc")

    assert source.label == str(tmp_path / "train.json")
    assert ReadSource(hub, source.data).label == "org/name:de:train:abc"
