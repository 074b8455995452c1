"""Texts and addresses to what may be told of them."""

import re
from urllib.parse import urlsplit

from qareport.errors import PublishError

_SECRETS = re.compile(r"hf_\w{4,}|(?<=://)[^/@\s]+@|(?<=[Bb]earer )\S+|(?<=[?&])\S*[Ss]ignature\S*")


def scrub(text: str, token: str | None) -> str:
    """The text with stars in the place of tokens, passwords in addresses and signatures."""
    known = text.replace(token, "***") if token else text
    return _SECRETS.sub("***", known)


def checked_endpoint(address: str) -> str:
    """The address of a Hub.

    Raises:
        PublishError: it is no address of a server, or has a password.
    """
    told = scrub(address, None)
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise PublishError(f"HF_ENDPOINT: {told!r} is no address; write https://host")
    if told != address:
        # The client library would send the password in the place of the token.
        raise PublishError(f"HF_ENDPOINT: {told!r} has a password or token; leave it out")
    return address.rstrip("/")
