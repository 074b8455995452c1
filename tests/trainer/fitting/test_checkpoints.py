"""A checkpoint counts only when it is whole; torn ones are dropped."""

from pathlib import Path

import pytest

from trainer.fitting.checkpoints import SEAL, checkpoint_path, is_whole, last_checkpoint, seal


def checkpoint(folder: Path, update: int) -> Path:
    """A sealed checkpoint of two files."""
    path = checkpoint_path(folder, update)
    (path / "inner").mkdir(parents=True)
    (path / "weights").write_bytes(b"1234")
    (path / "inner" / "state").write_bytes(b"12")
    seal(path)
    return path


def test_folder_without_checkpoints_has_no_last_one(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    assert last_checkpoint(tmp_path / "missing") is None


def test_last_checkpoint_is_that_of_the_latest_update(tmp_path: Path) -> None:
    checkpoint(tmp_path, 1000)
    checkpoint(tmp_path, 500)

    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-1000"


def test_sealed_checkpoint_is_whole(tmp_path: Path) -> None:
    assert is_whole(checkpoint(tmp_path, 1))


@pytest.mark.parametrize("name", ["weights", "inner/state", SEAL])
def test_checkpoint_without_one_of_its_files_is_dropped(name: str, tmp_path: Path) -> None:
    before, torn = checkpoint(tmp_path, 1), checkpoint(tmp_path, 2)
    (torn / name).unlink()

    assert last_checkpoint(tmp_path) == before
    assert not torn.exists()


@pytest.mark.parametrize("name", ["weights", SEAL])
def test_checkpoint_with_a_shortened_file_is_dropped(name: str, tmp_path: Path) -> None:
    torn = checkpoint(tmp_path, 2)
    (torn / name).write_bytes((torn / name).read_bytes()[:-3])

    assert last_checkpoint(tmp_path) is None
    assert not torn.exists()


def test_checkpoint_with_a_file_too_many_is_dropped(tmp_path: Path) -> None:
    (checkpoint(tmp_path, 2) / "more").write_bytes(b"")

    assert last_checkpoint(tmp_path) is None
