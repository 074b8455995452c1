"""Reads accounts, repositories and pull requests on the Hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from huggingface_hub import RepoFile, get_session, hf_hub_url
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
from huggingface_hub.hf_api import ModelInfo
from pydantic import TypeAdapter

from qareport.cards.text.card_text import CARD_FILE
from qareport.errors import PublishError
from qareport.hub.planning.remote_state import Account, RemoteFile, RemotePull, RemoteState
from qareport.hub.sending.client import build_hf_headers, hf_raise_for_status
from qareport.hub.sending.connection import Connection

MOST_PULLS = 10
"""How many pull requests of an author are read."""
READ_ROLE = "read"
HIDDEN_WITHOUT_TOKEN = 401
"""Status of the Hub, for a request without a token, for a missing or private repository."""


@dataclass(frozen=True, slots=True)
class _Organisation:
    name: str


@dataclass(frozen=True, slots=True)
class _AccessToken:
    role: str = ""


@dataclass(frozen=True, slots=True)
class _Authority:
    accessToken: _AccessToken = field(default_factory=_AccessToken)  # noqa: N815 - the Hub's name


@dataclass(frozen=True, slots=True)
class _WhoAmI:
    name: str
    orgs: tuple[_Organisation, ...] = ()
    auth: _Authority = field(default_factory=_Authority)


_WHO_AM_I = TypeAdapter(_WhoAmI)


def read_account(connection: Connection) -> Account | None:
    """The account whose token is in use; None without a token.

    Raises:
        PublishError: the token is not accepted, or the Hub cannot be reached.
    """
    if connection.token is None:
        return None
    attempt = connection.attempt("asking whose token it is", "")
    who = connection.retry(attempt, lambda: _WHO_AM_I.validate_python(connection.api.whoami()))
    names = tuple(organisation.name for organisation in who.orgs)
    return Account(who.name, names, who.auth.accessToken.role != READ_ROLE)


def read_remote(connection: Connection, repository: str, account: Account | None) -> RemoteState:
    """What a repository holds on its branch main.

    Raises:
        PublishError: the account may not see it, it was renamed, or it cannot be read.
    """
    attempt = connection.attempt("reading the repository", repository)
    info = connection.retry(attempt, lambda: _find(connection, repository))
    if info is None or info.sha is None:
        return RemoteState(repository, account)
    if info.id != repository:
        raise PublishError(f"{attempt.url}: is called {info.id!r} now; push to that name")
    commit = info.sha
    files = read_files(connection, repository, commit)
    card = _read_card(connection, repository, commit) if CARD_FILE in files else None
    return RemoteState(
        repository,
        account,
        commit,
        is_private=bool(info.private),
        is_gated=bool(info.gated),
        files=files,
        card=card,
    )


def read_files(connection: Connection, repository: str, revision: str) -> Mapping[str, RemoteFile]:
    """The files of a repository at a revision, by path."""
    attempt = connection.attempt("listing the files", repository)

    def listing() -> dict[str, RemoteFile]:
        tree = connection.api.list_repo_tree(repository, recursive=True, revision=revision)
        return {
            entry.path: RemoteFile(
                entry.size, entry.blob_id, entry.lfs.sha256 if entry.lfs else None
            )
            for entry in tree
            if isinstance(entry, RepoFile)
        }

    return connection.retry(attempt, listing)


def read_pulls(connection: Connection, repository: str, author: str) -> tuple[RemotePull, ...]:
    """The newest open pull requests of an author with their files, newest first."""
    attempt = connection.attempt("listing the pull requests", repository)

    def addresses() -> dict[int, str]:
        found = connection.api.get_repo_discussions(
            repository, author=author, discussion_type="pull_request", discussion_status="open"
        )
        return {pull.num: pull.url for pull in found}

    urls = connection.retry(attempt, addresses)
    return tuple(
        RemotePull(number, urls[number], read_files(connection, repository, pull_revision(number)))
        for number in sorted(urls, reverse=True)[:MOST_PULLS]
    )


def pull_revision(number: int) -> str:
    """The revision under which the Hub has a pull request."""
    return f"refs/pr/{number}"


def _find(connection: Connection, repository: str) -> ModelInfo | None:
    """What the Hub says about a repository; None if it does not exist or is hidden."""
    try:
        return connection.api.model_info(repository)
    except GatedRepoError:
        raise
    except RepositoryNotFoundError as error:
        is_refusal = error.response.status_code == HIDDEN_WITHOUT_TOKEN
        if is_refusal and connection.token is not None:
            raise
        return None


def _read_card(connection: Connection, repository: str, commit: str) -> str:
    attempt = connection.attempt("reading its card", repository)
    address = hf_hub_url(repository, CARD_FILE, revision=commit)

    def download() -> bytes:
        headers = build_hf_headers(token=connection.token or False, library_name="qareport")
        response = get_session().get(address, headers=headers)
        hf_raise_for_status(response)
        return response.content

    try:
        return connection.retry(attempt, download).decode()
    except UnicodeDecodeError as error:
        raise PublishError(f"{attempt.url}: its card is not UTF-8; mend it there") from error
