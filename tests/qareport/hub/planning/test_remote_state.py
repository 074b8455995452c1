"""Tests how files on the Hub are compared with local ones, and who owns a repository."""

import pytest

from tests.publishing_builders import ME, local_file, remote_file, remote_state


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize(("content", "is_equal"), [("same", True), ("other", False)])
def test_files_are_equal_by_their_bytes(content: str, *, is_large: bool, is_equal: bool) -> None:
    remote = remote_file("same", is_large=is_large)

    assert remote.equals(local_file("config.json", content)) is is_equal


@pytest.mark.parametrize(
    ("repository", "is_owner"),
    [("someone/a", True), ("some-org/a", True), ("some/a", False), ("someone-else/a", False)],
)
def test_owners_are_the_user_and_organisations(repository: str, *, is_owner: bool) -> None:
    assert ME.owns(repository) is is_owner


def test_nobody_owns_nothing() -> None:
    assert not remote_state({}, account=None).is_owned
