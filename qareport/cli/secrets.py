"""Keeps secrets out of what commands print, and off the command line."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import TextIO

from typing_extensions import override

from qareport.data.printable import ShowingStream, showing
from qareport.data.secrets import (
    KNOWN,
    SHORTEST_SECRET,
    find_known_secrets,
    hide_secrets,
    kind_of_secret,
)
from qareport.errors import UsageError

TOKEN_COMMAND = "push"  # noqa: S105 - the name of a command
TOKEN_OPTION = "--token"  # noqa: S105 - the one option that takes a token


class HidingStream(ShowingStream):
    """A stream that prints a mask for each secret."""

    def __init__(self, stream: TextIO, known: Callable[[], Collection[str]]) -> None:
        super().__init__(stream)
        self._known = known

    @override
    def shown(self, text: str) -> str:
        return hide_secrets(text, self._known())


def refuse_secrets(words: Sequence[str]) -> None:
    """Refuses secrets on the command line, but for the token that a push is given.

    Else a name, an error of a library, a record or a card could hold one.

    Raises:
        UsageError: one stands where no token belongs.
    """
    known = find_known_secrets()
    for word in _split_token(words)[0]:
        kind = kind_of_secret(word)
        if kind is None and any(secret in word for secret in known):
            kind = KNOWN
        if kind is not None:
            raise UsageError(
                f"{hide_secrets(word, known)!r}: holds {kind}, and none belongs there; "
                "put a token for the Hub into HF_TOKEN, or run `hf auth login`"
            )


@contextmanager
def hiding_secrets(words: Sequence[str]) -> Iterator[None]:
    """Has a mask printed for each secret, known or looking like one, while the block runs."""

    @cache
    def known() -> frozenset[str]:
        tokens = _split_token(words)[1]
        return find_known_secrets() | {token for token in tokens if len(token) >= SHORTEST_SECRET}

    with showing(lambda stream: HidingStream(stream, known)):
        yield


def _split_token(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words without the token that a push is given, and that token."""
    others: list[str] = []
    tokens: list[str] = []
    for before, word in pairwise(("", *words)):
        if TOKEN_COMMAND in words[:2] and before == TOKEN_OPTION:
            tokens.append(word)
        elif TOKEN_COMMAND in words[:2] and word.startswith(f"{TOKEN_OPTION}="):
            tokens.append(word.removeprefix(f"{TOKEN_OPTION}="))
        else:
            others.append(word)
    return others, tokens
