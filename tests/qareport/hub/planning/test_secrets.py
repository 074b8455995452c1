"""Tests that secrets are found in the names and the bytes of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.hub.planning.secrets import find_secret, is_secret_name

HUB_TOKEN = b"hf_" + b"aB3" * 12
IN_USE = "short-and-odd"


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "id_rsa", "server.PEM", "token", "Token.txt", ".netrc", "a.key"]
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokens.json", "config.json", "keys.md"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"token: " + HUB_TOKEN, "a token of the Hugging Face Hub"),
        (b"key=AKIA" + b"ABCDEFGH12345678", "a key of Amazon Web Services"),
        (b"ghp_" + b"a1B2c3" * 6, "a token of GitHub"),
        (b"-----BEGIN RSA " + b"PRIVATE KEY-----", "a private key"),
        (b"-----BEGIN " + b"PRIVATE KEY-----", "a private key"),
        (b"x" + IN_USE.encode(), "the token in use"),
        (b"hf_hub_download(...)", None),
        (b"the prefix hf_ of a token", None),
        (b"AKIA", None),
        (b"-----BEGIN PUBLIC KEY-----", None),
    ],
)
def test_bytes_of_secrets_are_known(content: bytes, kind: str | None) -> None:
    assert find_secret([content], IN_USE) == kind


@given(st.integers(0, 60), st.integers(1, 40))
def test_a_secret_across_chunks_is_found(before: int, size: int) -> None:
    content = b"." * before + HUB_TOKEN + b"."
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    assert find_secret(chunks, None) == "a token of the Hugging Face Hub"
