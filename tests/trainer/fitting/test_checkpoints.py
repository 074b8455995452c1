"""A checkpoint counts only when it is whole; torn ones are dropped."""

import json
from pathlib import Path

import pytest

from trainer.errors import TrainingError
from trainer.fitting.checkpoints import (
    SEAL,
    STATE,
    checkpoint_path,
    is_end,
    is_whole,
    last_checkpoint,
    seal,
)


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


@pytest.mark.parametrize("content", [b"[" * 99_999, b"9" * 9999, b"\xff", b"null", b"[]"])
def test_a_seal_that_is_something_else_seals_nothing(content: bytes, tmp_path: Path) -> None:
    torn = checkpoint(tmp_path, 2)
    (torn / SEAL).write_bytes(content)

    assert not is_whole(torn)


@pytest.mark.parametrize(
    "name", ["checkpoint-best", "checkpoint-", "checkpoint-²", "checkpoint-1b"]
)
def test_what_is_named_otherwise_is_no_checkpoint(name: str, tmp_path: Path) -> None:
    known = checkpoint(tmp_path, 1)
    (tmp_path / name).mkdir()

    assert last_checkpoint(tmp_path) == known
    assert (tmp_path / name).exists()


def test_a_file_in_place_of_a_checkpoint_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-2").write_text("notes")

    assert last_checkpoint(tmp_path) is None
    assert (tmp_path / "checkpoint-2").read_text() == "notes"


@pytest.mark.parametrize("is_over", [True, False])
def test_a_checkpoint_says_whether_training_had_ended(is_over: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    args = {"should_training_stop": is_over}
    state = {"stateful_callbacks": {"TrainerControl": {"args": args}}}
    (tmp_path / STATE).write_text(json.dumps(state))

    assert is_end(tmp_path) is is_over


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[" * 99_999, "line 1, column 101 is nested more than 100 levels deep; make it flatter"),
        ("{}", "does not say whether training had ended there; delete {} to go on from the "),
        ('{"stateful_callbacks": []}', "does not say whether training had ended there; delete {}"),
        (
            '{"stateful_callbacks": {"TrainerControl": {"args": {"should_training_stop": 1}}}}',
            "does not say whether training had ended there; delete {}",
        ),
    ],
)
def test_a_state_that_is_something_else_is_refused(
    content: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / STATE).write_text(content)

    with pytest.raises(TrainingError) as refused:
        is_end(tmp_path)

    assert str(refused.value).startswith(f"{tmp_path / STATE}: {sentence.format(tmp_path)}")
