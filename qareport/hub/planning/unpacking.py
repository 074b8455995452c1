"""Opens what is packed in a file: archives, compressed files, Parquet tables and PNG pictures."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import IO, cast

import pyarrow as pa
from pyarrow import parquet

CORRUPT = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    pa.ArrowException,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the readers raise where a file is not what its first bytes say, or has a password."""
ROWS_AT_ONCE = 4096
LARGEST_TEXT = 1 << 28
"""Bytes of a text in a picture that are looked at."""
PNG = b"\x89PNG\r\n\x1a\n"
PNG_HEAD, PNG_CHECK = 8, 4
"""Bytes before and behind what a part of a picture holds."""
COMPRESSED_PARTS = frozenset({b"iCCP", b"iTXt", b"zTXt"})
ZLIB = b"\0\x78"
"""What such a part has where its compressed text begins, and the zero before that."""


def unpacked(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """What is packed in a file; nothing where it is not packed in a way known here.

    Each is to be read before the next one is asked for.

    Raises:
        Exception: one of `CORRUPT`: the file is damaged from here on.
    """
    stream.seek(0)
    head = stream.read(max(map(len, OPENERS)))
    stream.seek(0)
    opener = next((each for mark, each in OPENERS.items() if head.startswith(mark)), None)
    if opener is not None:
        yield from opener(stream)


def _zip_members(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The files of an archive, such as those of NumPy."""
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            with archive.open(member) as opened:
                yield opened


def _parquet_columns(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The values of a table, with each text on a line."""
    for batch in parquet.ParquetFile(stream).iter_batches(ROWS_AT_ONCE):
        for column in batch.columns:
            yield from (BytesIO(_lines(values)) for values in _leaves(column))


def _leaves(array: pa.Array) -> Iterator[pa.Array]:
    """The arrays that an array of lists or structures is made of at last."""
    if isinstance(array, pa.ExtensionArray):
        yield from _leaves(array.storage)
    elif isinstance(array, pa.DictionaryArray):
        yield from _leaves(array.dictionary)
    elif isinstance(array, pa.StructArray):
        for field in array.flatten():
            yield from _leaves(field)
    elif pa.types.is_nested(array.type):
        yield from _leaves(array.flatten())
    else:
        yield array


def _lines(array: pa.Array) -> bytes:
    kind = array.type
    if pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return b"".join(buffer.to_pybytes() for buffer in array.buffers() if buffer is not None)
    return b"\n".join(array.cast(pa.large_binary()).drop_null().to_pylist())


def _png_texts(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The compressed texts of a picture; others stand in it as they are."""
    stream.seek(len(PNG))
    while len(head := stream.read(PNG_HEAD)) == PNG_HEAD:
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind in COMPRESSED_PARTS:
            # Between keyword and text stand method, language and translation, or some of them.
            _, mark, text = stream.read(size).partition(ZLIB)
            packed = mark[1:] + text
            yield BytesIO(zlib.decompressobj().decompress(packed, LARGEST_TEXT) if mark else b"")
        else:
            stream.seek(size, 1)
        stream.seek(PNG_CHECK, 1)


def _gzip(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    # Without a mode it would ask a stream for its own, which that of another gzip file tells oddly.
    with gzip.GzipFile(fileobj=stream, mode="rb") as opened:
        yield cast("IO[bytes]", opened)


def _bzip2(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    with bz2.BZ2File(stream) as opened:
        yield opened


def _xz(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    with lzma.LZMAFile(stream) as opened:
        yield opened


OPENERS: Mapping[bytes, Callable[[IO[bytes]], Iterator[IO[bytes]]]] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\0": _xz,
    b"PK\x03\x04": _zip_members,
    b"PAR1": _parquet_columns,
    PNG: _png_texts,
}
"""What opens a file, by its first bytes."""
