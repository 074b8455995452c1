"""Contents of files in, the local folders, states of a repository and plans they stand for out."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from qareport.hub.planning.choice import PushChoice
from qareport.hub.planning.local_folder import LocalFile, LocalFolder, blob_id, hash_bytes
from qareport.hub.planning.parts import PublicationPart, part_of
from qareport.hub.planning.plan import PushPlan, plan_push
from qareport.hub.planning.remote_state import Account, RemoteFile, RemoteState

NAME = "someone/model"
ME = Account("someone", ("some-org",), may_write=True)
STRANGER = Account("stranger", (), may_write=True)
COMMIT = "a" * 40


def local_file(path: str, content: str = "") -> LocalFile:
    """A file that can be published."""
    part = part_of(PurePosixPath(path), in_record=True)
    return hash_bytes(path, part or PublicationPart.FACTS, content.encode())


def local_folder(files: Mapping[str, str]) -> LocalFolder:
    """A folder as if these files had been read from it."""
    read = tuple(local_file(path, content) for path, content in files.items())
    return LocalFolder(Path("folder"), read, (), (), files.get("README.md"))


def remote_file(content: str, *, is_large: bool = False) -> RemoteFile:
    """A file of a repository."""
    known = hash_bytes("x", PublicationPart.MODEL, content.encode())
    if is_large:
        return RemoteFile(known.size, blob_id(b"pointer"), known.sha256)
    return RemoteFile(known.size, known.blob_id, None)


def remote_state(
    files: Mapping[str, str] | None = None,
    *,
    account: Account | None = ME,
    is_private: bool = False,
) -> RemoteState:
    """A repository with these files; a missing one without any mapping."""
    if files is None:
        return RemoteState(NAME, account)
    return RemoteState(
        NAME,
        account,
        COMMIT,
        is_private=is_private,
        files={path: remote_file(content) for path, content in files.items()},
        card=files.get("README.md"),
    )


def plan_of(
    files: Mapping[str, str],
    remote: RemoteState | None = None,
    choice: PushChoice | None = None,
) -> PushPlan:
    """The plan to push these files, to a new repository if no other is given."""
    return plan_push(local_folder(files), remote or remote_state(), choice or PushChoice(NAME))
