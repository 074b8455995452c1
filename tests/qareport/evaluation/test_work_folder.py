"""An unfinished record says what is answered; what cannot be used is reported and left out."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.errors import OutputError
from qareport.evaluation.record.candidates_file import candidates_table
from qareport.evaluation.record.writer import ANSWER_FILES
from qareport.evaluation.resume import (
    WORK,
    WorkFolder,
    check_evaluation_output,
    engine_of_unfinished,
    remove_shards,
)
from tests.shard_builders import CHUNK, FINGERPRINT

FIRST, SECOND, THIRD = RANGES = (range(2), range(2, 4), range(4, 5))


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    """The work of a run that has answered all but the last chunk."""
    folder = WorkFolder(tmp_path, FINGERPRINT)
    folder.find_reusable(RANGES)
    folder.store(FIRST, CHUNK)
    folder.store(SECOND, CHUNK)
    return folder


def path_of(work: WorkFolder, indices: range) -> Path:
    """The file of a shard."""
    return work.path / f"{indices.start:08}.shard"


def test_new_folder_has_nothing_to_go_on_with(tmp_path: Path) -> None:
    reusable = WorkFolder(tmp_path, FINGERPRINT).find_reusable(RANGES)

    assert (reusable.finished, reusable.remarks) == (frozenset(), ())


def test_finished_chunks_are_those_stored(work: WorkFolder) -> None:
    reusable = work.find_reusable(RANGES)

    assert reusable.finished == {FIRST, SECOND}
    assert reusable.remarks == (f"{work.path}: goes on with 4 of 5 examples answered before",)


def test_stored_shard_is_read(work: WorkFolder) -> None:
    chunk = work.read(SECOND, CHUNK.examples)

    assert candidates_table(chunk.candidates).equals(candidates_table(CHUNK.candidates))


def test_torn_shard_is_reported_and_left_out(work: WorkFolder) -> None:
    path_of(work, FIRST).write_bytes(b"")

    reusable = work.find_reusable(RANGES)

    assert reusable.finished == {SECOND}
    assert reusable.remarks[0] == (
        f"{path_of(work, FIRST)}: is torn or was changed, so these examples are answered again"
    )


def test_shard_of_other_examples_is_reported_and_left_out(work: WorkFolder) -> None:
    shutil.copy(path_of(work, FIRST), path_of(work, THIRD))

    reusable = work.find_reusable(RANGES)

    assert reusable.finished == {FIRST, SECOND}
    assert "holds examples 0 to 2, not those that its name states" in reusable.remarks[0]


def test_shards_of_another_run_are_reported_in_one_sentence(work: WorkFolder) -> None:
    other = WorkFolder(work.record, replace(FINGERPRINT, weights="v"))

    reusable = other.find_reusable(RANGES)

    (sentence,) = reusable.remarks
    assert reusable.finished == frozenset()
    assert sentence == (
        f"{path_of(work, FIRST)} and 1 more: was made with other weights, so these examples are "
        "answered again"
    )


def test_shard_that_is_damaged_while_it_is_in_use_is_reported(work: WorkFolder) -> None:
    path_of(work, FIRST).unlink()

    with pytest.raises(OutputError) as caught:
        work.read(FIRST, CHUNK.examples)

    assert str(caught.value) == (
        f"{path_of(work, FIRST)}: cannot be read (No such file or directory) while it was in use; "
        "run the same command again"
    )


def test_nothing_is_left_of_the_work_in_the_end(work: WorkFolder) -> None:
    (work.path / ".00000004.shard.abc.part").touch()

    remove_shards(work.record)

    assert list(work.record.iterdir()) == []


def test_files_of_others_are_not_removed(work: WorkFolder) -> None:
    (work.path / "notes.txt").touch()

    remove_shards(work.record)

    assert [path.name for path in work.path.iterdir()] == ["notes.txt"]


def test_work_that_cannot_be_removed_is_reported(work: WorkFolder) -> None:
    (work.path / "00000004.shard").mkdir()

    with pytest.raises(OutputError, match=r"\.work: cannot be removed \("):
        remove_shards(work.record)


def test_file_in_place_of_the_work_is_reported(tmp_path: Path) -> None:
    (tmp_path / WORK).touch()

    with pytest.raises(OutputError, match=r"\.work: cannot be made \(File exists\)$"):
        WorkFolder(tmp_path, FINGERPRINT).find_reusable(RANGES)


@pytest.mark.parametrize("name", ANSWER_FILES)
def test_unfinished_record_may_go_on_where_it_is(work: WorkFolder, name: str) -> None:
    (work.record / name).touch()

    check_evaluation_output(work.record)


@pytest.mark.parametrize("name", ["evaluation.json", *ANSWER_FILES])
def test_finished_record_may_not_be_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(OutputError, match=f"already holds {name}; name another folder or add"):
        check_evaluation_output(tmp_path)


def test_finished_record_may_not_be_replaced_by_unfinished_work(work: WorkFolder) -> None:
    (work.record / "evaluation.json").touch()

    with pytest.raises(OutputError, match=r"already holds evaluation\.json"):
        check_evaluation_output(work.record)


def test_unfinished_work_says_which_engine_it_was_begun_with(work: WorkFolder) -> None:
    path_of(work, FIRST).write_bytes(b"torn")

    assert engine_of_unfinished(work.record) == FINGERPRINT.hardware.engine


def test_work_of_which_nothing_is_left_was_begun_with_no_engine(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, FINGERPRINT)
    work.find_reusable(RANGES)
    path_of(work, FIRST).write_bytes(b"torn")

    assert engine_of_unfinished(tmp_path) is None
