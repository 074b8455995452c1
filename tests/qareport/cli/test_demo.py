"""The demo makes all that qareport makes of a model, of what comes along."""

import json
from pathlib import Path

import pytest

from tests.command_line import run_qareport


@pytest.mark.slow
def test_the_demo_leaves_a_record_a_report_and_a_card_that_agree(tmp_path: Path) -> None:
    output = tmp_path / "demo"

    run = run_qareport("demo", "--output", output)
    again = run_qareport("demo", "--output", output)
    check = run_qareport("card", output, "--check")

    assert run.exit_code == 0, run.errors
    scores = json.loads((output / "evaluation.json").read_text())["scores"]
    assert scores["overall"]["n"] == 240
    assert scores["has_answer"]["measures"]["f1"] > 0.5
    assert scores["no_answer"]["measures"]["exact"] > 0.5
    assert run.output.rstrip().endswith(
        f"open {output / 'report.html'} in a browser, and read {output / 'README.md'}"
    )
    assert (output / "report.html").is_file()
    assert check.exit_code == 0
    assert again.exit_code != 0
    assert "--overwrite" in again.errors
