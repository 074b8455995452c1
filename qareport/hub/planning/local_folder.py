"""A folder to the files of it that can be published, with hashes, and the rest with reasons."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from qareport.cards.text.card_text import CARD_FILE
from qareport.data.files import CHUNK_BYTES
from qareport.errors import PublishError
from qareport.evaluation.training_json import FACTS_FILE, STUDENT_MODEL
from qareport.hub.planning.parts import (
    RECORD_HEAD,
    Part,
    is_of_model,
    part_of,
    reason_against,
    reason_against_folder,
)
from qareport.hub.planning.secrets import find_secret, is_secret_name

LONGEST_PATH = 500
"""Characters of a path that a message tells."""
BINARY_SUFFIXES = (".safetensors", ".parquet", ".png", ".model")
"""Of files without text, in which a secret is not looked for."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that can be published."""

    path: str
    """In the repository, with slashes."""
    source: str
    """Relative to the folder, with slashes: the same, but for the student of a training."""
    part: Part
    size: int
    sha256: str
    blob_id: str
    """What git knows it by."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that stays."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """What lies in a folder, as it was read once."""

    folder: Path
    files: tuple[LocalFile, ...]
    left_out: tuple[LeftOut, ...]
    records: tuple[str, ...]
    """Paths of the evaluation.json files, also of those that stay."""
    card: str | None
    """The text of README.md, where it goes."""


def read_folder(
    folder: Path, reasons: Mapping[Part, str], *, token: str | None = None
) -> LocalFolder:
    """The files of a folder that can be published, hashed, and the others with reasons.

    Args:
        folder: to publish.
        reasons: why a part stays, for each that does.
        token: in use for the Hub; no file may hold it.

    Raises:
        PublishError: it is no folder, a file cannot be read, looks like a secret, or is a link
            that leaves the folder.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder}: is no folder; name the one to push")
    try:
        return _read(folder, reasons, token=token)
    except OSError as error:
        place = str(error.filename or folder)[:LONGEST_PATH]
        raise PublishError(f"{place}: cannot be read ({error.strerror})") from error


def hash_bytes(path: str, part: Part, content: bytes) -> LocalFile:
    """The file that these bytes would be."""
    return LocalFile(
        path, path, part, len(content), hashlib.sha256(content).hexdigest(), blob_id(content)
    )


def blob_id(content: bytes) -> str:
    """What git knows a file by."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _read(folder: Path, reasons: Mapping[Part, str], *, token: str | None) -> LocalFolder:
    files: list[LocalFile] = []
    left_out: list[LeftOut] = []
    records: list[str] = []
    is_training = (folder / FACTS_FILE).is_file()
    for path in _walk(folder, left_out):
        inner = PurePosixPath(path.relative_to(folder).as_posix())
        _refuse_secret_name(path)
        if inner.name == RECORD_HEAD and path.is_file():
            records.append(str(inner))
        place = _place(inner, is_training=is_training)
        part = part_of(place, in_record=(path.parent / RECORD_HEAD).is_file())
        if not str(inner).isprintable():
            left_out.append(LeftOut(ascii(str(inner)), "its name cannot be printed"))
        elif not path.is_file():
            left_out.append(LeftOut(str(inner), "no regular file"))
        elif part is None:
            left_out.append(LeftOut(str(inner), reason_against(inner)))
        elif part in reasons:
            left_out.append(LeftOut(str(inner), reasons[part]))
        else:
            found = _read_file(path, str(inner), part, token=token)
            files.append(replace(found, path=str(place)))
    card = _read_card(folder) if any(file.path == CARD_FILE for file in files) else None
    return LocalFolder(folder, tuple(files), tuple(left_out), tuple(records), card)


def _place(inner: PurePosixPath, *, is_training: bool) -> PurePosixPath:
    """Where a file stands in the repository."""
    is_students = is_training and inner.parent == PurePosixPath(STUDENT_MODEL)
    return PurePosixPath(inner.name) if is_students and is_of_model(inner.name) else inner


def _walk(folder: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    """Every file below the folder; folders that are not looked into are left out."""
    root = folder.resolve()
    pending = _entries(folder)
    # A list of what is left to visit, since folders may be nested deeper than calls.
    while pending:
        path = pending.pop()
        if path.is_symlink():
            _refuse_escape(path, root)
        if not path.is_dir():
            yield path
            continue
        inner = PurePosixPath(path.relative_to(folder).as_posix())
        reason = "a link to a folder" if path.is_symlink() else reason_against_folder(inner)
        if reason is None:
            pending.extend(_entries(path))
        else:
            left_out.append(LeftOut(f"{inner}/", reason))


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, the last name first."""
    return sorted(folder.iterdir(), reverse=True)


def _refuse_escape(path: Path, root: Path) -> None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise PublishError(f"{path}: is a link to nothing; remove it") from error
    if not target.is_relative_to(root):
        raise PublishError(f"{path}: is a link that leaves the folder; put the file in its place")


def _refuse_secret_name(path: Path) -> None:
    if is_secret_name(path.name):
        raise PublishError(
            f"{path}: looks like a secret by its name; move it out of the folder and push again"
        )


def _read_file(path: Path, inner: str, part: Part, *, token: str | None) -> LocalFile:
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    git = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    for chunk in _chunks(path):
        sha256.update(chunk)
        git.update(chunk)
    secret = None if path.suffix in BINARY_SUFFIXES else find_secret(_chunks(path), token)
    if secret is not None:
        raise PublishError(f"{path}: holds {secret}; remove it and push again")
    return LocalFile(inner, inner, part, size, sha256.hexdigest(), git.hexdigest())


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _read_card(folder: Path) -> str:
    path = folder / CARD_FILE
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise PublishError(f"{path}: is not UTF-8; save it as that") from error
