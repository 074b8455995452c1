"""Keeps to a folder that a stranger may have made: what it names must be a file inside it."""

from pathlib import Path

from qareport.errors import DataError, QareportError

SNAPSHOTS, BLOBS = "snapshots", "blobs"
"""Folders of a repository in the Hub's cache: links by file name, and the files that they name."""


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path, once its links are followed, is in the folder, or in the Hub's cache of it.

    Of a loop of links it is not.
    """
    try:
        root, target = folder.resolve(), path.resolve()
    except (OSError, RuntimeError):
        return False
    # Not where this is a link itself: it could lead anywhere.
    is_cached = root.parent.name == SNAPSHOTS and target.parent == root.parent.parent / BLOBS
    return target.is_relative_to(root) or is_cached


def inside(folder: Path, name: str, *, refusal: type[QareportError] = DataError) -> Path:
    """The path of a file in the folder, whether it is there or not.

    Raises:
        QareportError: as `refusal`: it leads out of the folder.
    """
    path = folder / name
    if not is_inside(folder, path):
        raise refusal(f"{path}: is a link that leads out of {folder}; put the file itself there")
    return path
