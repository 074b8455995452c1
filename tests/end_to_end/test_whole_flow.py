"""From a recipe to a published model that measures, when it comes back, what its card says."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.command_line import run_qareport
from tests.hub.pushing import Pusher, environment
from tests.training_builders import write_recipe

NAME = "someone/whole"
WINDOWS = ("--max-seq-length", 64, "--doc-stride", 8, "--device", "cpu")
WORDS = f"""
model_id = "{NAME}"
languages = ["en"]
license = "apache-2.0"
overview = "It knows a river, a mill and a baker."

[[data]]
source = "learnt.json"
id = "someone/learnt"

[[data]]
source = "asked.json"
id = "someone/asked"
"""


@pytest.mark.slow
def test_what_was_trained_is_what_comes_back_from_the_hub(pushing: Pusher, tmp_path: Path) -> None:
    run, data, records = tmp_path / "run", tmp_path / "asked.json", tmp_path / "records"
    recipe = write_recipe(tmp_path)
    score = ("--data", data, *WINDOWS, "--no-report", "--output")

    done("train", recipe, "--output", run)
    (run / "card.toml").write_text(WORDS)
    done("evaluate", run / "model", *score, records / "local")
    verdict = done("compare", run / "student", records / "local", "--format", "json")
    done("card", run)
    done("lint", run / "README.md")
    done("verify", run / "README.md", "--record", run / "student")
    done("report", run / "student", run / "baseline", "--output", run / "report.html")
    pushed = pushing.push(run, NAME)
    asked = ["evaluate", NAME, *score, records / "pushed"]
    subprocess.run(
        [sys.executable, "-m", "qareport", *map(str, asked)],
        env=environment(pushing.hub, tmp_path),
        check=True,
        capture_output=True,
    )

    assert pushed.exit_code == 0, pushed.errors
    assert "report.html" not in pushing.hub.files(NAME)
    assert [each["comparison"]["agreement"]["equal"] for each in json.loads(verdict)] == [100.0]
    assert answers_in(records / "pushed") == answers_in(records / "local")
    assert scores_in(records / "pushed") == scores_in(run / "student")


def done(*arguments: object) -> str:
    """What a command prints that must go well."""
    run = run_qareport(*arguments)
    assert run.exit_code == 0, (arguments, run.errors, run.output)
    return run.output


def answers_in(record: Path) -> Mapping[str, str]:
    """The files of answers of a record."""
    names = ("predictions.json", "null_odds.json", "nbest_predictions.json")
    return {name: (record / name).read_text() for name in names}


def scores_in(record: Path) -> object:
    """The scores of a record, and what was scored."""
    told = json.loads((record / "evaluation.json").read_text())
    return told["scores"], told["data"]["sha256"], told["model"]["weights_sha256"]
