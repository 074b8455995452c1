"""Tests what is taken for a secret, which ones a user has, and that they are hidden."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.secrets import (
    MASK,
    SECRETS,
    find_known_secrets,
    hide_all_secrets,
    hide_secrets,
    kind_of_secret,
)

PRINT_PATHS = """
from huggingface_hub import constants
print(constants.HF_TOKEN_PATH, constants.HF_STORED_TOKENS_PATH, sep="\\n")
"""
LETTERS = "aB3dE9gH1jKlM5nOpQ7r"
EXAMPLES = {
    "a token of the Hugging Face Hub": [
        f"hf_{LETTERS}{LETTERS[:14]}",
        "hf_neverToBeToldToAnybodyWhoeverAsks",
        "hf_abc123def456",
        f"api_org_{LETTERS}",
        f"hf_oauth_{LETTERS}-{LETTERS}",
    ],
    "a token of GitHub": [f"ghp_{LETTERS}{LETTERS[:16]}", f"github_pat_{LETTERS}_{LETTERS}"],
    "a token of GitLab": [f"glpat-{LETTERS}"],
    "a key of OpenAI or Anthropic": [
        f"sk-{LETTERS}",
        f"sk-proj-{LETTERS}_{LETTERS}",
        f"sk-ant-api03-{LETTERS}-{LETTERS}",
    ],
    "a key of Stripe": [f"sk_live_{LETTERS}", f"rk_test_{LETTERS}"],
    "a key of Amazon Web Services": [
        "AKIAABCDEFGH12345678",
        f"aws_secret_access_key = {LETTERS}{LETTERS}",
    ],
    "a key of Google": [f"AIza{LETTERS}{LETTERS[:15]}", f"ya29.{LETTERS}"],
    "a token of Slack": [f"xoxb-12345-{LETTERS}"],
    "a token of npm": [f"npm_{LETTERS}{LETTERS[:16]}"],
    "a token of PyPI": [f"pypi-AgEIcHlwaS5vcmc{LETTERS}{LETTERS}{LETTERS}"],
    "a private key": [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQPGBGA\n-----END PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7",
    ],
    "a signed token (JWT)": [f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{LETTERS}"],
    "an Authorization header": [f"Bearer {LETTERS}", "Authorization: Basic bWU6cGFzc3dvcmQ="],
    "an address with a password": ["https://me:s3cret!@host/path", "postgres://:s3cret@host"],
    "a signed address": [f"https://host/file?X-Amz-Signature={LETTERS}&x=1"],
}
SECRET_PARTS = (LETTERS, "s3cret", "MIIE", "lQPG", "bWU6", "ABCDEFGH", "never", "123def", "eyJz")


def test_every_kind_has_examples() -> None:
    assert EXAMPLES.keys() == SECRETS.keys()


@pytest.mark.parametrize(
    ("kind", "secret"), [(kind, each) for kind, secrets in EXAMPLES.items() for each in secrets]
)
def test_a_secret_of_every_kind_is_known_and_hidden(kind: str, secret: str) -> None:
    hidden = hide_secrets(f"before '{secret}' after")

    assert kind_of_secret(f"before '{secret}' after") == kind
    assert hidden.startswith("before '")
    assert MASK in hidden
    assert hidden.endswith("' after") or "-----END" not in secret
    assert not [part for part in SECRET_PARTS if part in hidden]


@pytest.mark.parametrize(
    "text",
    [
        "hf_hub_download and hf_transformers of hf_transfer",
        "the Bearer internationalisation",
        "task-0123456789abcdefghijklm",
        "https://host/path:1/@user and mail@host",
        "hf_" + "x" * 34,
        "",
    ],
)
def test_other_texts_hold_no_secret(text: str) -> None:
    assert kind_of_secret(text) is None


@pytest.mark.parametrize("text", ["hf_hub_download", "sk-learn", "://a@b", "", "..."])
def test_other_texts_stay(text: str) -> None:
    assert hide_secrets(text) == text


def test_what_is_left_of_a_token_is_hidden_too() -> None:
    assert hide_secrets("you sent hf_aB3d...") == f"you sent {MASK}..."


@given(st.text(), st.text(min_size=8), st.text())
def test_a_known_secret_of_any_shape_is_hidden(before: str, secret: str, after: str) -> None:
    shown = hide_secrets(f"{before}|{secret}|{after}", (secret,))

    assert secret not in shown.replace(MASK, "")


def test_of_known_secrets_the_longest_is_hidden_first() -> None:
    assert hide_secrets("odd-token-1", ("odd-token", "odd-token-1")) == MASK


def test_a_known_secret_is_hidden_in_addresses() -> None:
    assert hide_secrets("https://host/?t=odd%2Ftoken", ("odd/token",)) == f"https://host/?t={MASK}"


def test_secrets_of_the_environment_are_known() -> None:
    environment = {
        "HF_TOKEN": "odd-token-1\n",
        "OPENAI_API_KEY": "odd-key-1",
        "https_proxy": "http://me:odd-password@proxy:8080",
        "GH_TOKEN": "short",
        "HF_HOME": "/nowhere",
    }

    assert find_known_secrets(environment) == {"odd-token-1", "odd-key-1", "odd-password"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HF_TOKEN_PATH", "{}/elsewhere/token"), ("HF_HOME", "{}/hub"), ("XDG_CACHE_HOME", "{}")],
)
def test_tokens_that_the_client_has_stored_are_known(
    tmp_path: Path, variable: str, value: str
) -> None:
    environment = {variable: value.format(tmp_path), "HOME": str(tmp_path)}
    # It reads the variables once, when it is imported.
    run = subprocess.run(
        [sys.executable, "-c", PRINT_PATHS],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    token, stored = map(Path, run.stdout.splitlines())
    token.parent.mkdir(parents=True)
    token.write_text("odd-token-1\n")
    stored.write_text("[work]\nhf_token = odd-token-2\nuser = somebody\n")

    assert find_known_secrets(environment) == {"odd-token-1", "odd-token-2"}


def test_stored_tokens_are_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text("odd-token-1\n")

    assert hide_all_secrets("sent odd-token-1") == f"sent {MASK}"


def test_a_damaged_file_of_tokens_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    (tmp_path / "stored_tokens").write_bytes(b"\xff no section = 1")

    assert find_known_secrets({"HF_HOME": str(tmp_path)}) == frozenset()
