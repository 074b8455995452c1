"""Several processes answer what one answers, and what they lose on the way is answered again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launched_evaluations import ALONE, CASES, HANGING, LOSSES, SHARED

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all runs ended with."""
    folder = tmp_path_factory.mktemp("launched")
    run = subprocess.run(
        [sys.executable, "-m", "tests.launched_evaluations", str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return folder


def codes_of(case: Path, run: str) -> list[int]:
    """The exit codes of all processes of a run, less than 0 for the signals that killed them."""
    count = len(list(case.glob(f"{run}.*.code")))
    return [int((case / f"{run}.{rank}.code").read_text()) for rank in range(count)]


def said_by(case: Path, run: str, rank: int) -> str:
    """What a process put on standard output and standard error."""
    return "".join((case / f"{run}.{rank}.{stream}").read_text() for stream in ("out", "err"))


def record_of(folder: Path) -> dict[str, object]:
    """The content of every file of a record, the evaluation without its timing."""
    record: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    evaluation = json.loads((folder / "evaluation.json").read_text())
    for name in ("started", "seconds", "examples_per_second"):
        del evaluation["timing"][name]
    return {**record, "evaluation.json": evaluation}


@pytest.mark.parametrize("name", [*SHARED, *LOSSES])
def test_record_has_the_bytes_of_one_process(results: Path, name: str) -> None:
    assert codes_of(results / ALONE, "first") == [0]
    assert record_of(results / name / "record") == record_of(results / ALONE / "record")


@pytest.mark.parametrize("name", SHARED)
def test_first_process_alone_speaks(results: Path, name: str) -> None:
    case = results / name

    assert codes_of(case, "first") == [0] * CASES[name].processes
    assert "questions/s" in said_by(case, "first", 0)
    for rank in range(1, CASES[name].processes):
        assert said_by(case, "first", rank) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown normaliser", "no normaliser 'klingon'"),
        ("unknown option", "No such option: --klingon"),
        ("window too long", "100000 tokens are longer"),
    ],
)
def test_refusal_is_told_once_and_ends_all(results: Path, name: str, words: str) -> None:
    case = results / name

    assert codes_of(case, "first") == [2, 2]
    assert words in said_by(case, "first", 0)
    assert said_by(case, "first", 1) == ""


@pytest.mark.parametrize("name", ["helper killed", "one of three helpers killed"])
def test_lost_helper_ends_the_run_in_a_sentence(results: Path, name: str) -> None:
    case = results / name
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


def test_lost_leader_ends_its_helpers(results: Path) -> None:
    assert codes_of(results / "leader killed", "first") == [-9, 1]
    assert codes_of(results / "leader terminated", "first") == [143, 1]


@pytest.mark.parametrize("name", LOSSES)
def test_any_number_of_processes_goes_on(results: Path, name: str) -> None:
    case = results / name

    assert codes_of(case, "second") == [0] * (CASES[name].processes_again or 0)
    assert said_by(case, "second", 0).count(".work: goes on with ") == 1
    assert not (case / "record/.work").exists()


def test_process_that_hangs_is_missed_in_the_end(results: Path) -> None:
    assert codes_of(results / HANGING, "first") == [1, -9]
    assert said_by(results / HANGING, "first", 0).startswith(
        "a process that shares the work has ended or hangs (Timed out waiting 2000ms"
    )


def test_torchrun_shares_an_evaluation(results: Path, tmp_path: Path) -> None:
    arguments = [
        *("-m", "qareport", "evaluate", results / "model", "--data", results / "data.json"),
        *("--output", tmp_path, "--device", "cpu", "--dtype", "float32", "--batch-tokens", "64"),
        *("--no-report", "--format", "json"),
    ]
    here = {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}

    run = subprocess.run(
        [sys.executable, *TORCHRUN, *map(str, arguments)],
        env=os.environ | here,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(run.stdout) == json.loads((tmp_path / "evaluation.json").read_text())
    assert record_of(tmp_path) == record_of(results / ALONE / "record")
