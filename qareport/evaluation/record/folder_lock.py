"""Locks a folder, so that one process at a time writes a record into it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from qareport.data.files import make_folder
from qareport.errors import OutputError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Locks `folder`, which is made where it is missing, against other processes during the block.

    The system itself unlocks the folder of a process that was killed.

    Raises:
        OutputError: another process has locked the folder, or it cannot be written.
    """
    make_folder(folder)
    path = folder / LOCK
    try:
        stream = _lock(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be locked ({error.strerror})") from error
    with stream:
        try:
            yield
        finally:
            _remove(path)


def _lock(path: Path) -> TextIO:
    while True:
        with ExitStack() as stack:
            stream = stack.enter_context(path.open("a+", encoding="utf-8"))
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _already_locked(path, stream) from error
            if _is_at(path, stream):
                stream.truncate(0)
                stream.write(str(os.getpid()))
                stream.flush()
                stack.pop_all()
                return stream


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed ({error.strerror})") from error


def _is_at(path: Path, stream: TextIO) -> bool:
    """Whether the file is still the one at `path`: the process that had the lock removes it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False


def _already_locked(path: Path, stream: TextIO) -> OutputError:
    stream.seek(0)
    # Empty for the instant between locking and writing.
    process_id = stream.read() or "of unknown id"
    return OutputError(
        f"{path.parent}: process {process_id} is writing a record there; wait until it has ended, "
        "or name another folder"
    )
