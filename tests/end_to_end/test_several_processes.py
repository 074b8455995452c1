"""Several processes answer what one answers, and what they lose on the way is answered again."""

from pathlib import Path

import pytest

from tests.launched_evaluations import ALONE, BY_TRIAL, CASES, HANGING, LOSSES, SHARED, record_of

pytestmark = pytest.mark.slow


def codes_of(case: Path, run: str) -> list[int]:
    """The exit codes of all processes of a run, less than 0 for the signals that killed them."""
    count = len(list(case.glob(f"{run}.*.code")))
    return [int((case / f"{run}.{rank}.code").read_text()) for rank in range(count)]


def said_by(case: Path, run: str, rank: int) -> str:
    """What a process put on standard output and standard error."""
    return "".join((case / f"{run}.{rank}.{stream}").read_text() for stream in ("out", "err"))


@pytest.mark.parametrize("name", [*SHARED, *LOSSES])
def test_record_has_the_bytes_of_one_process(launched: Path, name: str) -> None:
    assert codes_of(launched / ALONE, "first") == [0]
    assert record_of(launched / name / "record") == record_of(launched / ALONE / "record")


@pytest.mark.parametrize("name", SHARED)
def test_first_process_alone_speaks(launched: Path, name: str) -> None:
    case = launched / name

    assert codes_of(case, "first") == [0] * CASES[name].processes
    assert "questions/s" in said_by(case, "first", 0)
    for rank in range(1, CASES[name].processes):
        assert said_by(case, "first", rank) == ""


def test_all_take_the_engine_that_the_first_one_chose(launched: Path) -> None:
    assert codes_of(launched / BY_TRIAL, "first") == [0, 0]
    assert "engine auto takes" in said_by(launched / BY_TRIAL, "first", 0)
    assert said_by(launched / BY_TRIAL, "first", 1) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown normaliser", "no normaliser 'klingon'"),
        ("unknown option", "No such option: --klingon"),
        ("window too long", "100000 tokens are longer"),
    ],
)
def test_refusal_is_told_once_and_ends_all(launched: Path, name: str, words: str) -> None:
    case = launched / name

    assert codes_of(case, "first") == [2, 2]
    assert words in said_by(case, "first", 0)
    assert said_by(case, "first", 1) == ""


@pytest.mark.parametrize("name", ["helper killed", "one of three helpers killed"])
def test_lost_helper_ends_the_run_in_a_sentence(launched: Path, name: str) -> None:
    case = launched / name
    work = case / "record/.work"

    (sentence,) = said_by(case, "first", 0).splitlines()
    assert codes_of(case, "first") == [
        -9 if rank == len(codes_of(case, "first")) // 2 else 1
        for rank in range(CASES[name].processes)
    ]
    assert sentence.startswith("Error: a process that shares the work has ended or hangs (")
    assert sentence.endswith(
        f"); what is answered is kept in {work}, and the same command goes on from there"
    )


def test_lost_leader_ends_its_helpers(launched: Path) -> None:
    assert codes_of(launched / "leader killed", "first") == [-9, 1]
    assert codes_of(launched / "leader terminated", "first") == [143, 1]


@pytest.mark.parametrize("name", LOSSES)
def test_any_number_of_processes_goes_on(launched: Path, name: str) -> None:
    case = launched / name

    assert codes_of(case, "second") == [0] * (CASES[name].processes_again or 0)
    assert said_by(case, "second", 0).count(".work: goes on with ") == 1
    assert not (case / "record/.work").exists()


def test_process_that_hangs_is_missed_in_the_end(launched: Path) -> None:
    assert codes_of(launched / HANGING, "first") == [1, -9]
    assert said_by(launched / HANGING, "first", 0).startswith(
        "a process that shares the work has ended or hangs (Timed out waiting 2000ms"
    )
