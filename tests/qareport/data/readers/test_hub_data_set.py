"""Tests reading folders of rows and data sets on a local Hub, and the messages about bad ones."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qareport.data.readers.read import DataSource, inspect_data_set, read_table
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataIdentity, DataSet, Example
from qareport.errors import DataError, UsageError
from tests.builders import example, squad_json
from tests.hub_server import Hub, hub_server
from tests.squad_json import ROW

EXAMPLES = (
    example("a", "who?", context="Norman was here", golds=("Norman", "Norman was")),
    example("b", "why?", context="Norman was here"),
)
OFFLINE = {"HF_HUB_OFFLINE": "1"}
TWO_CONFIGS = """---
configs:
- {config_name: a, data_files: [{split: validation, path: a/validation.parquet}]}
- {config_name: b, data_files: [{split: validation, path: b/validation.parquet}]}
---
"""
READ_WITH_HUB = """
import sys
from qareport.errors import QareportError
from qareport.data.readers.read import read_table

name, config, split, revision = (argument or None for argument in sys.argv[1:])
try:
    print(read_table(name, config=config, split=split, revision=revision).identity)
except QareportError as error:
    print(f"{type(error).__name__}: {error}")
"""


def rows_of(examples: tuple[Example, ...]) -> pa.Table:
    """Examples as Hub data sets store them, without plausible answers."""
    return pa.Table.from_pylist(
        [
            {
                "id": each.id,
                "title": each.title,
                "context": each.context,
                "question": each.question,
                "answers": {
                    "text": [gold.text for gold in each.gold_answers],
                    "answer_start": [gold.start for gold in each.gold_answers],
                },
            }
            for each in examples
        ]
    )


def write_parquet(path: Path, examples: tuple[Example, ...] = EXAMPLES) -> Path:
    """A Parquet file of examples, its folder included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows_of(examples), path)
    return path


@pytest.fixture
def squad(tmp_path: Path) -> DataSet:
    """The examples as they come out of a SQuAD JSON file."""
    path = tmp_path / "dev.json"
    path.write_text(squad_json(*EXAMPLES))
    return read_squad_file(path)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def read(name: Path | str, split: str | None = None) -> DataSet:
    """A table without further options."""
    return read_table(str(name), config=None, split=split, revision=None)


def sentence(name: Path | str, split: str | None = None) -> str:
    """What the reader says about a table that it refuses, without the folder."""
    with pytest.raises(DataError) as caught:
        read(name, split)
    return str(caught.value).replace(f"{Path(name).parent}/", "")


def test_a_file_of_rows_has_the_examples_and_hash_of_the_squad_file(
    tmp_path: Path, squad: DataSet
) -> None:
    path = write_parquet(tmp_path / "dev.parquet")

    table = read(path)

    assert table.examples == squad.examples
    assert table.identity == DataIdentity(str(path), None, None, None, squad.identity.sha256)


def test_a_folder_of_files_has_splits_by_their_names(tmp_path: Path, squad: DataSet) -> None:
    write_parquet(tmp_path / "folder" / "validation.parquet")
    write_parquet(tmp_path / "folder" / "train.parquet", EXAMPLES[:1])

    validation, train = read(tmp_path / "folder"), read(tmp_path / "folder", "train")

    assert validation.examples == squad.examples
    assert train.examples == squad.examples[:1]
    assert validation.identity == DataIdentity(
        str(tmp_path / "folder"), "default", "validation", None, squad.identity.sha256
    )


def test_a_saved_data_set_has_no_split(tmp_path: Path, squad: DataSet) -> None:
    datasets.Dataset(rows_of(EXAMPLES)).save_to_disk(tmp_path / "saved")

    table = read(tmp_path / "saved")

    assert table.examples == squad.examples
    assert table.identity.split is None


def test_a_saved_dictionary_of_splits_is_read_by_split(tmp_path: Path, squad: DataSet) -> None:
    splits = {"validation": datasets.Dataset(rows_of(EXAMPLES))}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")

    table = read(tmp_path / "saved")

    assert table.examples == squad.examples
    assert table.identity.split == "validation"


def test_the_findings_of_rows_stand_at_their_row(tmp_path: Path) -> None:
    path = tmp_path / "dev.parquet"
    pq.write_table(pa.Table.from_pylist([{**ROW, "question": ""}]), path)

    (group,) = inspect_data_set(DataSource(name=str(path))).findings

    assert group.cases == (f"{path}: row 0 (id 'q'): the question is empty",)


def test_rows_with_errors_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "dev.parquet"
    pq.write_table(pa.Table.from_pylist([{**ROW, "id": 7}]), path)

    assert sentence(path) == (
        "dev.parquet: row 0: field 'id' is a whole number, not a string; "
        "write the value in the type of the format"
    )


def test_a_split_that_is_not_saved_is_refused_with_those_that_are(tmp_path: Path) -> None:
    splits = {"train": datasets.Dataset(rows_of(EXAMPLES))}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")

    assert sentence(tmp_path / "saved") == (
        "saved: has no split 'validation' but 'train'; choose with --split"
    )


def test_a_split_that_no_file_holds_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    write_parquet(tmp_path / "folder" / "train.parquet")

    assert sentence(tmp_path / "folder", "test") == (
        "folder: has no split 'test' but 'train'; choose with --split"
    )


def test_a_damaged_saved_data_set_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    datasets.Dataset(rows_of(EXAMPLES)).save_to_disk(folder)
    (folder / "dataset_info.json").unlink()

    assert sentence(folder).startswith("saved: cannot be loaded (")


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    found = sentence(tmp_path / "folder")

    assert found.startswith("folder: cannot be loaded (")
    assert found.endswith(
        "check the name, and log in with `hf auth login` if it is private or gated"
    )


def test_files_that_are_no_rows_are_refused_in_the_words_of_the_cause(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "validation.parquet").write_bytes(b"no such thing")

    found = sentence(tmp_path / "folder")

    assert found.startswith("folder: cannot be loaded (Parquet magic bytes not found in footer")
    assert found.endswith("; get or write its files again")


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert sentence(tmp_path / "missing") == (
        "missing: cannot be loaded (Couldn't find any data file at missing); "
        "check the name, and log in with `hf auth login` if it is private or gated"
    )


def test_columns_of_a_folder_are_checked(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "validation.jsonl").write_text('{"id": "a", "answers": []}\n')

    assert sentence(tmp_path / "folder") == (
        "folder: has no column 'context', 'question', only 'id', 'answers'; "
        "a data set needs 'id', 'context', 'question', 'answers'"
    )


def test_options_that_local_data_does_not_have_are_refused(tmp_path: Path) -> None:
    datasets.Dataset(rows_of(EXAMPLES)).save_to_disk(tmp_path / "saved")
    write_parquet(tmp_path / "folder" / "train.parquet")

    for name, split, revision in (
        ("dev.parquet", "test", None),
        ("saved", "test", None),
        ("folder", None, "main"),
    ):
        with pytest.raises(UsageError):
            read_table(str(tmp_path / name), config=None, split=split, revision=revision)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A Hub with one data set of one split, and one of two configurations."""
    datasets_folder = tmp_path / "hub" / "datasets" / "someone"
    write_parquet(datasets_folder / "squad_like" / "data" / "validation-00000-of-00001.parquet")
    write_parquet(datasets_folder / "two" / "a" / "validation.parquet")
    write_parquet(datasets_folder / "two" / "b" / "validation.parquet")
    (datasets_folder / "two" / "README.md").write_text(TWO_CONFIGS)
    with hub_server(tmp_path / "hub") as server:
        yield server


def read_with(
    hub: Hub, home: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> str:
    """What a new process prints that reads a table from the Hub; nothing else may be printed."""
    variables = {**os.environ, **hub.environment(home), **(environment or {})}
    padded = (*arguments, "", "", "")[:4]
    command = [sys.executable, "-c", READ_WITH_HUB, *padded]
    return subprocess.run(
        command, env=variables, check=True, stdout=subprocess.PIPE, text=True, timeout=6000
    ).stdout.rstrip("\n")


@pytest.mark.slow
def test_a_hub_data_set_has_the_hash_of_the_squad_file_and_its_commit(
    tmp_path: Path, squad: DataSet, hub: Hub
) -> None:
    printed = read_with(hub, tmp_path, "someone/squad_like")

    commit = hub.commit("datasets", "someone/squad_like")
    assert printed == repr(
        DataIdentity("someone/squad_like", "default", "validation", commit, squad.identity.sha256)
    )
    assert {request.token for request in hub.requests} == {"hf_dummy"}


@pytest.mark.slow
def test_a_data_set_read_before_is_read_offline_at_the_same_commit(
    tmp_path: Path, hub: Hub
) -> None:
    online = read_with(hub, tmp_path, "someone/squad_like")
    hub.requests.clear()

    offline = read_with(hub, tmp_path, "someone/squad_like", environment=OFFLINE)

    assert offline == online
    assert hub.requests == []


@pytest.mark.slow
def test_offline_another_revision_than_the_cached_one_is_refused(tmp_path: Path, hub: Hub) -> None:
    read_with(hub, tmp_path, "someone/squad_like")
    commit = hub.commit("datasets", "someone/squad_like")

    printed = read_with(hub, tmp_path, "someone/squad_like", "", "", "v2", environment=OFFLINE)

    assert printed == (
        f"DataError: someone/squad_like: revision 'v2' cannot be reached, and the cache holds "
        f"{commit}; go online, or give that commit as --revision"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("someone/missing",),
            (
                "someone/missing: cannot be loaded (Dataset 'someone/missing' doesn't exist on the "
                "Hub or cannot be accessed); check the name, and log in with `hf auth login` "
                "if it is private or gated"
            ),
        ),
        (
            ("someone/squad_like", "", "test"),
            "someone/squad_like: has no split 'test' but 'validation'; choose with --split",
        ),
        (
            ("someone/squad_like", "", "", "v9"),
            (
                "someone/squad_like: cannot be loaded (Revision 'v9' doesn't exist for dataset "
                "'someone/squad_like' on the Hub); check the name, and log in with `hf auth login` "
                "if it is private or gated"
            ),
        ),
        (
            ("someone/two",),
            (
                "someone/two: cannot be loaded (Config name is missing. Please pick one among the "
                "available configs: ['a', 'b']); choose with --config, or name one of its files"
            ),
        ),
        (
            ("no such name",),
            (
                "no such name: cannot be loaded (Repo id must use alphanumeric chars, '-', '_' or "
                "'.'. The name cannot start or end with '-' or '.' and the maximum length is 96: "
                "'no such name'); name a file, a folder or a Hub data set"
            ),
        ),
    ],
    ids=["repository", "split", "revision", "configuration", "name"],
)
def test_what_the_hub_does_not_have_is_refused(
    tmp_path: Path, hub: Hub, arguments: tuple[str, ...], expected: str
) -> None:
    assert read_with(hub, tmp_path, *arguments) == f"DataError: {expected}"


@pytest.mark.slow
def test_a_gated_data_set_is_distinguished_from_a_missing_one(tmp_path: Path, hub: Hub) -> None:
    hub.gated["someone/squad_like"] = 403

    printed = read_with(hub, tmp_path, "someone/squad_like")

    assert "is a gated dataset on the Hub" in printed
    assert printed.endswith(
        "; check the name, and log in with `hf auth login` if it is private or gated"
    )


@pytest.mark.slow
def test_offline_a_data_set_that_was_never_read_is_refused(tmp_path: Path, hub: Hub) -> None:
    printed = read_with(hub, tmp_path, "someone/squad_like", environment=OFFLINE)

    assert printed == (
        "DataError: someone/squad_like: cannot be loaded (Couldn't reach 'someone/squad_like' on "
        "the Hub (OfflineModeIsEnabled)); "
        "go online, or name local data or a data set that was read before"
    )
