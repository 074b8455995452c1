"""The callback that is told how a long work goes on, and the one that says nothing."""

from collections.abc import Callable

Listener = Callable[[str], None]
"""Is told, in a sentence, what becomes of a work as it goes on."""


def say_nothing(_: object) -> None:
    """Hears or watches, and does nothing."""
