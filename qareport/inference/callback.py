"""Defines the callbacks by which a long run reports, and the callback that does nothing."""

from collections.abc import Callable

Log = Callable[[str], None]
"""Called with a sentence about what a long run does."""
Advance = Callable[[int], None]
"""Called with how many more questions are answered."""


def ignore(_: object) -> None:
    """Does nothing with what a callback is called with."""
