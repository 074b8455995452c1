"""Tests that secrets are found in the names and the contents of files."""

import base64
import bz2
import gzip
import html
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from safetensors.numpy import save

from qareport.data.files import CHUNK_BYTES
from qareport.data.secrets import KNOWN
from qareport.errors import PublishError
from qareport.hub.planning import secrets
from qareport.hub.planning.secrets import find_secret, find_secret_in_text, is_secret_name

HUB = "a token of the Hugging Face Hub"
TOKEN = "hf_" + "aB3dE" * 7
IN_USE = "short-and-odd"
PNG = b"\x89PNG\r\n\x1a\n"


def kind_in(content: bytes) -> str | None:
    return find_secret(BytesIO(content), (IN_USE,))


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "id_rsa", "server.PEM", "token", "Token.txt", ".netrc", "a.key"]
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokens.json", "config.json", "keys.md"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_a_secret_in_the_path_of_a_file_is_found() -> None:
    assert find_secret_in_text(f"charts/{TOKEN}.png") == HUB
    assert find_secret_in_text("charts/scores.png") is None


PLAIN_FORMS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "latin-1": lambda text: b"caf\xe9 " + text.encode("latin-1"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: f"é→ {text}".encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "json": lambda text: json.dumps({"key": text}).encode(),
    "json with escapes": lambda text: f'"{text.replace("_", chr(92) + "u005f")}"'.encode(),
    "json of escapes": lambda text: "".join(f"\\u{ord(each):04x}" for each in text).encode(),
    "json in json": lambda text: json.dumps(json.dumps(text.replace("_", "\\u005f"))).encode(),
    "python": lambda text: "".join(f"\\x{ord(each):02x}" for each in text).encode(),
    "entities": lambda text: "".join(f"&#{ord(each)};" for each in text).encode(),
    "hexadecimal entities": lambda text: text.replace("_", "&#x5f;").encode(),
    "entities in json": lambda text: json.dumps(text.replace("_", "&lowbar;")).encode(),
    "html": lambda text: html.escape(f"<b>{text}</b>").encode(),
    "markdown": lambda text: text.replace("_", "\\_").encode(),
    "address": lambda text: text.replace("_", "%5F").encode(),
    "mail": lambda text: text.replace("_", "=5F").encode(),
    "mail over lines": lambda text: f"{text[:15]}=\r\n{text[15:]}".encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 from elsewhere": lambda text: b"x: " + base64.b64encode(b"me:" + text.encode()),
    "base64 from one byte later": lambda text: base64.b64encode(b"m:" + text.encode() + b"\n"),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"\xff\xff\xff" + text.encode()),
    "base64 over lines": lambda text: base64.encodebytes(
        b"a long line of text. " * 3 + text.encode()
    ),
    "base64 of utf-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal from elsewhere": lambda text: b"f" + text.encode().hex().upper().encode(),
    "over two lines": lambda text: f"{text[:15]}\n    {text[15:]}".encode(),
    "over three lines": lambda text: (
        f"> {text[:9]}\r\n> {text[9:20]}\r\n> {text[20:]}\r\n".encode()
    ),
    "strings of a notebook": lambda text: json.dumps(
        [f"{text[:15]}\n", text[15:]], indent=1
    ).encode(),
    "invisible characters": lambda text: f"{text[:9]}\u200b{text[9:]}".encode(),
}


def png_part(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def zip_of(content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("empty.txt", "")
        archive.writestr("inner.txt", content)
    return packed.getvalue()


def npz_of(content: bytes) -> bytes:
    packed = BytesIO()
    np.savez_compressed(packed, texts=np.frombuffer(content, np.uint8))
    return packed.getvalue()


def parquet_of(content: bytes, kind: pa.DataType) -> bytes:
    value = content if pa.types.is_large_binary(kind) else content.decode("latin-1")
    texts = pa.array(
        ["first", "first", value, None], pa.large_binary() if value is content else pa.string()
    )
    packed = BytesIO()
    parquet.write_table(pa.table({"texts": texts.cast(kind)}), packed, compression="zstd")
    return packed.getvalue()


def nested_parquet_of(content: bytes) -> bytes:
    rows = [
        {"inner": [{"text": "x", "n": 1}]},
        {"inner": [{"text": content.decode("latin-1"), "n": 2}]},
    ]
    packed = BytesIO()
    parquet.write_table(pa.table({"rows": pa.array(rows)}), packed, compression="gzip")
    return packed.getvalue()


def safetensors_of(content: bytes) -> bytes:
    weights = np.zeros(100_000, np.float32)
    return save({"weights": weights}, metadata={"note": content.decode("latin-1")})


PACKED_FORMS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip in gzip": lambda content: gzip.compress(gzip.compress(content)),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zip_of,
    "npz": npz_of,
    "gzip in zip": lambda content: zip_of(gzip.compress(content)),
    "zip in gzip": lambda content: gzip.compress(zip_of(content)),
    "parquet": lambda content: parquet_of(content, pa.string()),
    "parquet of a dictionary": lambda content: parquet_of(
        content, pa.dictionary(pa.int32(), pa.string())
    ),
    "parquet of bytes": lambda content: parquet_of(content, pa.large_binary()),
    "parquet of lists": nested_parquet_of,
    "safetensors": safetensors_of,
    "png, tEXt": lambda content: PNG + png_part(b"tEXt", b"Comment\0" + content),
    "png, zTXt": lambda content: (
        PNG
        + png_part(b"IHDR", bytes(13))
        + png_part(b"zTXt", b"Comment\0\0" + zlib.compress(content))
    ),
    "png, iTXt": lambda content: (
        PNG + png_part(b"iTXt", b"Comment\0\1\0en\0Bemerkung\0" + zlib.compress(content))
    ),
}


@pytest.mark.parametrize("form", PLAIN_FORMS)
def test_a_token_is_found_however_it_is_written(form: str) -> None:
    assert kind_in(b"before\n" * 3 + PLAIN_FORMS[form](TOKEN)) == HUB
    assert kind_in(PLAIN_FORMS[form]("nothing to hide, and thirty more letters")) is None


@pytest.mark.parametrize("form", PLAIN_FORMS)
def test_the_token_in_use_is_found_however_it_is_written(form: str) -> None:
    assert kind_in(b"before\n" + PLAIN_FORMS[form](f"a token: {IN_USE}, {IN_USE}")) == KNOWN


@pytest.mark.parametrize("form", PACKED_FORMS)
def test_a_token_is_found_wherever_it_is_packed(form: str) -> None:
    assert kind_in(PACKED_FORMS[form](TOKEN.encode())) == HUB
    assert kind_in(PACKED_FORMS[form](b"nothing to hide")) is None


@pytest.mark.parametrize("form", PACKED_FORMS)
def test_what_is_packed_is_searched_in_every_encoding(form: str) -> None:
    assert kind_in(PACKED_FORMS[form](base64.b64encode(TOKEN.encode()))) == HUB


@pytest.mark.parametrize("form", PACKED_FORMS)
def test_a_damaged_file_is_searched_as_the_bytes_that_it_is(form: str) -> None:
    packed = PACKED_FORMS[form](b"nothing to hide " * 9)

    assert kind_in(packed[: len(packed) // 2]) is None
    assert kind_in(packed[: len(packed) // 2] + b" " + TOKEN.encode()) == HUB


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "LARGEST_UNPACKED", CHUNK_BYTES)

    with pytest.raises(PublishError, match="unpacks to more than 1,048,576 bytes"):
        kind_in(gzip.compress(bytes(3 * CHUNK_BYTES)))


@pytest.mark.parametrize("before", [CHUNK_BYTES - 20, CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
@pytest.mark.parametrize("secret", [TOKEN, IN_USE])
def test_a_token_among_weights_is_found_at_any_place(before: int, secret: str) -> None:
    weights = np.random.default_rng(0).standard_normal(CHUNK_BYTES).astype(np.float32).tobytes()

    assert kind_in(weights) is None
    assert kind_in(weights[:before] + secret.encode() + weights[before:]) in {HUB, KNOWN}


@given(st.integers(0, 60), st.integers(1, 40))
def test_a_secret_across_two_pieces_is_found(before: int, size: int) -> None:
    content = b"." * before + TOKEN.encode() + b"."
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "CHUNK_BYTES", size)

        assert find_secret(BytesIO(content)) == HUB


@pytest.mark.parametrize(
    "text",
    [
        "the prefix hf_\nof a token of the Hub, which has more than thirty characters",
        "hf_\nwords\none\non\neach\nline\nas in a vocabulary of a model",
        "[hf_hub_download](https://huggingface.co/docs/huggingface_hub/package_reference)",
        "export HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "https://user:password@host/path and https://me:$PASSWORD@host",
        "-----BEGIN PUBLIC KEY-----",
        "a disk-0123456789abcdef0123456789abcdef and AKIA",
        "Authorization: Bearer $HF_TOKEN",
        f"{'0123456789abcdef' * 4}",
    ],
)
def test_what_only_resembles_a_secret_is_none(text: str) -> None:
    assert kind_in(text.encode()) is None


@pytest.mark.parametrize("length", range(12, 16))
def test_a_known_secret_in_base64_is_found_to_its_end(length: int) -> None:
    secret = "Zq7-known.Value"[:length]
    content = b"user: " + base64.b64encode(secret.encode())

    assert find_secret(BytesIO(content), [secret]) == KNOWN
