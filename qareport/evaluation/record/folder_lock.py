"""Locks a folder, so that one process at a time writes a record into it."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from qareport.data.files import make_folder, refuse_special
from qareport.data.outputs import refuse_link
from qareport.errors import OutputError

LOCK = ".lock"
INSTANT = 0.1
"""Seconds in which a lock file that its owner is just removing is made anew."""
BETWEEN_TRIALS = 0.02
"""Seconds."""
LONGEST_ID = 32
"""Digits that the id of a process may have, and more."""


@contextmanager
def locked(folder: Path, *, seconds: float = INSTANT) -> Iterator[None]:
    """Locks `folder`, which is made where it is missing, against other processes during the block.

    Waits so many seconds for another process. The system itself unlocks the folder of a process
    that was killed.

    Raises:
        OutputError: another process has locked the folder, or it cannot be written.
    """
    make_folder(folder)
    path = folder / LOCK
    refuse_link(path)
    _require_own(path)
    with _clearing_when_stopped(path), ExitStack() as stack:
        try:
            held = _lock_of(path).acquire(timeout=seconds, poll_interval=BETWEEN_TRIALS)
        except Timeout as error:
            raise _already_locked(path) from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be locked ({error.strerror})") from error
        stack.enter_context(held)
        stack.callback(_remove, path)
        _name_owner(path)
        yield


def _require_own(path: Path) -> None:
    """Refuses a file that is no lock of qareport, or has a second name elsewhere.

    Raises:
        OutputError: it is one of somebody else.
    """
    refuse_special(path, refusal=OutputError)
    # Windows lets nobody read what is locked.
    with suppress(FileNotFoundError, PermissionError, IsADirectoryError):
        content = path.read_bytes()[:LONGEST_ID]
        if path.stat().st_nlink > 1 or not (content.isdigit() or not content):
            raise OutputError(f"{path}: is not a lock of qareport; move it away")


def _lock_of(path: Path) -> BaseFileLock:
    # Without the system's locks there is none: one of a file alone outlives its process.
    return FileLock(path, fallback_to_soft=False)


@contextmanager
def _clearing_when_stopped(path: Path) -> Iterator[None]:
    """Removes the lock file when a signal ends the block just as the file was made."""
    try:
        yield
    except BaseException as stop:
        if not isinstance(stop, Exception) and path.exists():
            # Not that of another process.
            with suppress(Timeout, OSError), _lock_of(path).acquire(timeout=0):
                _remove(path)
        raise


def _name_owner(path: Path) -> None:
    # Windows lets nobody read or write what is locked, so that the owner stays unknown there.
    with suppress(PermissionError):
        path.write_text(str(os.getpid()), encoding="utf-8")


def _remove(path: Path) -> None:
    """Removes the lock file before it is unlocked; on Windows, unlocking removes it."""
    if sys.platform != "win32":
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{path}: cannot be removed ({error.strerror})") from error


def _already_locked(path: Path) -> OutputError:
    process_id = b""
    with suppress(OSError):
        process_id = path.read_bytes()
    # Empty for the instant between locking and writing.
    named = process_id.decode() if process_id.isdigit() else "of unknown id"
    return OutputError(
        f"{path.parent}: process {named} is writing a record there; wait "
        "until it has ended, or name another folder"
    )
