"""Knows what secrets look like and which ones this user has, and hides them in texts."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

MASK = "<token>"
"""What is shown for a secret."""
KNOWN = "the token in use"
"""The kind of the secrets that this user has, however they look."""
SHORTEST_SECRET = 8
"""Characters of a value that is looked for wherever it stands; shorter ones are words."""


@dataclass(frozen=True, slots=True)
class SecretKind:
    """How secrets of a kind look."""

    marks: tuple[str, ...]
    """Short strings, one of which is in each such secret or just before it."""
    pattern: str
    """A regular expression, which is compiled only for a text in which a mark stands."""

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth while to look for one in a text; fast."""
        return any(mark in text for mark in self.marks)

    def is_in(self, text: str) -> bool:
        """Whether one stands in a text; what instructions write for a password is none."""
        found = (match[0] for match in re.finditer(self.pattern, text, re.ASCII))
        return self.may_be_in(text) and not all(map(_PLACEHOLDER.search, found))

    def hidden(self, text: str) -> str:
        """The text with a mask for each."""
        return re.sub(self.pattern, MASK, text, flags=re.ASCII) if self.may_be_in(text) else text


_PLACEHOLDER = re.compile(r":(?:(?i:pass(?:word)?|pw|pwd|secret|token)\Z|[\[<{$*.])|_([xX])\1*\Z")


def _kind(*marks: str, pattern: str) -> SecretKind:
    return SecretKind(marks, pattern)


SECRETS: Mapping[str, SecretKind] = {
    "a token of the Hugging Face Hub": _kind(
        "hf_",
        "api_org_",
        # Short ones only where they are no word.
        pattern=r"(?:hf_|api_org_)(?:[A-Za-z0-9]{20,}|(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{12,})"
        r"|hf_(?:oauth|jwt)_[\w.-]{30,}",
    ),
    "a token of GitHub": _kind(
        *(f"gh{letter}_" for letter in "oprsu"),
        "github_pat_",
        pattern=r"gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{22,}",
    ),
    "a token of GitLab": _kind("glpat-", pattern=r"glpat-[\w-]{20,}"),
    "a key of OpenAI or Anthropic": _kind(
        "sk-",
        pattern=r"sk-(?<![A-Za-z0-9]sk-)"
        r"(?:(?:admin|ant|or|proj|svcacct)-[\w-]{20,}|[A-Za-z0-9]{20,})",
    ),
    "a key of Stripe": _kind(
        "k_live_", "k_test_", pattern=r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"
    ),
    "a key of Amazon Web Services": _kind(
        *("AKIA", "ASIA", "aws_secret", "AWS_SECRET", "awsSecret", "AwsSecret"),
        pattern=r"(?<![A-Za-z0-9/+])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9/+])"
        r"|(?i:aws_?secret_?(?:access_?)?key)\W{1,5}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
    ),
    "a key of Google": _kind(
        "AIza", "ya29.", pattern=r"AIza[\w-]{35}|(?<![A-Za-z0-9])ya29\.[\w-]{20,}"
    ),
    "a token of Slack": _kind("xox", pattern=r"xox[abeprs]-[\w-]{10,}"),
    "a token of npm": _kind("npm_", pattern=r"npm_[A-Za-z0-9]{36}"),
    "a token of PyPI": _kind("pypi-AgE", pattern=r"pypi-AgE[\w-]{50,}"),
    "a private key": _kind(
        "PRIVATE KEY",
        pattern=r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?(?:-----)?"
        r"(?:[\s\S]{0,20000}?-----END [A-Z0-9 ]{1,60}-----|[A-Za-z0-9+/=\s\\]*)",
    ),
    "a signed token (JWT)": _kind("eyJ", pattern=r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "an Authorization header": _kind(
        *("earer ", "Basic "),
        pattern=r"(?<=[Bb]earer )(?=[A-Za-z._~+/=-]*[0-9])[\w.~+/=-]{16,}"
        r"|(?<=Authorization: Basic )[A-Za-z0-9+/]{8,}={0,2}",
    ),
    "an address with a password": _kind(
        "://", pattern=r"(?<=://)[^\s/:@\"'<>\\]{0,99}:[^\s/@\"'<>\\]{1,99}(?=@)"
    ),
    "a signed address": _kind(
        *("ignature=", "redential=", "ecurity-Token="),
        pattern=r"(?<=[?&])(?:X-[A-Za-z]{3,4}-)?(?:Signature|Credential|Security-Token)"
        r"=[\w%+/=.~-]{16,}",
    ),
}
"""What each kind of secret looks like."""
TOKEN_VARIABLES = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HUGGINGFACEHUB_API_TOKEN",
    "HF_OIDC_ID_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "WANDB_API_KEY",
)
"""Variables of the environment that hold a secret."""
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Variables of the environment that hold an address, which may have a password in it."""
_PASSWORD = re.compile(r"://[^/@\s]*?:([^/@\s]+)@")
_CUT = re.compile(r"(?:hf_|api_org_|gh[oprsu]_|github_pat_|\bsk-)[\w-]+(?=\s?\.\.\.)", re.ASCII)
"""What is left of a token at the end of a text that was shortened."""


def kind_of_secret(text: str) -> str | None:
    """The kind of a secret that stands in a text; None if there is none."""
    return next((name for name, kind in SECRETS.items() if kind.is_in(text)), None)


def hide_secrets(text: str, known: Collection[str] = ()) -> str:
    """The text with `<token>` for everything in it that is, or looks like, a secret.

    Args:
        text: any.
        known: secrets that need not look like one.
    """
    # Longest first, since one may begin with another.
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    for kind in SECRETS.values():
        text = kind.hidden(text)
    return _CUT.sub(MASK, text) if "..." in text else text


def find_known_secrets(environment: Mapping[str, str] | None = None) -> frozenset[str]:
    """The tokens and passwords of this user, in the environment and where the Hub keeps them."""
    variables = os.environ if environment is None else environment
    tokens = [variables.get(name, "").strip() for name in TOKEN_VARIABLES]
    proxies = [variables.get(name) or variables.get(name.lower(), "") for name in PROXY_VARIABLES]
    passwords = [found[1] for proxy in proxies if (found := _PASSWORD.search(proxy))]
    secrets = (*tokens, *passwords, *_stored_tokens(variables))
    return frozenset(each for each in secrets if len(each) >= SHORTEST_SECRET)


def hide_all_secrets(text: str) -> str:
    """The text with `<token>` for every secret in it, those of this user too."""
    return hide_secrets(text, find_known_secrets())


def _stored_tokens(variables: Mapping[str, str]) -> Iterator[str]:
    """What `hf auth login` has stored.

    The client is not asked where: its import fails where HF_ENDPOINT is no address.
    """
    caches = variables.get("XDG_CACHE_HOME") or "~/.cache"
    home = variables.get("HF_HOME") or f"{caches}/huggingface"
    named = variables.get("HF_TOKEN_PATH") or f"{home}/token"
    path = Path(os.path.expandvars(named)).expanduser()
    yield _text_of(path).strip()
    stored = ConfigParser(interpolation=None)
    try:
        stored.read_string(_text_of(path.with_name("stored_tokens")))
    except ConfigParserError:
        return
    for section in stored.sections():
        yield from (value for key, value in stored[section].items() if key.endswith("token"))


def _text_of(path: Path) -> str:
    """The text of a file; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
