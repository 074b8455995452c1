"""Turns signals that end a command into an exception, so that nothing is left half-written."""

import atexit
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from types import FrameType

SIGNAL_EXIT = 128
"""What shells add to the number of the signal that ended a command."""
ENDING = tuple(each for each in signal.Signals if each.name in {"SIGINT", "SIGTERM", "SIGHUP"})
"""The signals that end a command, of those that this system has: Windows has no SIGHUP."""
AGAIN_SECONDS = 0.05
NOTHING_LOST = "no file that was there before is lost"
Hook = Callable[["sys.UnraisableHookArgs"], object]


class Stopped(BaseException):
    """A signal tells the command to end; no `except Exception` of a library keeps it."""

    def __init__(self, number: signal.Signals, what_is_left: str = NOTHING_LOST) -> None:
        super().__init__(what_is_left)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The shells' exit code of a command that the signal ended."""
        return SIGNAL_EXIT + self.number


@contextmanager
def receiving_signals() -> Iterator[list[signal.Signals]]:
    """Raises `Stopped` in the block at each signal that ends a command; yields those that came.

    A signal that is ignored, as SIGHUP under nohup, stays so.
    """
    received: list[signal.Signals] = []

    def stop(number: int, _: FrameType | None) -> None:
        received.append(signal.Signals(number))
        raise Stopped(received[-1])

    heeded = (each for each in ENDING if signal.getsignal(each) is not signal.SIG_IGN)
    previous = {each: signal.signal(each, stop) for each in heeded}
    hook, sys.unraisablehook = sys.unraisablehook, _giving_again(sys.unraisablehook)
    try:
        yield received
    finally:
        sys.unraisablehook = hook
        # Where one came, torchrun may pass it on while Python ends.
        for each, handler in previous.items():
            signal.signal(each, signal.SIG_IGN if received else handler)
        if not received:
            # What would be a traceback of Python's end.
            atexit.register(signal.signal, signal.SIGINT, signal.SIG_DFL)


def _giving_again(hook: Hook) -> Hook:
    """The hook, but for a signal that came where nothing may be raised, as in a finaliser.

    Python would print a traceback and go on; it is given again a moment later.
    """

    def give_again(told: "sys.UnraisableHookArgs") -> None:
        if not isinstance(told.exc_value, Stopped):
            hook(told)
            return
        timer = Timer(AGAIN_SECONDS, signal.raise_signal, [told.exc_value.number])
        timer.daemon = True
        timer.start()

    return give_again


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Has these signals end the process at once during the block: it has nothing to keep or say."""
    previous = {each: signal.signal(each, signal.SIG_DFL) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
