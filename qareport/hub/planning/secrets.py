"""Finds secrets in the names and the contents of files, whatever their kind and encoding."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from typing import IO

from qareport.data.files import CHUNK_BYTES
from qareport.data.secrets import KNOWN, SECRETS, SHORTEST_SECRET, SecretKind
from qareport.errors import PublishError
from qareport.hub.planning.decoding import has_text, joined, squeezed, texts_in
from qareport.hub.planning.unpacking import CORRUPT, unpacked

SECRET_NAMES = (
    ".env",
    ".env.*",
    "*.env",
    ".git-credentials",
    ".netrc",
    ".npmrc",
    ".pypirc",
    "credentials",
    "credentials.json",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_rsa",
    "*.key",
    "*.p12",
    "*.pem",
    "*.pfx",
    "stored_tokens",
    "token",
    "token.txt",
)
OVERLAP = 4096
"""Bytes that two pieces share, so that a secret across their border is found."""
DEEPEST = 3
"""How often what is packed is unpacked, as a compressed file in an archive."""
LARGEST_UNPACKED = 1 << 32
"""Bytes that a file may unpack to."""
LONGEST_BROKEN = 400
"""Characters of a token with the ends of lines in it."""


def is_secret_name(name: str) -> bool:
    """Whether a file of this name is likely to hold a secret."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in SECRET_NAMES)


def find_secret(stream: IO[bytes], known: Collection[str] = ()) -> str | None:
    """The kind of a secret that a file contains; None if none is found.

    Args:
        stream: the file.
        known: secrets that need not look like one.

    Raises:
        PublishError: it unpacks to more than can be looked through.
    """
    return _Search(tuple(each for each in known if len(each) >= SHORTEST_SECRET)).find(stream)


def find_secret_in_text(text: str, known: Collection[str] = ()) -> str | None:
    """The same for a text, such as the path of a file."""
    return find_secret(BytesIO(text.encode(errors="replace")), known)


@dataclass(slots=True)
class _Search:
    """A search through a file and all that is packed in it."""

    known: tuple[str, ...]
    unpacked_bytes: int = 0

    def find(self, stream: IO[bytes], depth: int = 0) -> str | None:
        for piece in _pieces(stream):
            self.unpacked_bytes += len(piece) if depth else 0
            if self.unpacked_bytes > LARGEST_UNPACKED:
                raise PublishError(
                    f"unpacks to more than {LARGEST_UNPACKED:,} bytes, which is too much to be "
                    "searched for secrets; push it unpacked"
                )
            if kind := self._find_in_piece(piece):
                return kind
        if depth < DEEPEST:
            # What is damaged has been searched as the bytes that it is.
            with suppress(*CORRUPT):
                kinds = (self.find(inner, depth + 1) for inner in unpacked(stream))
                return next(filter(None, kinds), None)
        return None

    def _find_in_piece(self, piece: bytes) -> str | None:
        if any(secret.encode() in piece for secret in self.known):
            return KNOWN
        if not has_text(piece):
            return None
        return next(filter(None, map(self._find_in_text, texts_in(piece))), None)

    def _find_in_text(self, text: str) -> str | None:
        for name, kind in SECRETS.items():
            if kind.may_be_in(text) and (kind.is_in(text) or _is_broken_in(text, kind)):
                return name
        return self._known_in(text)

    def _known_in(self, text: str) -> str | None:
        if not self.known:
            return None
        dense = squeezed(text.encode(errors="replace"))
        return KNOWN if any(squeezed(each.encode()) in dense for each in self.known) else None


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The contents of a file, in pieces that overlap."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(CHUNK_BYTES):
        piece = tail + chunk
        yield piece
        tail = piece[-OVERLAP:]


def _is_broken_in(text: str, kind: SecretKind) -> bool:
    """Whether a secret of this kind stands in a text, broken over lines."""
    for mark in kind.marks:
        start = text.find(mark)
        while start >= 0:
            found = re.match(kind.pattern, joined(text, start, LONGEST_BROKEN), re.ASCII)
            # A list of words, one on each line, is no token.
            if found and found[0][len(mark) :].lower() != found[0][len(mark) :]:
                return True
            start = text.find(mark, start + 1)
    return False
