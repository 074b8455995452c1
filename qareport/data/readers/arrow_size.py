"""Tells how much memory the compressed columns of an Arrow file take, before they are unpacked.

A reader unpacks a column whole. Each part of a compressed one states its size at its beginning, and
the description of a message, in Flatbuffers, where these parts begin:
https://arrow.apache.org/docs/format/Columnar.html#recordbatch-message
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

MESSAGE_KIND, MESSAGE_CONTENT = 1, 2
"""Numbers of fields, in the order of Arrow's Message.fbs."""
DICTIONARY_BATCH = 1
BATCH_PARTS, BATCH_COMPRESSION = 2, 3
DICTIONARY_KIND, BATCH_KIND = 2, 3
"""Of messages that carry columns."""
FIRST_FIELD = 4
"""Bytes of a table's list of fields before the first one."""

_PART = struct.Struct("<qq")
"""Where a part of a column is in the body of a message, and its bytes."""
_UNPACKED = struct.Struct("<q")
"""With what a compressed part begins: its bytes when it is unpacked, or -1 if it is not packed."""


def stated_bytes(stream: pa.NativeFile) -> Iterator[int]:
    """What the columns of each message of a stream take by its own statement, once unpacked.

    Raises:
        pa.ArrowException: the stream is damaged.
    """
    for message in pa.ipc.MessageReader.open_stream(stream):
        table = _FlatTable.first(message.metadata.to_pybytes())
        kind = table.field(MESSAGE_KIND)
        batch = table.table(MESSAGE_CONTENT)
        if kind is not None and table.content[kind] == DICTIONARY_KIND and batch is not None:
            batch = batch.table(DICTIONARY_BATCH)
        elif kind is None or table.content[kind] != BATCH_KIND:
            batch = None
        if batch is not None and batch.field(BATCH_COMPRESSION) is not None:
            yield sum(_stated_in(message.body, *part) for part in batch.parts(BATCH_PARTS))


@dataclass(frozen=True, slots=True)
class _FlatTable:
    """A table of Flatbuffers, which Arrow has found to be sound."""

    content: bytes
    start: int

    @classmethod
    def first(cls, content: bytes) -> "_FlatTable":
        return cls(content, _unsigned(content, 0))

    def field(self, number: int) -> int | None:
        """Where a field is; None if it is left out."""
        fields = self.start - struct.unpack_from("<i", self.content, self.start)[0]
        at = FIRST_FIELD + 2 * number
        if at >= struct.unpack_from("<H", self.content, fields)[0]:
            return None
        offset = struct.unpack_from("<H", self.content, fields + at)[0]
        return self.start + offset if offset else None

    def table(self, number: int) -> "_FlatTable | None":
        at = self.field(number)
        return None if at is None else _FlatTable(self.content, at + _unsigned(self.content, at))

    def parts(self, number: int) -> Iterator[tuple[int, int]]:
        at = self.field(number)
        if at is not None:
            start = at + _unsigned(self.content, at)
            stop = start + 4 + _unsigned(self.content, start) * _PART.size
            yield from _PART.iter_unpack(self.content[start + 4 : stop])


def _unsigned(content: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", content, at)[0])


def _stated_in(body: pa.Buffer, start: int, size: int) -> int:
    head = body.slice(start, min(size, _UNPACKED.size)).to_pybytes()
    if len(head) < _UNPACKED.size:
        return 0
    stated = int(_UNPACKED.unpack(head)[0])
    return size if stated < 0 else stated
