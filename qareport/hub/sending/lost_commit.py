"""Looks on the Hub for a commit whose answer was lost."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from qareport.errors import PublishError
from qareport.hub.planning.plan import PushPlan
from qareport.hub.planning.remote_state import Account, RemoteFile
from qareport.hub.sending.connection import WAITS, Connection
from qareport.hub.sending.reading import pull_revision, read_pulls, read_remote

FOUND = "the connection broke during the commit, but the commit is there"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A commit that is on the Hub."""

    url: str
    """Address of the commit, or of its pull request."""
    revision: str
    """The revision to read it back at."""
    notes: tuple[str, ...]
    """Warnings of the Hub about the card, and whether the connection broke."""


def find_commit(connection: Connection, plan: PushPlan, account: Account) -> Pushed | None:
    """The commit of a plan, if it is on the Hub; looks several times, since it may arrive late.

    Raises:
        PublishError: the repository has changed in another way, or the Hub does not answer.
    """
    look = _look_for_pull if plan.is_pull_request else _look_for_commit
    for wait in (0.0, *WAITS):
        time.sleep(wait)
        found = look(connection, plan, account)
        if found is not None:
            return found
    return None


def _look_for_pull(connection: Connection, plan: PushPlan, account: Account) -> Pushed | None:
    name = plan.choice.repository
    pulls = _ask(connection, name, lambda: read_pulls(connection, name, account.name))
    mine = next((pull for pull in pulls if _holds(pull.files, plan)), None)
    return Pushed(mine.url, pull_revision(mine.number), (FOUND,)) if mine else None


def _look_for_commit(connection: Connection, plan: PushPlan, account: Account) -> Pushed | None:
    name = plan.choice.repository
    remote = _ask(connection, name, lambda: read_remote(connection, name, account))
    if remote.commit is None or remote.commit == plan.parent:
        return None
    if not _holds(remote.files, plan):
        raise PublishError(
            f"{connection.endpoint}/{name}: the connection broke during the commit, and the "
            "repository has changed since; look at its history before you push again"
        )
    return Pushed(f"{connection.endpoint}/{name}/commit/{remote.commit}", remote.commit, (FOUND,))


def _ask(connection: Connection, name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except PublishError:
        raise PublishError(
            f"{connection.endpoint}/{name}: the connection broke during the commit, and the Hub "
            "does not say whether it is there; push again later, which looks for it first"
        ) from None


def _holds(files: Mapping[str, RemoteFile], plan: PushPlan) -> bool:
    """Whether all files of the plan are there, which is so only after the commit."""
    wanted = (known.file for known in plan.files)
    return all(file.path in files and files[file.path].equals(file) for file in wanted)
