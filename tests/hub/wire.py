"""Defines the requests and answers of the local Hub."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from io import BufferedIOBase

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a client."""

    method: str
    path: str
    """Path without the query, percent-decoded."""
    token: str | None
    """The bearer token it sent."""
    query: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the server to one request."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def blob_id(content: bytes) -> str:
    """The id that git gives to a file."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def as_json(value: object, status: int = 200) -> Answer:
    """An answer that is JSON."""
    headers = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(value).encode(), headers)


def refusal(status: int, code: str, *, message: str | None = None) -> Answer:
    """An answer that the client turns into the error of this code."""
    text = message or code
    headers = {"X-Error-Code": code, "X-Error-Message": text}
    return Answer(status, json.dumps({"error": text}).encode(), headers)


def read_body(stream: BufferedIOBase, headers: Message) -> bytes:
    """The body of a request, with a stated length or in chunks."""
    if (headers.get("Transfer-Encoding") or "").lower() != "chunked":
        return stream.read(int(headers.get("Content-Length") or 0))
    parts = []
    while size := int(stream.readline().split(b";")[0], 16):
        parts.append(stream.read(size))
        stream.readline()
    stream.readline()
    return b"".join(parts)
