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

from qareport.files import file_sha256
from qareport.training_facts import STUDENT, read_facts
from tests.fitting_builders import without_clock
from tests.launched_evaluations import ALONE, HOST, evaluate_into, record_of
from tests.training_builders import write_recipe
from trainer.workplace import Workplace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TORCHRUN = ("-m", "torch.distributed.run")
TWO_HERE = (*TORCHRUN, "--standalone", "--nproc-per-node=2")
ACCELERATE = (
    *("-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes=2", "--num_machines=1"),
    *("--mixed_precision=no", "--dynamo_backend=no", "--main_process_port=0"),
)
QAREPORT = ("-m", "qareport")
LONGEST_SECONDS = 900
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
    assert json.loads(first.stdout) == json.loads((tmp_path / "evaluation.json").read_text())
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
    restarted = run((*TWO_HERE, "--max-restarts=1"), *words)

    # Whoever is first, torchrun by its signal or the lost connection, ends the first process.
    sentences = re.findall("^(?:Stopped|Error): .*", lost.stderr, flags=re.MULTILINE)
    assert lost.returncode == 1
    assert [sentence.endswith(GOES_ON) for sentence in sentences] == [True], lost.stderr
    assert "traceback : Signal 9 (SIGKILL) received" in lost.stderr
    assert len(process_ids) == 2
    assert not any(map(is_running, process_ids))
    assert kept >= 2
    assert restarted.returncode == 0, restarted.stderr
    assert restarted.stderr.count(".work: goes on with ") == 2
    assert record_of(record) == record_of(launched / ALONE / "record")


def train_into(place: Workplace, recipe: Path) -> tuple[object, ...]:
    """The arguments of a command that makes ten checkpoints of one model."""
    changes = ("--set", "baseline=false", "--set", "distillation.training.epochs=5")
    return ("train", recipe, "--output", place.folder, *changes)


def test_lost_process_costs_nothing_that_was_learnt(tmp_path: Path) -> None:
    ids, recipe = tmp_path / "ids", write_recipe(tmp_path)
    ids.mkdir()
    undisturbed, place = Workplace(tmp_path / "undisturbed"), Workplace(tmp_path / "run")
    words = ("-m", "tests.losing_worker", ids, *train_into(place, recipe))

    alone = run(TWO_HERE, *QAREPORT, *train_into(undisturbed, recipe))
    lost = run(TWO_HERE, *words)
    restarted = run((*TWO_HERE, "--max-restarts=1"), *words)

    assert alone.returncode == 0, alone.stderr
    assert lost.returncode == 1
    assert "traceback : Signal 9 (SIGKILL) received" in lost.stderr
    # torchrun may be faster to end the first process than the lost connection.
    sentences = re.findall("^Error: .*", lost.stderr, flags=re.MULTILINE)
    assert all(sentence.endswith(GOES_ON_LEARNING) for sentence in sentences), lost.stderr
    assert "]: Traceback" not in lost.stderr
    assert restarted.returncode == 0, restarted.stderr
    assert restarted.stderr.count("teacher's logits: 8 of 8") == 2
    assert "student 1: 1 of 20" not in restarted.stderr
    facts, expected = read_facts(place.facts), read_facts(undisturbed.facts)
    assert [*map(without_clock, facts.stages)] == [*map(without_clock, expected.stages)]
    assert weights(place) == weights(undisturbed)


def weights(place: Workplace) -> str:
    """Of the student."""
    return file_sha256(place.model(STUDENT) / "model.safetensors")


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
