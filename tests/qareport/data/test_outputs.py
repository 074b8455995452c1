"""An output is never what is read, by whatever name, and never lies behind a link."""

import os
from pathlib import Path

import pytest

from qareport.data.outputs import refuse_link, refuse_links, require_apart
from qareport.errors import OutputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file that is read."""
    path = tmp_path / "read" / "data.json"
    path.parent.mkdir()
    path.write_text("[]")
    return path


def test_other_outputs_are_free(source: Path, tmp_path: Path) -> None:
    require_apart(tmp_path / "new", source)
    require_apart(source.parent, source)
    require_apart(source.with_name("data.json.new"), source)
    require_apart(tmp_path / "new", tmp_path / "missing", source)


@pytest.mark.parametrize("kind", ["itself", "dots", "link", "second name"])
def test_output_that_is_read_is_refused(source: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "link.json").symlink_to(source)
    os.link(source, tmp_path / "second.json")
    output = {
        "itself": source,
        "dots": source.parent / ".." / "read" / "data.json",
        "link": tmp_path / "link.json",
        "second name": tmp_path / "second.json",
    }[kind]

    with pytest.raises(OutputError) as caught:
        require_apart(output, tmp_path / "missing", source)

    assert str(caught.value) == f"{output}: is read, and would be replaced; name another output"


def test_output_inside_a_folder_that_is_read_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source.parent)
    output = tmp_path / "link/new/output"

    with pytest.raises(OutputError) as caught:
        require_apart(output, source.parent)

    assert str(caught.value) == (
        f"{output}: lies inside {source.parent}, which is read; name an output elsewhere"
    )


@pytest.mark.parametrize("target", ["read", "nowhere"])
def test_link_is_refused_wherever_it_leads(source: Path, tmp_path: Path, target: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / target)

    refuse_link(source)
    with pytest.raises(OutputError) as caught:
        refuse_link(link)

    assert str(caught.value) == (
        f"{link}: is a symbolic link, and nothing is written through one; remove it"
    )


def test_links_are_refused_below_the_folder_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source.parent)
    (source.parent / "inner").symlink_to(tmp_path)

    refuse_links(tmp_path / "link", tmp_path / "link")
    refuse_links(tmp_path / "link", tmp_path / "link/new/newer")
    with pytest.raises(OutputError, match="inner: is a symbolic link"):
        refuse_links(tmp_path / "link", tmp_path / "link/inner/new")
