"""Refuses outputs that would replace what a command reads, or lie behind a symbolic link."""

from pathlib import Path

from qareport.errors import OutputError


def require_apart(output: Path, *sources: Path) -> None:
    """Refuses an output that is one of the files or folders that are read, or lies inside one.

    Raises:
        OutputError: it is, or does.
    """
    resolved = output.resolve()
    for source in sources:
        if _is_same(resolved, source):
            raise OutputError(f"{output}: is read, and would be replaced; name another output")
        if any(_is_same(each, source) for each in resolved.parents):
            raise OutputError(
                f"{output}: lies inside {source}, which is read; name an output elsewhere"
            )


def refuse_link(path: Path) -> None:
    """Refuses a path at which a symbolic link stands.

    Raises:
        OutputError: one does.
    """
    if path.is_symlink():
        raise OutputError(
            f"{path}: is a symbolic link, and nothing is written through one; remove it"
        )


def refuse_links(folder: Path, inner: Path) -> None:
    """Refuses symbolic links on the way from a folder, which may be one, to a path within it.

    Raises:
        OutputError: there is one.
    """
    path = folder
    for name in inner.relative_to(folder).parts:
        path /= name
        refuse_link(path)


def _is_same(path: Path, other: Path) -> bool:
    # Not by name: a file may have several, and many disks take no heed of capitals.
    return path.exists() and other.exists() and path.samefile(other)
