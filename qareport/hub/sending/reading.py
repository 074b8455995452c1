"""A repository on the Hub to what it holds."""

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
"""Pull requests of an author that are looked at."""
READ_ROLE = "read"
UNKNOWN_TO_NOBODY = 401
"""How the Hub says to somebody without a token that a repository is missing or private."""


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
    """Whose token is in use; None without one.

    Raises:
        PublishError: the token is not accepted, or the Hub cannot be reached.
    """
    if connection.token is None:
        return None
    attempt = connection.attempt("asking whose token it is", "")
    told = connection.repeat(attempt, lambda: _WHO_AM_I.validate_python(connection.api.whoami()))
    names = tuple(organisation.name for organisation in told.orgs)
    return Account(told.name, names, told.auth.accessToken.role != READ_ROLE)


def read_remote(connection: Connection, repository: str, account: Account | None) -> RemoteState:
    """What a repository holds on its branch main.

    Raises:
        PublishError: it is refused to the account, has another name now, or cannot be read.
    """
    attempt = connection.attempt("reading the repository", repository)
    info = connection.repeat(attempt, lambda: _find(connection, repository))
    if info is None or info.sha is None:
        return RemoteState(repository, account)
    if info.id != repository:
        raise PublishError(f"{attempt.place}: is called {info.id!r} now; push to that name")
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

    return connection.repeat(attempt, listing)


def read_pulls(connection: Connection, repository: str, author: str) -> tuple[RemotePull, ...]:
    """The newest open pull requests of an author, with their files, the latest first."""
    attempt = connection.attempt("listing the pull requests", repository)

    def addresses() -> dict[int, str]:
        found = connection.api.get_repo_discussions(
            repository, author=author, discussion_type="pull_request", discussion_status="open"
        )
        return {pull.num: pull.url for pull in found}

    urls = connection.repeat(attempt, addresses)
    return tuple(
        RemotePull(number, urls[number], read_files(connection, repository, pull_revision(number)))
        for number in sorted(urls, reverse=True)[:MOST_PULLS]
    )


def pull_revision(number: int) -> str:
    """The revision that a pull request is read at."""
    return f"refs/pr/{number}"


def _find(connection: Connection, repository: str) -> ModelInfo | None:
    """What the Hub tells of a repository; None where there is none to see."""
    try:
        return connection.api.model_info(repository)
    except GatedRepoError:
        raise
    except RepositoryNotFoundError as error:
        is_refusal = error.response.status_code == UNKNOWN_TO_NOBODY
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
        return connection.repeat(attempt, download).decode()
    except UnicodeDecodeError as error:
        raise PublishError(f"{attempt.place}: its card is not UTF-8; mend it there") from error
