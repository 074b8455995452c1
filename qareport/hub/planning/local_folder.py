"""Lists the files of a folder that can be published, with hashes, and why the others cannot."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from qareport.cards.text.card_text import CARD_FILE
from qareport.data.files import CHUNK_BYTES
from qareport.data.secrets import find_known_secrets, hide_secrets
from qareport.errors import PublishError
from qareport.evaluation.training_json import FACTS_FILE, STUDENT_MODEL
from qareport.hub.planning.parts import (
    RECORD_HEAD,
    PublicationPart,
    is_of_model,
    part_of,
    reason_left_out,
    reason_skipped,
)
from qareport.hub.planning.secrets import find_secret, find_secret_in_text, is_secret_name

LONGEST_PATH = 500
"""Characters of a path that a message shows at most."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that can be published."""

    path: str
    """Path in the repository, with slashes."""
    source: str
    """Path relative to the folder, with slashes; another one only for the student of a training."""
    part: PublicationPart
    size: int
    sha256: str
    blob_id: str
    """Git's hash of it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that is not pushed."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """The contents of a folder when it was read."""

    folder: Path
    files: tuple[LocalFile, ...]
    left_out: tuple[LeftOut, ...]
    records: tuple[str, ...]
    """Paths of the evaluation.json files, also of those that are left out."""
    card: str | None
    """The text of README.md; None if it is not pushed."""


def read_folder(
    folder: Path, reasons: Mapping[PublicationPart, str], *, token: str | None = None
) -> LocalFolder:
    """The files of a folder that can be published, with hashes, and why the others cannot.

    Args:
        folder: the one to publish.
        reasons: why a part is left out, for each one that is.
        token: the one in use for the Hub; no file may contain it.

    Raises:
        PublishError: it is not a folder, or a file cannot be read, looks like a secret, or is a
            link that leaves the folder.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder}: is not a folder; name the one to push")
    try:
        known = find_known_secrets() | ({token} if token else set())
        return _read(folder, reasons, known=known)
    except OSError as error:
        shown = str(error.filename or folder)[:LONGEST_PATH]
        raise PublishError(f"{shown}: cannot be read ({error.strerror})") from error


def hash_bytes(path: str, part: PublicationPart, content: bytes) -> LocalFile:
    """A file with these bytes."""
    return LocalFile(
        path, path, part, len(content), hashlib.sha256(content).hexdigest(), blob_id(content)
    )


def blob_id(content: bytes) -> str:
    """Git's hash of a file with these bytes."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _read(
    folder: Path, reasons: Mapping[PublicationPart, str], *, known: frozenset[str]
) -> LocalFolder:
    files: list[LocalFile] = []
    left_out: list[LeftOut] = []
    records: list[str] = []
    is_training = (folder / FACTS_FILE).is_file()
    for path in _walk(folder, left_out):
        inner = PurePosixPath(path.relative_to(folder).as_posix())
        _refuse_secret_name(path)
        if inner.name == RECORD_HEAD and path.is_file():
            records.append(str(inner))
        path_on_hub = _path_on_hub(inner, is_training=is_training)
        part = part_of(path_on_hub, in_record=(path.parent / RECORD_HEAD).is_file())
        if not str(inner).isprintable():
            left_out.append(LeftOut(ascii(str(inner)), "its name cannot be printed"))
        elif not path.is_file():
            left_out.append(LeftOut(str(inner), "not a regular file"))
        elif part is None:
            left_out.append(LeftOut(str(inner), reason_left_out(inner)))
        elif part in reasons:
            left_out.append(LeftOut(str(inner), reasons[part]))
        else:
            found = _read_file(path, str(inner), part, known=known)
            files.append(replace(found, path=str(path_on_hub)))
    card = _read_card(folder) if any(file.path == CARD_FILE for file in files) else None
    return LocalFolder(folder, tuple(files), tuple(left_out), tuple(records), card)


def _path_on_hub(inner: PurePosixPath, *, is_training: bool) -> PurePosixPath:
    """The path of a file in the repository."""
    is_students = is_training and inner.parent == PurePosixPath(STUDENT_MODEL)
    return PurePosixPath(inner.name) if is_students and is_of_model(inner.name) else inner


def _walk(folder: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    """Every file below the folder; adds the folders that it skips to `left_out`."""
    root = folder.resolve()
    pending = _entries(folder)
    # A list of paths to visit, since folders may be nested deeper than Python's calls.
    while pending:
        path = pending.pop()
        if path.is_symlink():
            _refuse_escape(path, root)
        if not path.is_dir():
            yield path
            continue
        inner = PurePosixPath(path.relative_to(folder).as_posix())
        reason = "a link to a folder" if path.is_symlink() else reason_skipped(inner)
        if reason is None:
            pending.extend(_entries(path))
        else:
            left_out.append(LeftOut(f"{inner}/", reason))


def _entries(folder: Path) -> list[Path]:
    """The entries of a folder, sorted by name, last first."""
    return sorted(folder.iterdir(), reverse=True)


def _refuse_escape(path: Path, root: Path) -> None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise PublishError(f"{path}: is a broken link; remove it") from error
    if not target.is_relative_to(root):
        raise PublishError(f"{path}: is a link that leaves the folder; replace it by the file")


def _refuse_secret_name(path: Path) -> None:
    if is_secret_name(path.name):
        raise PublishError(
            f"{path}: looks like a secret by its name; move it out of the folder and push again"
        )


def _read_file(
    path: Path, inner: str, part: PublicationPart, *, known: frozenset[str]
) -> LocalFile:
    if secret := find_secret_in_text(inner, known):
        hidden = hide_secrets(str(path), known)
        shown = hidden if hidden != str(path) else f"a file in {path.parent}"
        raise PublishError(f"{shown}: its name holds {secret}; rename it and push again")
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    git = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            sha256.update(chunk)
            git.update(chunk)
        _refuse_secrets(path, stream, known)
    return LocalFile(inner, inner, part, size, sha256.hexdigest(), git.hexdigest())


def _refuse_secrets(path: Path, stream: IO[bytes], known: frozenset[str]) -> None:
    try:
        secret = find_secret(stream, known)
    except PublishError as error:
        raise PublishError(f"{path}: {error}") from error
    if secret is not None:
        raise PublishError(f"{path}: holds {secret}; remove it and push again")


def _read_card(folder: Path) -> str:
    path = folder / CARD_FILE
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise PublishError(f"{path}: is not UTF-8; save it as UTF-8") from error
