"""Tests that an address of a Hub is refused if it is invalid or holds a password."""

import pytest

from qareport.errors import PublishError
from qareport.hub.sending.addresses import checked_endpoint


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://huggingface.co", "https://huggingface.co"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://hub.example/mirror", "https://hub.example/mirror"),
    ],
)
def test_addresses_are_taken(address: str, shown: str) -> None:
    assert checked_endpoint(address) == shown


def test_passwords_in_addresses_are_refused_and_not_reported() -> None:
    with pytest.raises(PublishError) as caught:
        checked_endpoint("https://me:password@hub.example")

    assert str(caught.value) == (
        "HF_ENDPOINT: 'https://***hub.example' has a password or token; leave it out"
    )


@pytest.mark.parametrize(
    "address", ["", "hub.example", "ftp://hub.example", "http://", "http://[x", "http://a:99999"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(
        PublishError, match=r"^HF_ENDPOINT: .* is not an address; write https://host$"
    ):
        checked_endpoint(address)
