"""Keeps the repositories of the local Hub in a folder, and the rest of its state in memory."""

import hashlib
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from tests.hub.faults import Fault
from tests.hub.wire import Request, blob_id

BRANCH = "main"
TOKEN = "hf_dummy"  # noqa: S105 - the token of nobody
LFS_SUFFIXES = (".safetensors", ".parquet")
"""What goes into large file storage, as a new repository's .gitattributes say."""
ATTRIBUTES = "".join(f"*{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LFS_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Account:
    """The owner of a token."""

    name: str
    organisations: tuple[str, ...] = ()
    role: str = "write"

    @property
    def spaces(self) -> tuple[str, ...]:
        """The names under which it owns repositories."""
        return (self.name, *self.organisations)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was made through the API."""

    repository: str
    revision: str
    commit: str
    summary: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request."""

    repository: str
    number: int
    author: str
    title: str
    status: str = "open"


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder of files at one commit of one branch."""

    root: Path
    kind: str
    name: str
    revision: str = BRANCH

    @property
    def folder(self) -> Path:
        """The folder of its files."""
        if self.revision == BRANCH:
            return self.root / self.kind / self.name
        return self.root / ".revisions" / self.kind / self.name / self.revision

    def paths(self) -> list[str]:
        """The paths of its files, as the Hub writes them."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        """Writes one file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def oid(self, path: str) -> str:
        """The hash of a file: SHA-256 in large file storage, else git's id."""
        content = self.read(path)
        return hashlib.sha256(content).hexdigest() if self.is_large(path) else blob_id(content)

    def is_large(self, path: str) -> bool:
        """Whether a file is in large file storage."""
        return path.endswith(LFS_SUFFIXES) and (self.folder / path).stat().st_size > 0

    def commit(self) -> str:
        """The id of its commit, which changes with its files."""
        digest = hashlib.sha1(usedforsecurity=False)
        for path in self.paths():
            digest.update(f"{path}\0{blob_id(self.read(path))}\n".encode())
        return digest.hexdigest()


@dataclass(slots=True)
class Hub:
    """A running server, its settings, and the requests it got."""

    root: Path
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    gated: dict[str, int] = field(default_factory=dict)
    """Names of repositories, and the status (401 or 403) that refuses them."""
    private: set[str] = field(default_factory=set)
    accounts: dict[str, Account] = field(
        default_factory=lambda: {TOKEN: Account("someone", ("some-org",))}
    )
    """By token; other tokens are refused."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Old names of repositories, and the new ones."""
    ignored: set[str] = field(default_factory=set)
    """Paths that a .gitignore keeps out of all repositories."""
    misread: dict[str, str] = field(default_factory=dict)
    """Metadata that the Hub reads differently from what cards say."""
    faults: list[Fault] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What clients did that they must not, such as sending a token to an upload address."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def commit(self, kind: str, name: str) -> str:
        """The id of the commit that a repository is at."""
        return Repository(self.root, kind, name).commit()

    def repository(self, name: str, revision: str = BRANCH) -> Repository:
        """A model's repository at a branch."""
        return Repository(self.root, "models", name, revision)

    def files(self, name: str, revision: str = BRANCH) -> dict[str, bytes]:
        """The files of a model's repository, without the .gitattributes that every one has."""
        repository = self.repository(name, revision)
        return {path: repository.read(path) for path in repository.paths() if path[:4] != ".git"}

    def find(self, kind: str, name: str, revision: str) -> Repository | None:
        """A repository at a branch, pull request or commit; None if it does not exist."""
        known = list(self._revisions(kind, name))
        named = [found for found in known if revision in {found.revision, found.commit()}]
        return named[0] if named else None

    def fork(self, repository: Repository, revision: str) -> Repository:
        """A new branch or pull request that begins with the files of a repository."""
        branch = Repository(self.root, repository.kind, repository.name, revision)
        shutil.copytree(repository.folder, branch.folder)
        return branch

    def environment(self, home: Path) -> Mapping[str, str]:
        """Variables that send a new process to this Hub, with its cache below `home`."""
        return {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home / "huggingface"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_OFFLINE": "0",
            "HF_TOKEN": TOKEN,
        }

    def _revisions(self, kind: str, name: str) -> Iterator[Repository]:
        yield Repository(self.root, kind, name)
        folder = self.root / ".revisions" / kind / name
        pulls = folder.glob("refs/pr/*")
        others = (path for path in folder.glob("*") if path.name != "refs")
        for path in sorted([*pulls, *others]):
            yield Repository(self.root, kind, name, path.relative_to(folder).as_posix())


@dataclass(frozen=True, slots=True)
class Call:
    """One request with everything a route needs to answer it."""

    hub: Hub
    match: re.Match[str]
    query: Mapping[str, list[str]]
    body: bytes
    byte_range: str | None = None
    token: str | None = None

    @property
    def account(self) -> Account | None:
        """The account that asks; None without a token."""
        return self.hub.accounts.get(self.token or "")

    @property
    def wants_pull_request(self) -> bool:
        """Whether the change is to be a pull request."""
        return self.query.get("create_pr") == ["1"]

    @property
    def kind(self) -> str:
        """The folder of its kind: models or datasets."""
        return self._part("kind") or "models"

    @property
    def name(self) -> str:
        """The repository named in the path; empty when it names none."""
        named = self._part("repository") or ""
        return self.hub.renamed.get(named, named)

    @property
    def revision(self) -> str:
        """The revision named in the path; the branch when it names none."""
        return unquote(self._part("revision") or BRANCH)

    @property
    def repository(self) -> Repository:
        """The repository named in the path, at the revision named there."""
        found = self.hub.find(self.kind, self.name, self.revision)
        return found or Repository(self.hub.root, self.kind, self.name)

    def _part(self, group: str) -> str | None:
        return self.match[group] if group in self.match.re.groupindex else None
