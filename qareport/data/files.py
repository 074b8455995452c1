"""Reads, hashes and atomically writes files, and finds folders that come with the package."""

import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from qareport.errors import DataError, OutputError, QareportError

CHUNK_BYTES = 1 << 20

TEMPLATES = "templates"
"""Folder with the templates of cards and reports."""
DEMO = "demo"
"""Folder with the data and the model of `qareport demo`."""

PART = "qareport-"
"""Begins what sets the names of temporary files apart from those of others."""
LEFTOVER = re.compile(rf"\..+\.{PART}[a-z0-9_]{{8}}\.part")
"""Name of a temporary file that a killed process has left."""
STALE_SECONDS = 3600
"""After so long without a change, no process is writing a temporary file any more."""

PACKAGE = Path(__file__).parents[1]

SPECIAL: Mapping[str, Callable[[int], bool]] = {
    "a named pipe": stat.S_ISFIFO,
    "a socket": stat.S_ISSOCK,
    "a device": stat.S_ISCHR,
    "a disk": stat.S_ISBLK,
}
"""What a path may lead to that is neither a file nor a folder; reading it may never end."""


def refuse_special(path: Path, *, refusal: type[QareportError] = DataError) -> None:
    """Refuses a path that leads to neither a file nor a folder; nothing may be there.

    Raises:
        QareportError: as `refusal`: it leads to something else, or cannot be looked at, as where
            a name is too long.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise refusal(f"{path}: cannot be used ({error.strerror}); check the path") from error
    for kind, is_kind in SPECIAL.items():
        if is_kind(mode):
            raise refusal(f"{path}: is {kind}; name a file or a folder")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which replaces it when the block ends without an error.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or `path` is a device or pipe.
    """
    refuse_special(path, refusal=OutputError)
    try:
        _remove_stale(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path), suffix=".part")
        os.close(handle)
        part = Path(name)
        try:
            yield part
            part.chmod(0o666 & ~_umask())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, which is none that reading might never end.

    Raises:
        DataError: it is a device, a pipe or a socket.
        OSError: it cannot be read.
    """
    refuse_special(path)
    return path.read_bytes()


def read_text(path: Path) -> str:
    """The text in a file, in UTF-8, with its line ends as they are.

    Raises:
        DataError: it cannot be read, or is not UTF-8.
    """
    try:
        # Not Path.read_text, which would turn Windows line ends into others.
        return read_bytes(path).decode()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from error


def write_text(path: Path, text: str) -> None:
    """Writes `text` to `path` in UTF-8 with its line ends as they are, whole or not at all.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def make_folder(folder: Path) -> None:
    """Makes a folder and its parents, unless they exist.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror})") from error


def remove_leftovers(folder: Path) -> None:
    """Removes temporary files that `replacing` left in a folder when its process was killed.

    Raises:
        OutputError: the folder cannot be written.
    """
    try:
        for path in _leftovers(folder):
            path.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error


def file_sha256(path: Path) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal.

    Raises:
        DataError: it is a device or a pipe.
    """
    refuse_special(path)
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def relative_path(path: Path, folder: Path) -> str:
    """The path as it is found from a folder, with slashes on every system."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        # On Windows, from another drive.
        return path.resolve().as_posix()


def packaged_folder(name: str) -> Path:
    """Path of a folder that comes with the package."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _remove_stale(path: Path) -> None:
    """Removes temporary files beside `path` that processes left which were killed long ago."""
    for part in _leftovers(path.parent, prefix=_prefix(path)):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > STALE_SECONDS:
                part.unlink()


def _leftovers(folder: Path, prefix: str = ".") -> Iterator[Path]:
    """The temporary files in a folder whose names begin so."""
    for path in folder.iterdir():
        if path.name.startswith(prefix) and LEFTOVER.fullmatch(path.name) and path.is_file():
            yield path


def _prefix(path: Path) -> str:
    """With what the names of temporary files begin that are to replace `path`."""
    return f".{path.name}.{PART}"


def _umask() -> int:
    """The umask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
