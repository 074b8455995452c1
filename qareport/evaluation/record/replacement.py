"""Replaces the record of a folder, which holds the old one or the new one at any moment.

A new record is written whole into a folder of its own beside the old one. Renaming that folder
decides: from then on the new record counts, and whoever comes next, to read or to write, puts the
rest of its files into their places.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.data.files import remove_leftovers
from qareport.data.outputs import refuse_link, require_apart
from qareport.errors import DataError, OutputError, QareportError
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation, write_evaluation
from qareport.evaluation.record.folder_lock import locked
from qareport.evaluation.record.writer import (
    ANSWER_FILES,
    EVALUATION,
    REPORT,
    answer_file_hashes,
    is_report,
)
from qareport.evaluation.training_json import FACTS_FILE, STUDENT

NEXT = ".next-record"
"""Folder of a complete record whose files are put into their places."""
NEXT_PART = ".next-record.part"
"""Folder of a record that is being written."""
DEPTHS = range(4)
"""Levels of folders below one that holds records."""
PATIENCE = 10
"""Seconds that a reader waits for the process that puts a record into its place."""


@dataclass(frozen=True, slots=True)
class WritableFolder:
    """A folder that this process has locked, and in which no earlier one left its work undone."""

    path: Path


@contextmanager
def writing(folder: Path) -> Iterator[WritableFolder]:
    """Locks `folder` during the block, and first finishes or clears what a killed process left.

    Raises:
        OutputError: another process has locked the folder, or it cannot be written.
    """
    with locked(folder):
        _put_in_place(folder)
        _clear(folder / NEXT_PART)
        remove_leftovers(folder)
        try:
            yield WritableFolder(folder)
        except BaseException as stop:
            # A signal may have come while a record was put in its place.
            if not isinstance(stop, Exception):
                _put_in_place(folder)
            raise


@contextmanager
def replacing_record(folder: WritableFolder) -> Iterator[Path]:
    """An empty folder for a whole record, which becomes that of `folder` when the block ends well.

    What else is in `folder` stays, but for the report of the older record.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    part = folder.path / NEXT_PART
    _require_places(folder.path)
    try:
        part.mkdir()
        try:
            yield part
            _flush(part)
            part.rename(folder.path / NEXT)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"{folder.path}: cannot be written ({error.strerror or error})"
        ) from error
    _put_in_place(folder.path)


def complete_record(folder: Path, evaluation: Evaluation, *, is_own: bool = True) -> Evaluation:
    """Writes the evaluation of the answer files in a folder, and returns it with their hashes.

    It is marked as the user's own, unless it was made of a record that is not.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    recorded = replace(evaluation, files=answer_file_hashes(folder))
    write_evaluation(recorded, folder / EVALUATION, is_own=is_own)
    return recorded


def check_output(folder: Path) -> None:
    """Refuses a folder in which a record would replace anything.

    Raises:
        DataError: a record cannot be put into its place there.
        OutputError: it is a file, or holds files of a record.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; name a folder for the record")
    settle(folder)
    for name in (EVALUATION, *ANSWER_FILES):
        if (folder / name).exists():
            raise OutputError(
                f"{folder}: already holds {name}; name another folder or add --overwrite"
            )


def require_place(folder: Path, *sources: str) -> None:
    """Refuses a folder in which no record belongs, whatever stands there.

    A record would replace what is read, or lie inside it, or seem to be that of a training's model.

    Args:
        folder: for the record.
        sources: what is read: files, folders or ids on the Hub.

    Raises:
        OutputError: it is such a folder.
    """
    if (folder / FACTS_FILE).exists() and (folder / STUDENT / EVALUATION).exists():
        raise OutputError(
            f"{folder}: is the folder of a training, whose records are in folders of their own; "
            "name another folder"
        )
    for path in map(Path, sources):
        require_apart(folder, path)
        for name in (EVALUATION, *ANSWER_FILES, REPORT):
            require_apart(folder / name, path)


def settle(folder: Path) -> None:
    """Finishes replacing the record of a folder where a killed process did not.

    Writes nothing anywhere else.

    Raises:
        DataError: it cannot be finished.
    """
    if not os.path.lexists(folder / NEXT):
        return
    try:
        with locked(folder, seconds=PATIENCE):
            _put_in_place(folder)
    except OutputError as error:
        raise DataError(
            f"{folder}: its new record is not yet in its place, since a process was stopped, and "
            f"this could not finish that: {error}"
        ) from error


def settle_below(folder: Path) -> None:
    """The same for all folders of records, from `folder` itself to three levels below.

    Raises:
        DataError: one cannot be finished.
    """
    for depth in DEPTHS:
        for path in sorted(folder.glob("/".join(("*",) * depth + (NEXT,)))):
            settle(path.parent)


def _put_in_place(folder: Path) -> None:
    """Moves a complete record to where it belongs, its evaluation last.

    Raises:
        OutputError: the folder cannot be written.
    """
    complete = folder / NEXT
    refuse_link(complete)
    if not complete.exists():
        return
    try:
        if (complete / EVALUATION).exists():
            listed = read_evaluation(complete / EVALUATION).files
            _remove_report(folder)
            for name in ANSWER_FILES:
                if name not in listed:
                    (folder / name).unlink(missing_ok=True)
                elif (complete / name).exists():
                    (complete / name).replace(folder / name)
            (complete / EVALUATION).replace(folder / EVALUATION)
        complete.rmdir()
    except (OSError, QareportError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise OutputError(
            f"{complete}: holds a whole record that cannot be put into its place ({reason}); mend "
            "that, or remove the folder"
        ) from error


def _remove_report(folder: Path) -> None:
    """Removes the report of the older record; a file of any other kind stays."""
    path = folder / REPORT
    if path.is_file() and is_report(path):
        path.unlink()


def _clear(part: Path) -> None:
    """Removes a record that was never completed."""
    refuse_link(part)
    try:
        if part.exists():
            shutil.rmtree(part)
    except OSError as error:
        raise OutputError(f"{part}: cannot be removed ({error.strerror})") from error


def _require_places(folder: Path) -> None:
    """Refuses a folder in which another one stands where a file of the record goes."""
    for name in (EVALUATION, *ANSWER_FILES):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            raise OutputError(f"{path}: is a folder, where a file of the record goes; move it away")


def _flush(folder: Path) -> None:
    """Has the disk hold the files of a folder before anything says so."""
    for path in folder.iterdir():
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
