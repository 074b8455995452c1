"""Describes a repository on the Hub at one commit, and the account that reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qareport.hub.planning.local_folder import LocalFile


@dataclass(frozen=True, slots=True)
class Account:
    """The account whose token is in use."""

    name: str
    organisations: tuple[str, ...]
    may_write: bool
    """False if the token is read-only."""

    def owns(self, repository: str) -> bool:
        """Whether a repository belongs to the account or one of its organisations."""
        return repository.partition("/")[0] in {self.name, *self.organisations}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository."""

    size: int
    blob_id: str
    """Git's hash of it; for a large file, the hash of its pointer."""
    sha256: str | None
    """Hash of a file in large file storage; None for others."""

    def equals(self, file: LocalFile) -> bool:
        """Whether it has the same bytes as a local file."""
        if self.sha256 is not None:
            return self.sha256 == file.sha256
        return self.blob_id == file.blob_id


@dataclass(frozen=True, slots=True)
class RemotePull:
    """An open pull request by the account."""

    number: int
    url: str
    files: Mapping[str, RemoteFile]


@dataclass(frozen=True, slots=True)
class RemoteState:
    """A repository at one commit; without a commit it does not exist."""

    repository: str
    account: Account | None
    commit: str | None = None
    is_private: bool = False
    is_gated: bool = False
    files: Mapping[str, RemoteFile] = field(default_factory=dict)
    card: str | None = None
    """The text of README.md at the commit."""
    pulls: tuple[RemotePull, ...] = ()

    @property
    def is_owned(self) -> bool:
        """Whether the account may commit without a pull request."""
        return self.account is not None and self.account.owns(self.repository)
