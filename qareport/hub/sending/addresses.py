"""Checks the address of a Hub, and hides the secrets in a text."""

import re
from urllib.parse import urlsplit

from qareport.data.secrets import hide_secrets
from qareport.errors import PublishError

_SECRETS = re.compile(r"hf_\w{4,}|(?<=://)[^/@\s]+@|(?<=[Bb]earer )\S+|(?<=[?&])\S*[Ss]ignature\S*")


def scrub(text: str, token: str | None) -> str:
    """The text with tokens, passwords in addresses and signatures replaced by stars."""
    known = text.replace(token, "***") if token else text
    return hide_secrets(_SECRETS.sub("***", known))


def checked_endpoint(address: str) -> str:
    """The address of a Hub, without a final slash.

    Raises:
        PublishError: it is not the address of a server, or holds a password.
    """
    shown = scrub(address, None)
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise PublishError(f"HF_ENDPOINT: {shown!r} is not an address; write https://host")
    if shown != address:
        # The client library would send the password instead of the token.
        raise PublishError(f"HF_ENDPOINT: {shown!r} has a password or token; leave it out")
    return address.rstrip("/")
