"""Keeps secrets out of what commands print, and off the command line."""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import TextIOBase
from itertools import pairwise
from typing import TextIO

from typing_extensions import override

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


class HidingStream(TextIOBase):
    """A stream that shows a mask for each secret in what is written to it.

    It gives nobody the bytes below it, to which a library could write past it.
    """

    def __init__(self, stream: TextIO, known: Callable[[], Collection[str]]) -> None:
        self._stream = stream
        self._known = known

    @override
    def write(self, text: str, /) -> int:
        self._stream.write(hide_secrets(text, self._known()))
        return len(text)

    @override
    def flush(self) -> None:
        self._stream.flush()

    @override
    def fileno(self) -> int:
        return self._stream.fileno()

    @override
    def isatty(self) -> bool:
        return self._stream.isatty()

    @override
    def writable(self) -> bool:
        return True

    @property
    @override
    def encoding(self) -> str:  # type: ignore[override] # nobody writes it
        return self._stream.encoding

    @property
    @override
    def errors(self) -> str | None:  # type: ignore[override] # likewise
        return self._stream.errors


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

    before = sys.stdout, sys.stderr
    # A stream that is closed is None.
    during = [stream and HidingStream(stream, known) for stream in before]
    sys.stdout, sys.stderr = during
    try:
        yield
    finally:
        # Where the reader of a pipe has gone, Typer has put what is silent in its place.
        if sys.stdout is during[0]:
            sys.stdout = before[0]
        if sys.stderr is during[1]:
            sys.stderr = before[1]


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
