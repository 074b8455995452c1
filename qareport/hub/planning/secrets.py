"""Finds secrets in the names and bytes of files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

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
SECRET_TEXTS: Mapping[str, tuple[tuple[bytes, ...], re.Pattern[bytes]]] = {
    "a token of the Hugging Face Hub": (
        (b"hf_",),
        re.compile(rb"(?<![A-Za-z0-9_])hf_(?:[A-Za-z0-9]{30,}|oauth_[\w.-]{30,})"),
    ),
    "a key of Amazon Web Services": (
        (b"AKIA", b"ASIA"),
        re.compile(rb"(?<![A-Za-z0-9/+])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9/+])"),
    ),
    "a token of GitHub": (
        (b"gho_", b"ghp_", b"ghr_", b"ghs_", b"ghu_"),
        re.compile(rb"(?<![A-Za-z0-9_])gh[oprsu]_[A-Za-z0-9]{36}"),
    ),
    "a private key": (
        (b"PRIVATE KEY",),
        re.compile(rb"-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY"),
    ),
}
"""The pattern of each kind of secret, and short byte strings without which it cannot match."""
OVERLAP = 4096
"""Bytes that two windows share, so that a secret across two chunks is found."""


def is_secret_name(name: str) -> bool:
    """Whether a file of this name is likely to hold a secret."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in SECRET_NAMES)


def find_secret(chunks: Iterable[bytes], token: str | None) -> str | None:
    """The kind of secret that the bytes of a file contain; None if there is none.

    Args:
        chunks: the bytes of the file, in order.
        token: the one in use for the Hub.
    """
    for window in _windows(chunks):
        if token and token.encode() in window:
            return "the token in use"
        for kind, (marks, pattern) in SECRET_TEXTS.items():
            if any(mark in window for mark in marks) and pattern.search(window):
                return kind
    return None


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        yield tail + chunk
        tail = (tail + chunk)[-OVERLAP:]
