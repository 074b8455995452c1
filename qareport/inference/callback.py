"""What a long work tells, sentence by sentence, to somebody who listens or to nobody."""

from collections.abc import Callable

Listener = Callable[[str], None]
"""Is told, in a sentence, what becomes of a work as it goes on."""


def say_nothing(_: object) -> None:
    """Hears or watches, and does nothing."""
