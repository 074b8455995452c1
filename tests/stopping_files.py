"""Stops what is done to the files of a folder at any operation, as a kill would."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE_EVENTS = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir")
"""What Python is about to do to files when `sys.audit` names it."""


class StoppedError(BaseException):
    """Nothing can be done to the folder any more."""


@dataclass(slots=True)
class Watch:
    """Counts the operations on files of a folder, and stops those from one on."""

    folder: str
    stops_at: int
    stop: Callable[[], None]
    seen: int = 0

    def note(self, event: str, details: tuple[object, ...]) -> None:
        """Counts an event."""
        if event in FILE_EVENTS and str(details[0]).startswith(self.folder):
            self.seen += 1
            if self.seen > self.stops_at:
                self.stop()


_WATCHES: list[Watch] = []


@contextmanager
def stopping_at(operation: int, folder: Path) -> Iterator[None]:
    """Has every operation on files of the folder fail from one on, so that nothing is mended."""
    with _watching(Watch(str(folder), operation, _fail)):
        yield


def killed_at(operation: int, folder: Path, work: Callable[[], object]) -> bool:
    """Whether a fork of this process that does the work is killed before such an operation.

    Raises:
        RuntimeError: it ends in another way.
    """
    child = os.fork()
    if child == 0:
        try:
            with _watching(Watch(str(folder), operation, _kill)):
                work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
            os._exit(99)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"the fork ended with {code}")
    return code != 0


@contextmanager
def _watching(watch: Watch) -> Iterator[None]:
    _listen()
    _WATCHES.append(watch)
    try:
        yield
    finally:
        _WATCHES.remove(watch)


@cache
def _listen() -> None:
    """Starts to tell watches of events; once, since a process never loses an audit hook."""

    def tell(event: str, details: tuple[object, ...]) -> None:
        for watch in _WATCHES:
            watch.note(event, details)

    sys.addaudithook(tell)


def _fail() -> None:
    raise StoppedError


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
