"""Processes of torchrun and accelerate end as one does, on one machine or several, or clearly."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from qareport.data.files import file_sha256
from qareport.evaluation.training_json import STUDENT, read_facts
from tests.command_line import run_qareport
from tests.fitting_builders import without_clock
from tests.launched_evaluations import ALONE, HOST, evaluate_into, record_of
from tests.percent_json import printed_of_file
from tests.repository import ROOT
from tests.training_builders import run_recipe, write_recipe
from trainer.run_folder import RunFolder

pytestmark = pytest.mark.slow

TORCHRUN = ("-m", "torch.distributed.run")
TWO_HERE = (*TORCHRUN, "--standalone", "--nproc-per-node=2")
ACCELERATE = (
    *("-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes=2", "--num_machines=1"),
    *("--mixed_precision=no", "--dynamo_backend=no", "--main_process_port=0"),
)
QAREPORT = ("-m", "qareport")
LONGEST_SECONDS = 900
CHANGES = (
    "baseline=false",
    "distillation.training.epochs=5",
    "distillation.training.head_dropout=0",
)
"""Of a recipe; without chance in its layers, two processes learn what one learns."""
GOES_ON = "and the same command goes on from there"
GOES_ON_LEARNING = "; the same command goes on with the run"


def start(launcher: Sequence[str], *words: object) -> subprocess.Popen[str]:
    """The launcher, starting what the words say."""
    return subprocess.Popen(
        [sys.executable, *launcher, *map(str, words)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(launcher: Sequence[str], *words: object) -> subprocess.CompletedProcess[str]:
    """How it ended, and what it and its processes said."""
    with start(launcher, *words) as process:
        output, errors = process.communicate(timeout=LONGEST_SECONDS)
    return subprocess.CompletedProcess(launcher, process.returncode, output, errors)


def is_running(process_id: int) -> bool:
    """Whether there is such a process."""
    with suppress(ProcessLookupError):
        os.kill(process_id, 0)
        return True
    return False


def test_two_machines_share_an_evaluation(launched: Path, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
    machines = [
        (*TORCHRUN, "--nnodes=2", f"--node-rank={number}", f"--master-addr={HOST}")
        for number in range(2)
    ]
    words = (f"--master-port={port}", *QAREPORT, *evaluate_into(tmp_path, launched), "--format")

    with start(machines[1], *words, "json") as second:
        first = run(machines[0], *words, "json")
        second_output, second_errors = second.communicate(timeout=LONGEST_SECONDS)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second_errors
    assert json.loads(first.stdout) == printed_of_file(tmp_path / "evaluation.json")
    assert second_output == ""
    assert record_of(tmp_path) == record_of(launched / ALONE / "record")


def test_accelerate_shares_an_evaluation(launched: Path, tmp_path: Path) -> None:
    pytest.importorskip("accelerate", reason="accelerate is not installed: pip install '.[train]'")

    ended = run(ACCELERATE, *QAREPORT, *evaluate_into(tmp_path, launched))

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("questions/s") == 1
    assert record_of(tmp_path) == record_of(launched / ALONE / "record")


def test_lost_process_costs_nothing_that_was_answered(launched: Path, tmp_path: Path) -> None:
    ids, record = tmp_path / "ids", tmp_path / "record"
    ids.mkdir()
    words = ("-m", "tests.losing_worker", ids, *evaluate_into(record, launched))

    lost = run(TWO_HERE, *words)
    process_ids = [int(path.read_text()) for path in ids.iterdir()]
    kept = len(list(record.glob(".work/*.shard")))
    again = run_qareport(*evaluate_into(record, launched))

    # Whoever is first, torchrun by its signal or the lost connection, ends the first process.
    sentences = re.findall("^(?:Stopped|Error): .*", lost.stderr, flags=re.MULTILINE)
    assert lost.returncode == 1
    assert [sentence.endswith(GOES_ON) for sentence in sentences] == [True], lost.stderr
    assert "traceback : Signal 9 (SIGKILL) received" in lost.stderr
    assert len(process_ids) == 2
    assert not any(map(is_running, process_ids))
    assert kept >= 2
    assert again.exit_code == 0, again.errors
    assert again.errors.count(".work: goes on with ") == 1
    assert record_of(record) == record_of(launched / ALONE / "record")


def train_into(run_folder: RunFolder, recipe: Path) -> tuple[object, ...]:
    """The arguments of a command that makes ten checkpoints of one model."""
    return ("train", recipe, "--output", run_folder.path, *(f"--set={each}" for each in CHANGES))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """What two processes of torchrun learn when none is lost."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run_folder = RunFolder(folder / "run")
    ended = run(TWO_HERE, *QAREPORT, *train_into(run_folder, write_recipe(folder)))
    assert ended.returncode == 0, ended.stderr
    return run_folder


def test_two_processes_learn_what_one_learns(undisturbed: RunFolder, tmp_path: Path) -> None:
    alone = run_recipe(write_recipe(tmp_path), tmp_path / "alone", *CHANGES)

    together = read_facts(undisturbed.facts)
    for ours, theirs in zip(together.stages, alone.facts.stages, strict=True):
        assert ours.processes == 2
        assert [point.loss for point in ours.loss_curve] == pytest.approx(
            [point.loss for point in theirs.loss_curve], abs=1e-5
        )


def test_lost_process_costs_nothing_that_was_learnt(undisturbed: RunFolder, tmp_path: Path) -> None:
    ids, run_folder = tmp_path / "ids", RunFolder(tmp_path / "run")
    ids.mkdir()
    words = ("-m", "tests.losing_worker", ids, *train_into(run_folder, write_recipe(tmp_path)))

    restarted = run((*TWO_HERE, "--max-restarts=1"), *words)

    assert restarted.returncode == 0, restarted.stderr
    # torchrun may be faster to end the first process than the lost connection.
    sentences = re.findall("^Error: .*", restarted.stderr, flags=re.MULTILINE)
    assert all(sentence.endswith(GOES_ON_LEARNING) for sentence in sentences), restarted.stderr
    assert "]: Traceback" not in restarted.stderr
    assert restarted.stderr.count("teacher's logits: 8 of 8") == 2
    assert restarted.stderr.count("student 1: 1 of 20") == 1
    facts, expected = read_facts(run_folder.facts), read_facts(undisturbed.facts)
    assert [*map(without_clock, facts.stages)] == [*map(without_clock, expected.stages)]
    assert weights(run_folder) == weights(undisturbed)


def weights(run_folder: RunFolder) -> str:
    """Of the student."""
    return file_sha256(run_folder.model(STUDENT) / "model.safetensors")


def test_torchrun_ends_with_the_reason_why_a_recipe_is_refused() -> None:
    ended = run(TWO_HERE, *QAREPORT, "train", "missing.toml", "--output", "nowhere")

    *_, reason, border = ended.stderr.rstrip().splitlines()
    assert ended.returncode == 1
    assert reason.startswith("  traceback : missing.toml: neither a file nor a shipped recipe (")
    assert set(border) == {"="}


def test_torchrun_ends_with_the_reason_of_a_refusal() -> None:
    ended = run(TWO_HERE, *QAREPORT, "suite", "suite.toml", "--output", "nowhere")

    *_, reason, border = ended.stderr.rstrip().splitlines()
    assert ended.returncode == 1
    assert reason.startswith("  traceback : 2 processes were launched together, and 'suite' is")
    assert set(border) == {"="}
    assert len(re.findall("^Error: ", ended.stderr, flags=re.MULTILINE)) == 1
