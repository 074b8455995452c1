"""Sends a plan to the Hub as one commit or pull request, never as two."""

import re
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from huggingface_hub import CommitOperationAdd
from huggingface_hub.hf_api import RepoVisibility_T

from qareport.cards.text.card_text import CARD_FILE
from qareport.errors import PublishError
from qareport.hub.planning.choice import PushChoice, Visibility
from qareport.hub.planning.local_folder import LocalFile
from qareport.hub.planning.plan import PushPlan
from qareport.hub.planning.remote_state import Account
from qareport.hub.sending.addresses import scrub
from qareport.hub.sending.client import HTTPError
from qareport.hub.sending.client_errors import BAD_CARD, causes, http_error
from qareport.hub.sending.connection import (
    CLIENT_ERRORS,
    WAITS,
    Connection,
    is_transient,
)
from qareport.hub.sending.lost_commit import Pushed, find_commit
from qareport.hub.sending.reading import pull_revision, read_remote

SMALL_FILE = 10 << 20
"""Bytes up to which a file is read into memory first, so that it cannot change during upload."""
REFUSED = frozenset(range(400, 500)) - {408}
"""Statuses after which nothing is stored; 408 is left out, as it may come from a proxy."""
CARD_WARNING = "Warnings while validating metadata in README.md:"
_COMMIT_ADDRESS = re.compile(r"/api/models/[^/]+/[^/]+/commit/")
_VALIDATION_ADDRESS = re.compile(r"/api/validate-yaml$")


def create_repository(connection: Connection, choice: PushChoice) -> None:
    """Creates the repository, unless it exists.

    Raises:
        PublishError: the Hub refuses, or cannot be reached.
    """
    name = choice.repository
    visibility: RepoVisibility_T | None = None
    if choice.visibility is not Visibility.DEFAULT:
        visibility = choice.visibility.value
    attempt = connection.attempt("creating the repository", name)
    try:
        connection.api.create_repo(name, visibility=visibility)
    except CLIENT_ERRORS as error:
        # It may have been created although the answer was lost.
        if read_remote(connection, name, None).commit is None:
            raise attempt.failure(error) from None


def send_commit(connection: Connection, plan: PushPlan, account: Account) -> Pushed:
    """Sends a plan, and gives the commit or pull request that it became.

    Raises:
        StalePlanError: the repository has changed since the plan.
        PublishError: a file has changed since the plan, the Hub refuses, or it is unknown
            whether the commit is there.
        CheckError: the Hub refuses the card.
    """
    attempt = connection.attempt("committing", plan.choice.repository)
    operations = list(_operations(plan))
    waits = iter(WAITS)
    while True:
        try:
            return _commit(connection, plan, operations)
        except CLIENT_ERRORS as error:
            failed = error
        if _may_be_stored(failed):
            found = find_commit(connection, plan, account)
            if found is None:
                raise attempt.failure(failed)
            return found
        wait = next(waits, None) if _may_retry(failed) else None
        if wait is None:
            raise attempt.failure(failed)
        time.sleep(wait)


def _commit(connection: Connection, plan: PushPlan, operations: list[CommitOperationAdd]) -> Pushed:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        info = connection.api.create_commit(
            plan.choice.repository,
            operations,
            commit_message=plan.choice.summary,
            create_pr=plan.is_pull_request,
            parent_commit=plan.parent,
        )
    revision = pull_revision(info.pr_num) if info.pr_num is not None else info.oid
    address = scrub(info.pr_url or info.commit_url, connection.token)
    return Pushed(address, revision, _card_warnings(warned))


def _operations(plan: PushPlan) -> Iterator[CommitOperationAdd]:
    """The files to send; refuses one whose bytes are no longer those of the plan."""
    for file in plan.changes:
        path = plan.folder / file.source
        if file.path == CARD_FILE and plan.card is not None:
            yield CommitOperationAdd(CARD_FILE, plan.card.encode())
            continue
        try:
            operation = _operation(path, file)
            sha256 = operation.upload_info.sha256.hex()
        except (OSError, ValueError) as error:
            raise PublishError(f"{path}: can no longer be read; push again") from error
        if sha256 != file.sha256:
            raise PublishError(f"{path}: has changed since the plan was made; push again")
        yield operation


def _operation(path: Path, file: LocalFile) -> CommitOperationAdd:
    content = path.read_bytes() if file.size <= SMALL_FILE else path
    return CommitOperationAdd(file.path, content)


def _card_warnings(warned: list[warnings.WarningMessage]) -> tuple[str, ...]:
    messages = (str(warning.message) for warning in warned)
    return tuple(
        " ".join(text.removeprefix(CARD_WARNING).split())
        for text in messages
        if text.startswith(CARD_WARNING)
    )


def _may_be_stored(error: Exception) -> bool:
    """Whether the commit may be on the Hub although an error came back."""
    if str(error).startswith(BAD_CARD):
        return False
    address = _address(error)
    if address is not None and not _COMMIT_ADDRESS.search(address):
        return False
    answered = http_error(error)
    return answered is None or answered.response.status_code not in REFUSED


def _may_retry(error: Exception) -> bool:
    """Whether only the check of the card failed, which the client does not retry."""
    address = _address(error)
    is_validation = address is not None and _VALIDATION_ADDRESS.search(address) is not None
    return is_validation and is_transient(error)


def _address(error: Exception) -> str | None:
    """The address of the request that failed, without its query; None if it is unknown."""
    answered = http_error(error)
    if answered is not None:
        return str(answered.response.request.url.copy_with(query=None))
    for cause in causes(error):
        if isinstance(cause, HTTPError):
            try:
                return str(cause.request.url.copy_with(query=None))
            except RuntimeError:  # it was never sent
                return None
    return None
