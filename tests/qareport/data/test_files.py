"""Tests that files are replaced whole or not at all, with the usual permissions."""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from qareport.data import files as packaged
from qareport.data.files import (
    CHUNK_BYTES,
    file_sha256,
    packaged_folder,
    read_text,
    refuse_special,
    relative_path,
    remove_leftovers,
    replacing,
    write_text,
)
from qareport.errors import OutputError, QareportError


def write_half(path: Path, error: type[BaseException]) -> None:
    """Begins to write a file and fails."""
    with replacing(path) as part:
        part.write_text("half")
        raise error


def test_text_is_written_in_utf8_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    write_text(path, "Köln\r\n法\n")

    assert path.read_bytes() == "Köln\r\n法\n".encode()


def test_a_file_keeps_its_old_content_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    with replacing(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"

    assert path.read_text() == "new"


def test_the_new_content_is_written_beside_the_old(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.txt") as part:
        assert part.parent == tmp_path


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    with pytest.raises(error):
        write_half(path, error)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "")
    finally:
        os.umask(before)

    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_writing_leaves_the_umask_as_it_was(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "missing/a.txt"

    with pytest.raises(OutputError) as caught:
        write_text(path, "")

    assert str(caught.value) == f"{path}: cannot be written (No such file or directory)"


def test_a_folder_in_the_way_is_reported_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.mkdir()

    with pytest.raises(OutputError) as caught:
        write_text(path, "")

    assert str(caught.value) == f"{path}: cannot be written (Is a directory)"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("use", [read_text, file_sha256, partial(write_text, text="new")])
def test_a_pipe_is_refused_and_left_alone(tmp_path: Path, use: Callable[[Path], object]) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(QareportError) as caught:
        use(path)

    assert str(caught.value) == f"{path}: is a named pipe; name a file or a folder"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["file", "folder", "nothing", "file/in"])
def test_files_and_folders_may_be_used_and_need_not_be_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()

    refuse_special(tmp_path / name)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_hash_is_that_of_all_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"a" * size)

    assert file_sha256(path) == hashlib.sha256(b"a" * size).hexdigest()


def test_in_a_checkout_it_lies_beside_the_package() -> None:
    assert {"model_card.md.jinja", "report.html.jinja", "report"} <= {
        each.name for each in packaged_folder("templates").iterdir()
    }


def test_in_an_installed_package_it_lies_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qareport/demo").mkdir(parents=True)
    monkeypatch.setattr(packaged, "PACKAGE", tmp_path / "qareport")

    assert packaged_folder("demo") == tmp_path / "qareport/demo"


def test_a_path_from_a_folder_has_slashes(tmp_path: Path) -> None:
    assert relative_path(tmp_path / "a" / "b", tmp_path / "c") == "../a/b"


def test_a_path_on_another_drive_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", refuse)

    assert relative_path(tmp_path / "a", Path("b")) == (tmp_path / "a").as_posix()


def test_leftovers_of_a_killed_process_are_removed_and_nothing_else(tmp_path: Path) -> None:
    kept = {
        "report.html",
        ".report.html.part",
        "notes.part",
        ".a.b.part",
        "a.a1b2c3d4.part",
        ".a.b.a1b2c3d4.part",
    }
    for name in (*kept, ".report.html.qareport-a1b2c3d4.part", ".README.md.qareport-_bcdefg8.part"):
        (tmp_path / name).touch()
    (tmp_path / ".folder.qareport-a1b2c3d4.part").mkdir()

    remove_leftovers(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {*kept, ".folder.qareport-a1b2c3d4.part"}


def test_what_processes_left_long_ago_is_removed_by_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "card.md"
    old, new, other = (
        tmp_path / name
        for name in (
            ".card.md.qareport-abcd1234.part",
            ".card.md.qareport-abcd1235.part",
            ".data.md.qareport-abcd1234.part",
        )
    )
    for part in (old, new, other):
        part.touch()
    for part in (old, other):
        os.utime(part, (0, 0))

    write_text(path, "")

    assert sorted(tmp_path.iterdir()) == sorted([path, new, other])


def test_what_replacing_leaves_behind_is_a_leftover(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.txt") as part:
        remove_leftovers(tmp_path)

        assert not part.exists()
        part.touch()


def test_leftovers_that_cannot_be_looked_for_are_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be written \(No such file or directory\)"):
        remove_leftovers(tmp_path / "missing")
