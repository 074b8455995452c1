"""One process at a time locks a folder; those that died lock nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import AcquireReturnProxy, BaseFileLock

from qareport.errors import OutputError
from qareport.evaluation.record.folder_lock import LOCK, locked
from tests.locking import locked_elsewhere, refusal

LOSE = """
import os
import sys
from pathlib import Path
from qareport.evaluation.record.folder_lock import locked
path, losses = Path(sys.argv[1]), []
def lose_once(event, details):
    if event == "fcntl.flock" and not losses:
        losses.append(path)
        path.unlink()
sys.addaudithook(lose_once)
with locked(path.parent):
    print(os.getpid(), path.read_text())
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has locked the folder."""
    with locked_elsewhere(tmp_path) as process:
        yield process


def refusal_of(folder: Path) -> str:
    """Why the folder cannot be locked."""
    with pytest.raises(OutputError) as caught, locked(folder):
        pass
    return str(caught.value)


def test_folder_is_made_and_nothing_stays_in_it(tmp_path: Path) -> None:
    with locked(tmp_path / "new/record"):
        names = [path.name for path in (tmp_path / "new/record").iterdir()]

    assert names == [LOCK]
    assert list((tmp_path / "new/record").iterdir()) == []


def test_folder_that_is_locked_is_refused_with_the_process_that_locked_it(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    assert refusal_of(tmp_path) == refusal(tmp_path, other)


def test_refused_process_leaves_the_lock_to_the_other(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    refusal_of(tmp_path)

    assert str(other.pid) in refusal_of(tmp_path)


def test_folder_of_a_killed_process_is_free(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()

    with locked(tmp_path):
        assert (tmp_path / LOCK).read_text() == str(os.getpid())


def test_folder_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), locked(tmp_path):
        raise ValueError("no")

    assert list(tmp_path.iterdir()) == []


def test_process_that_has_not_put_its_id_there_is_of_unknown_id(tmp_path: Path) -> None:
    with locked(tmp_path):
        (tmp_path / LOCK).write_text("")

        assert "process of unknown id is writing" in refusal_of(tmp_path)


def test_lock_that_its_owner_removes_meanwhile_is_made_anew(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOSE, str(tmp_path / LOCK)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)

    process_id, content = run.stdout.split()
    assert (content, run.stderr) == (process_id, "")


def test_folder_in_place_of_the_lock_is_reported(tmp_path: Path) -> None:
    (tmp_path / LOCK).mkdir()

    assert refusal_of(tmp_path) == f"{tmp_path / LOCK}: cannot be locked (Is a directory)"


def test_lock_that_cannot_be_removed_is_reported(tmp_path: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(locked(tmp_path))
        (tmp_path / LOCK).unlink()
        (tmp_path / LOCK).mkdir()

        with pytest.raises(OutputError, match=r"\.lock: cannot be removed \("):
            stack.close()


def test_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / LOCK).symlink_to(tmp_path / "mine.txt")

    assert refusal_of(tmp_path) == (
        f"{tmp_path / LOCK}: is a symbolic link, and nothing is written through one; remove it"
    )
    assert not (tmp_path / "mine.txt").exists()


@pytest.mark.parametrize("is_made", [True, False])
def test_signal_while_the_folder_is_locked_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_made: bool
) -> None:
    acquire = BaseFileLock.acquire
    trials: list[str] = []

    def stop_at_first(
        lock: BaseFileLock, timeout: float = 0, *, poll_interval: float = 0
    ) -> AcquireReturnProxy[BaseFileLock]:
        trials.append(lock.lock_file)
        if len(trials) > 1:
            return acquire(lock, timeout, poll_interval=poll_interval)
        if is_made:
            Path(lock.lock_file).touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseFileLock, "acquire", stop_at_first)

    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["notes", "12 34"])
def test_file_of_somebody_else_in_the_place_of_the_lock_stays(tmp_path: Path, content: str) -> None:
    (tmp_path / LOCK).write_text(content)

    assert refusal_of(tmp_path) == f"{tmp_path / LOCK}: is not a lock of qareport; move it away"
    assert (tmp_path / LOCK).read_text() == content


def test_file_that_has_another_name_too_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("123")
    (tmp_path / LOCK).hardlink_to(tmp_path / "theirs")

    assert refusal_of(tmp_path).endswith("is not a lock of qareport; move it away")
    assert (tmp_path / "theirs").read_text() == "123"
