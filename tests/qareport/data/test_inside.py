"""What a folder names is inside it, whatever links and dots say, or it is refused."""

from pathlib import Path

import pytest

from qareport.data.inside import inside, is_inside
from qareport.errors import DataError, OutputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, beside a secret one."""
    (tmp_path / "secret").write_text("secret")
    path = tmp_path / "folder"
    (path / "sub").mkdir(parents=True)
    (path / "file").write_text("ours")
    (path / "sub/up").symlink_to("../file")
    (path / "out").symlink_to("../secret")
    (path / "tree").symlink_to(tmp_path)
    (path / "chain").symlink_to("out")
    (path / "loop").symlink_to("loop")
    return path


@pytest.mark.parametrize("name", ["file", "sub/up", "new", "sub/../file", "sub/new/er", "."])
def test_what_is_inside_may_be_named(folder: Path, name: str) -> None:
    assert inside(folder, name) == folder / name


@pytest.mark.parametrize(
    "name", ["out", "chain", "tree/secret", "../secret", "sub/../../secret", "/etc/passwd"]
)
def test_what_is_outside_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(DataError) as caught:
        inside(folder, name)

    assert str(caught.value) == (
        f"{folder / name}: is a link that leads out of {folder}; put the file itself there"
    )


def test_a_loop_of_links_is_no_way_out(folder: Path) -> None:
    # Python 3.13 takes it for the link itself, which is inside and cannot be read.
    assert is_inside(folder, folder / "loop") in {True, False}


def test_the_caller_says_which_error_it_is(folder: Path) -> None:
    with pytest.raises(OutputError):
        inside(folder, "out", refusal=OutputError)


def test_a_folder_may_itself_be_reached_by_a_link(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    assert is_inside(link, link / "file")


def test_blobs_that_are_a_link_lead_nowhere(tmp_path: Path) -> None:
    snapshot, elsewhere = tmp_path / "mine/snapshots/c0ffee", tmp_path / "elsewhere"
    for folder in (snapshot, elsewhere):
        folder.mkdir(parents=True)
    (elsewhere / "beef").write_text("")
    (tmp_path / "mine/blobs").symlink_to(elsewhere)
    (snapshot / "README.md").symlink_to("../../blobs/beef")

    assert not is_inside(snapshot, snapshot / "README.md")


def test_a_snapshot_of_the_hub_links_to_its_own_blobs_alone(tmp_path: Path) -> None:
    snapshot = tmp_path / "mine/snapshots/c0ffee"
    snapshot.mkdir(parents=True)
    for repository in ("mine", "other"):
        (tmp_path / repository / "blobs").mkdir(parents=True)
        (tmp_path / repository / "blobs/beef").write_text("")
        (snapshot / repository).symlink_to(tmp_path / repository / "blobs/beef")

    assert is_inside(snapshot, snapshot / "mine")
    assert not is_inside(snapshot, snapshot / "other")
