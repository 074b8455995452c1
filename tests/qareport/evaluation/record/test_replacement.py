"""A record is the old one or the new one, whenever the process that replaces it is stopped."""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from qareport.data.files import file_sha256
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import DataIdentity, DataSet
from qareport.errors import DataError, OutputError
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.record import replacement
from qareport.evaluation.record.folder_lock import LOCK, locked
from qareport.evaluation.record.reader import find_records, read_record, require_whole
from qareport.evaluation.record.replacement import (
    NEXT,
    NEXT_PART,
    check_output,
    replacing_record,
    require_place,
    settle,
    writing,
)
from qareport.evaluation.record.writer import ANSWER_FILES, EVALUATION, REPORT, REPORT_MARK
from qareport.evaluation.redact import redact
from qareport.evaluation.rescore import rescore, write_rescored
from qareport.evaluation.resume import WORK, check_evaluation_output
from qareport.evaluation.suite.run import is_finished
from qareport.hub.planning.choice import PushChoice
from qareport.hub.pushing import read_local
from qareport.inference.answerer import Answerer
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import OFFICIAL
from tests.answering_builders import FoundWindow, TableEngine, loaded_model, span_candidates
from tests.builders import example
from tests.row_builders import row, write_record
from tests.stopping_files import StoppedError, killed_at, stopping_at

OLD = row(example("old"))
NEW = row(example("new"))
RECORD = (EVALUATION, *ANSWER_FILES)
AUTHORS = {"card.toml": 'license = "mit"\n', "README.md": "# Mine\n"}
"""What nobody but the author changes."""
OURS = f'<!doctype html>\n{REPORT_MARK} 0.1.0">\n'


def evaluate_over(folder: Path) -> None:
    """Evaluates a model into the folder."""
    answerer = Answerer(
        loaded_model(TableEngine()), AnsweringOptions(max_seq_length=24, doc_stride=4)
    )
    asked = (example("new"),)
    identity = DataIdentity("data.json", None, None, None, examples_sha256(asked))
    evaluate_into(folder, answerer, DataSet(identity, asked, (), 1, ()))


def rescore_over(folder: Path) -> None:
    """Writes the rescoring of another record into the folder."""
    recorded = read_record(folder.parent / "source")
    candidates = span_candidates(FoundWindow(example_id="new"))
    options = recorded.evaluation.options
    write_rescored(
        folder, rescore(recorded, candidates, options=options, scoring=OFFICIAL), candidates
    )


def redact_over(folder: Path) -> None:
    """Redacts another record into the folder."""
    redact(read_record(folder.parent / "source"), folder)


WRITERS: Mapping[str, Callable[[Path], None]] = {
    "evaluate": evaluate_over,
    "rescore": rescore_over,
    "redact": redact_over,
}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """What is in the files of a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def bytes_of_author() -> dict[str, bytes]:
    """What the author wrote, as it is in the files."""
    return {name: text.encode() for name, text in AUTHORS.items()}


def ids_of(folder: Path) -> list[str]:
    """The ids of the record in a folder, which is whole."""
    record = read_record(folder)
    if not record.is_redacted:
        require_whole(folder, record.evaluation)
    assert set(record.evaluation.files) == {
        name for name in ANSWER_FILES if (folder / name).exists()
    }
    return [each.id for each in record.examples]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with an older record, its report and what its author wrote."""
    write_record(tmp_path / "source", NEW)
    folder = write_record(tmp_path / "old", OLD)
    (folder / REPORT).write_text(OURS)
    for name, text in AUTHORS.items():
        (folder / name).write_text(text)
    return folder


def copies(old: Path) -> Iterator[tuple[int, Path]]:
    """Copies of the folder, beside it, for ever."""
    for number in count():
        yield number, shutil.copytree(old, old.with_name(f"copy-{number}"))


def require_old_or_new(folder: Path, old: Path) -> str:
    """Which record the folder reads as: the old one with its report, or the new one without.

    What the author wrote is there.
    """
    (found,) = ids_of(folder)
    files = bytes_of(folder)
    if found == "old":
        assert {**files, **bytes_of(old)} == files
    else:
        assert (found, REPORT in files) == ("new", False)
    assert {**files, **bytes_of_author()} == files
    return found


def copy_over(folder: Path) -> None:
    """Replaces the record of the folder by a copy of another one."""
    source = folder.parent / "source"
    with writing(folder) as own, replacing_record(own) as new:
        for name in RECORD:
            shutil.copy(source / name, new / name)


def fail_to_replace(folder: Path, error: BaseException) -> None:
    """Fails after a file of the new record is written."""
    with writing(folder) as own, replacing_record(own) as new:
        (new / EVALUATION).touch()
        raise error


def stop_everywhere(old: Path, write: Callable[[Path], None]) -> Iterator[Path]:
    """Copies of a folder in each of which the writer stopped before another operation on files."""
    for operation, folder in copies(old):
        try:
            with stopping_at(operation, folder):
                write(folder)
        except StoppedError:
            yield folder
        else:
            return


def kill_everywhere(old: Path, write: Callable[[Path], None]) -> Iterator[Path]:
    """Copies of a folder in each of which the writer was killed before another operation."""
    for operation, folder in copies(old):
        if not killed_at(operation, folder, partial(write, folder)):
            return
        yield folder


def test_record_is_old_or_new_wherever_replacing_it_stops(old: Path) -> None:
    found = [require_old_or_new(folder, old) for folder in stop_everywhere(old, copy_over)]

    assert set(found) == {"old", "new"}


def test_next_writer_leaves_the_new_record_and_nothing_else(old: Path) -> None:
    for folder in stop_everywhere(old, copy_over):
        copy_over(folder)

        assert bytes_of(folder) == {**bytes_of(old.parent / "source"), **bytes_of_author()}
        assert not [*folder.glob(".*")]


@pytest.mark.slow
@pytest.mark.parametrize("stopped", [stop_everywhere, kill_everywhere])
@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_leaves_the_old_or_the_new_record(
    old: Path, writer: str, stopped: Callable[[Path, Callable[[Path], None]], Iterator[Path]]
) -> None:
    write, found = WRITERS[writer], set()

    for folder in stopped(old, write):
        found.add(require_old_or_new(folder, old))
        write(folder)
        assert ids_of(folder) == ["new"]
        assert not list(folder.glob(".*"))

    assert found == {"old", "new"}


def test_record_in_a_new_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    write_record(tmp_path / "source", NEW)
    (tmp_path / "old").mkdir()

    for folder in stop_everywhere(tmp_path / "old", copy_over):
        records = find_records(folder)

        assert not records or ids_of(folder) == ["new"]


@pytest.fixture
def unfinished(old: Path) -> Path:
    """A folder whose writer stopped when its new record was complete, and in no place yet."""
    shutil.copytree(old.parent / "source", old / NEXT)
    return old


@pytest.mark.parametrize("find", [settle, find_records, check_evaluation_output, is_finished])
def test_whoever_looks_for_a_record_finishes_it(
    unfinished: Path, find: Callable[[Path], object]
) -> None:
    with suppress(OutputError):
        find(unfinished)

    assert not (unfinished / NEXT).exists()
    assert json.loads((unfinished / "predictions.json").read_text()) == {"new": ""}


def test_push_sends_the_new_record(unfinished: Path) -> None:
    local = read_local(unfinished, PushChoice("me/model"), token=None)

    hashes = {file.path: file.sha256 for file in local.files}
    assert hashes[EVALUATION] == file_sha256(unfinished.parent / "source" / EVALUATION)


def test_records_below_a_folder_are_finished_and_found_once(unfinished: Path) -> None:
    assert find_records(unfinished.parent) == tuple(
        unfinished.parent / name for name in ("old", "source")
    )
    assert not (unfinished / NEXT).exists()


def test_record_that_is_being_written_is_not_found(old: Path) -> None:
    shutil.copytree(old, old / NEXT_PART)

    assert find_records(old) == (old,)


def test_reader_waits_for_the_process_that_finishes(
    unfinished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacement, "PATIENCE", 0)

    with locked(unfinished), pytest.raises(DataError) as caught:
        read_record(unfinished)

    assert str(caught.value) == (
        f"{unfinished}: its new record is not yet in its place, since a process was stopped, and "
        f"this could not finish that: {unfinished}: process {os.getpid()} is writing a record "
        "there; wait until it has ended, or name another folder"
    )


def test_folder_that_cannot_be_written_is_said_to_hold_a_new_record(unfinished: Path) -> None:
    (unfinished / LOCK).mkdir()

    with pytest.raises(DataError, match="its new record is not yet in its place") as caught:
        read_record(unfinished)

    assert str(caught.value).endswith(f"{unfinished / LOCK}: cannot be locked (Is a directory)")


def test_record_that_cannot_take_its_place_waits(unfinished: Path) -> None:
    (unfinished / "predictions.json").unlink()
    (unfinished / "predictions.json").mkdir()

    with pytest.raises(DataError) as caught:
        read_record(unfinished)

    assert str(caught.value).endswith(
        f"{unfinished / NEXT}: holds a whole record that cannot be put into its place (Is a "
        "directory); mend that, or remove the folder"
    )
    (unfinished / "predictions.json").rmdir()
    assert ids_of(unfinished) == ["new"]


def test_damaged_new_record_replaces_nothing(unfinished: Path) -> None:
    (unfinished / NEXT / EVALUATION).write_text("{")
    before = bytes_of(unfinished)

    with pytest.raises(DataError, match=r"cannot be put into its place \(.*\); mend that"):
        read_record(unfinished)

    assert {path.name: path.read_bytes() for path in unfinished.glob("[!.]*.*")} == before


def test_folder_of_others_is_left(old: Path) -> None:
    (old / NEXT).mkdir()
    (old / NEXT / "notes.txt").touch()

    with pytest.raises(DataError, match=r"\(Directory not empty\)"):
        read_record(old)

    assert (old / NEXT / "notes.txt").exists()


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_old_record_stays_as_it_is_when_the_block_fails(old: Path, error: BaseException) -> None:
    before = bytes_of(old)

    with pytest.raises(type(error)):
        fail_to_replace(old, error)

    assert (bytes_of(old), [*old.glob(".*")]) == (before, [])


def test_full_disk_is_reported_and_the_old_record_stays(old: Path) -> None:
    before = bytes_of(old)

    with pytest.raises(OutputError) as caught:
        fail_to_replace(old, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    assert str(caught.value) == f"{old}: cannot be written (No space left on device)"
    assert (bytes_of(old), [*old.glob(".*")]) == (before, [])


@pytest.mark.parametrize("name", RECORD)
def test_folder_in_place_of_a_file_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    with pytest.raises(OutputError) as caught, writing(tmp_path) as own, replacing_record(own):
        raise AssertionError

    assert str(caught.value) == (
        f"{tmp_path / name}: is a folder, where a file of the record goes; move it away"
    )


def test_page_of_others_stays(old: Path) -> None:
    (old / "report.html").write_text("<!doctype html>\nmine")

    copy_over(old)

    assert (old / "report.html").read_text() == "<!doctype html>\nmine"


def test_record_that_was_never_completed_is_removed_by_the_next_writer(old: Path) -> None:
    (old / NEXT_PART).mkdir()
    (old / NEXT_PART / EVALUATION).touch()
    (old / ".report.html.qareport-a1b2c3d_.part").touch()

    with writing(old):
        hidden = {path.name for path in old.glob(".*")}

    assert hidden == {LOCK}


def test_what_cannot_be_removed_is_reported(old: Path) -> None:
    (old / NEXT_PART).touch()

    with (
        pytest.raises(OutputError, match=r"part: cannot be removed \(Not a directory\)"),
        writing(old),
    ):
        raise AssertionError


@pytest.mark.parametrize("name", [LOCK, NEXT, NEXT_PART, WORK])
def test_nothing_is_written_through_a_link(old: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (old / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OutputError) as caught:
        evaluate_over(old)

    assert str(caught.value) == (
        f"{old / name}: is a symbolic link, and nothing is written through one; remove it"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert ids_of(old) == ["old"] if name != NEXT else (old / EVALUATION).exists()


def test_links_in_place_of_files_are_replaced_by_files(old: Path, tmp_path: Path) -> None:
    for name in RECORD:
        (old / name).replace(tmp_path / name)
        (old / name).symlink_to(tmp_path / name)
    before = {name: (tmp_path / name).read_bytes() for name in RECORD}

    copy_over(old)

    assert not any((old / name).is_symlink() for name in RECORD)
    assert {name: (tmp_path / name).read_bytes() for name in RECORD} == before
    assert ids_of(old) == ["new"]


def test_folder_that_is_named_may_be_a_link(old: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(old)

    copy_over(tmp_path / "link")

    assert ids_of(old) == ["new"]


def test_new_or_empty_folder_is_free_for_a_record(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    check_output(tmp_path)
    check_output(tmp_path / "new")


def test_file_cannot_be_the_folder_of_a_record(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.touch()

    with pytest.raises(OutputError) as caught:
        check_output(path)

    assert str(caught.value) == f"{path}: is a file; name a folder for the record"


@pytest.mark.parametrize("name", RECORD)
def test_folder_with_a_record_is_not_free(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(OutputError) as caught:
        check_output(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}: already holds {name}; name another folder or add --overwrite"
    )


def test_file_on_the_way_to_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"file/record: cannot be made \(Not a directory\)$"):
        copy_over(tmp_path / "file/record")


def test_the_folder_of_a_training_is_no_place_for_a_record(tmp_path: Path) -> None:
    write_record(tmp_path / "student", row(example("q", golds=("Ada",)), "Ada"))
    require_place(tmp_path)
    (tmp_path / "training.json").touch()

    with pytest.raises(OutputError, match="is the folder of a training, whose records are in fold"):
        require_place(tmp_path)


def test_a_model_with_the_facts_of_its_training_is_a_place_for_its_record(tmp_path: Path) -> None:
    (tmp_path / "training.json").touch()

    require_place(tmp_path)
