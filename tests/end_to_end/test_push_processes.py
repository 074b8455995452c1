"""Pushes that are killed or asked about, and models that were pushed."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hub.faults import Effect, Fault
from tests.hub.pushing import (
    CARD,
    Pusher,
    environment,
    push_command,
    require_no_secret,
    wait_for,
)
from tests.squad_json import QUESTION, write_squad
from tests.tiny_models import build_tiny_model

LOAD = """
import json, sys
from huggingface_hub import ModelCard
from transformers import AutoModelForQuestionAnswering
from tests.command_line import run_qareport

folder, repository, data, output = sys.argv[1:]
local = AutoModelForQuestionAnswering.from_pretrained(folder).state_dict()
pushed = AutoModelForQuestionAnswering.from_pretrained(repository).state_dict()
options = ("--data", data, "--device", "cpu", "--output")
runs = [
    run_qareport("evaluate", model, *options, f"{output}/{number}")
    for number, model in enumerate((folder, repository))
]
print(json.dumps({
    "equal": all(bool((local[name] == pushed[name]).all()) for name in {*local, *pushed}),
    "card": ModelCard.load(repository).text.strip(),
    "errors": "".join(run.errors for run in runs if run.exit_code),
}))
"""
TORCHLESS = """
import sys
from tests.command_line import run_qareport

run = run_qareport("push", *sys.argv[1:])
print(run.exit_code, "torch" in sys.modules, "transformers" in sys.modules)
"""


@pytest.mark.slow
@pytest.mark.parametrize("route", ["upload", "commit"])
def test_a_killed_push_is_finished_by_the_next(
    pushing: Pusher, folder: Path, tmp_path: Path, route: str
) -> None:
    name = f"someone/killed-{route}"
    (folder / "model.safetensors").write_bytes(route.encode())
    pushing.hub.faults[:] = [Fault(route, Effect.SLOW, seconds=1.0)]
    with subprocess.Popen(
        push_command(folder, name, "--yes"),
        env=environment(pushing.hub, tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = {"upload": "/storage/", "commit": "/commit/"}[route]
        wait_for(lambda: any(address in request.path for request in pushing.hub.requests))
        process.send_signal(signal.SIGKILL)
    wait_for(lambda: route == "upload" or len(pushing.hub.commits) == 1)

    run = pushing.push(folder, name)

    assert run.exit_code == 0, run.errors
    assert pushing.hub.files(name)["model.safetensors"] == route.encode()
    assert len(pushing.hub.commits) == 1
    require_no_secret([], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "commits", "exit_code"), [("y\n", 1, 0), ("n\n", 0, 1)])
def test_on_a_terminal_the_plan_is_shown_and_asked_for(
    pushing: Pusher, folder: Path, tmp_path: Path, answer: str, commits: int, exit_code: int
) -> None:
    controller, terminal = pty.openpty()
    os.write(controller, answer.encode())
    with subprocess.Popen(
        push_command(folder, f"someone/asked-{answer.strip()}"),
        env={**environment(pushing.hub, tmp_path), "TERM": "dumb"},
        stdin=terminal,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    ) as process:
        ended = process.wait(timeout=600)
    os.close(terminal)
    shown = os.read(controller, 1 << 16).decode()
    os.close(controller)

    assert "push this? [y/N]:" in shown
    assert shown.index("new      model.safetensors") < shown.index("push this?")
    assert (ended, len(pushing.hub.commits)) == (exit_code, commits)
    require_no_secret([shown], tmp_path)


@pytest.mark.slow
def test_torch_is_not_loaded_for_a_push(pushing: Pusher, folder: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", TORCHLESS, str(folder), "someone/light", "--yes"],
        env=environment(pushing.hub, tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )

    assert run.stdout == "0 False False\n"


@pytest.mark.slow
def test_a_pushed_model_answers_as_the_local_one(pushing: Pusher, tmp_path: Path) -> None:
    local = build_tiny_model("bert", tmp_path / "tiny")
    (local / "README.md").write_text(CARD)
    data = write_squad(tmp_path, QUESTION)
    pushed = pushing.push(local, "someone/tiny")

    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(local), "someone/tiny", str(data), str(tmp_path)],
        env=environment(pushing.hub, tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )

    told = json.loads(run.stdout)
    records = [record_without_times(tmp_path / number) for number in ("0", "1")]
    assert pushed.exit_code == 0, pushed.errors
    assert told == {"equal": True, "card": CARD.partition("---\n\n")[2].strip(), "errors": ""}
    assert records[0] == records[1]


def record_without_times(folder: Path) -> Mapping[str, object]:
    """A record without what differs between a folder and a repository, and between two runs."""
    record = json.loads((folder / "evaluation.json").read_text())
    del record["timing"], record["sha256"], record["mark"]
    del record["model"]["name"], record["model"]["revision"]
    answers = (folder / "predictions.json", folder / "null_odds.json")
    return {**record, "answers": [path.read_text() for path in answers]}
