"""Defines the callback that logs what a long run does, and the callback that does nothing."""

from collections.abc import Callable

Log = Callable[[str], None]
"""Called with a sentence about what a long run does."""


def ignore(_: object) -> None:
    """Does nothing with what a callback is called with."""
