"""What a repository on the Hub holds, and who asks, at one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qareport.hub.planning.local_folder import LocalFile


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token is in use."""

    name: str
    organisations: tuple[str, ...]
    may_write: bool
    """False where the token says that it only reads."""

    def owns(self, repository: str) -> bool:
        """Whether a repository lies under the account's name or that of its organisations."""
        return repository.partition("/")[0] in {self.name, *self.organisations}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository."""

    size: int
    blob_id: str
    """What git knows it by; of a large file, the id of its pointer."""
    sha256: str | None
    """Of a file in large file storage; None for others."""

    def equals(self, file: LocalFile) -> bool:
        """Whether it has the same bytes as a local file."""
        if self.sha256 is not None:
            return self.sha256 == file.sha256
        return self.blob_id == file.blob_id


@dataclass(frozen=True, slots=True)
class RemotePull:
    """An open pull request of the account's own."""

    number: int
    url: str
    files: Mapping[str, RemoteFile]


@dataclass(frozen=True, slots=True)
class RemoteState:
    """A repository as it was read; without a commit it does not exist."""

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
        """Whether the account may commit without asking anybody."""
        return self.account is not None and self.account.owns(self.repository)
