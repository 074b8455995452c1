"""An evaluation that is stopped at any moment and started again ends as an undisturbed one does."""

import json
from pathlib import Path

import pytest

from tests.killed_evaluations import (
    FULL_DISK,
    INTERRUPTED,
    KILLS,
    NO_ROOM_FOR_RECORD,
    NO_ROOM_FOR_SHARD,
    TERMINATED,
    UNDISTURBED,
)
from tests.prepared_once import prepared_by

pytestmark = pytest.mark.slow

MOMENTS = [f"killed {number}" for number in range(KILLS)]


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all runs ended with."""
    folder, _ = prepared_by("killed_evaluations", tmp_path_factory)
    assert code_of(folder / UNDISTURBED, "first") == 0
    return folder


def code_of(case: Path, run: str) -> int:
    """The exit code of a run, or less than 0 for the signal that killed it."""
    return int((case / f"{run}.code").read_text())


def errors_of(case: Path, run: str) -> str:
    """What a run put on standard error."""
    return (case / f"{run}.err").read_text()


def record_of(case: Path) -> dict[str, object]:
    """The content of every file of a case's record, the evaluation without its timing."""
    files = (case / "record").glob("[!.]*")
    record: dict[str, object] = {path.name: path.read_bytes() for path in files}
    evaluation = json.loads((case / "record/evaluation.json").read_text())
    del evaluation["timing"], evaluation["sha256"], evaluation["mark"]
    return {**record, "evaluation.json": evaluation}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_run_ends_with_the_bytes_of_an_undisturbed_one(results: Path, moment: str) -> None:
    case = results / moment

    assert code_of(case, "first") == -9
    assert record_of(case) == record_of(results / UNDISTURBED)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_run_goes_on_unless_its_record_was_finished(results: Path, moment: str) -> None:
    case = results / moment

    if code_of(case, "second") == 0:
        assert list((case / "record").glob(".*")) == []
    else:
        assert errors_of(case, "second") == (
            f"Error: {case / 'record'}: already holds evaluation.json; name another folder or "
            "add --overwrite\n"
        )


def test_killed_runs_stop_before_between_and_after_their_shards(results: Path) -> None:
    told = [errors_of(results / moment, "second") for moment in MOMENTS]

    reused = {line.split(": ")[-1] for line in "".join(told).splitlines() if "goes on" in line}
    assert len(reused) > 2
    assert "" in told


@pytest.mark.parametrize(("case", "code"), [(INTERRUPTED, 130), (TERMINATED, 143)])
def test_run_that_is_told_to_stop_says_that_it_goes_on(results: Path, case: str, code: int) -> None:
    work = results / case / "record/.work"

    assert code_of(results / case, "first") == code
    assert errors_of(results / case, "first") == (
        f"Stopped: what is answered is kept in {work}, and the same command goes on from there\n"
    )
    assert errors_of(results / case, "second").startswith(f"Note: {work}: goes on with ")
    assert record_of(results / case) == record_of(results / UNDISTURBED)


@pytest.mark.parametrize("case", [NO_ROOM_FOR_RECORD, NO_ROOM_FOR_SHARD, FULL_DISK])
def test_full_disk_ends_in_a_sentence_and_loses_nothing(results: Path, case: str) -> None:
    if not (results / case / "first.code").exists():
        pytest.skip("no disk can be mounted here")

    (sentence,) = errors_of(results / case, "first").splitlines()
    assert code_of(results / case, "first") == 1
    assert sentence.startswith(f"Error: {results / case / 'record'}/")
    assert sentence.endswith(
        "; once that is fixed, the same command continues from what is answered"
    )
    assert code_of(results / case, "second") == 0
    assert record_of(results / case) == record_of(results / UNDISTURBED)


@pytest.mark.parametrize("case", [NO_ROOM_FOR_RECORD, FULL_DISK])
def test_shards_that_found_room_are_used_again(results: Path, case: str) -> None:
    if not (results / case / "first.code").exists():
        pytest.skip("no disk can be mounted here")

    assert ".work: goes on with " in errors_of(results / case, "second")
