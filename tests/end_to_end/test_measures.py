"""A measure that was asked for is carried from the score to the card, and checked there."""

import json
import shutil
from pathlib import Path

import pytest

from qareport.evaluation.record.reader import read_record
from tests.command_line import run_qareport
from tests.rescoring_builders import EXAMPLES, OPTIONS, WINDOWS, write_found

FOUND = "50.00"
"""Of "contains": "der Hund" holds the gold answer, and the other question has none."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that was scored again with "contains"."""
    folder = tmp_path_factory.mktemp("measures")
    plain = write_found(folder / "plain", EXAMPLES, WINDOWS, OPTIONS)
    run = run_qareport("rescore", plain, "--measure", "contains", "--output", folder / "record")
    assert run.exit_code == 0
    assert "measures: exact, f1 -> exact, f1, contains" in run.output.splitlines()
    return folder / "record"


def test_the_record_has_it_for_each_question_and_for_all(record: Path) -> None:
    read = read_record(record)

    assert [row.score.measures["contains"] for row in read.rows] == [1, 0]
    assert read.evaluation.scores.overall.measures["contains"] == 0.5
    assert read.evaluation.intervals.overall["contains"].n == 2


def test_scoring_again_keeps_it(record: Path) -> None:
    run = run_qareport("rescore", record, "--null-threshold", "0", "--format", "json")

    assert "contains" in json.loads(run.output)["scores"]["overall"]["measures"]


def test_the_token_level_protocol_has_none(record: Path) -> None:
    run = run_qareport("rescore", record, "--protocol", "haystack-token", "--measure", "contains")

    assert run.exit_code == 2
    assert run.errors.startswith("Error: --measure: haystack-token has fixed rules; ")


@pytest.mark.parametrize("command", [("analyse",), ("rescore",)], ids=["analyse", "rescore"])
def test_tables_have_a_column_for_it(record: Path, command: tuple[str, ...]) -> None:
    run = run_qareport(*command, record)

    assert "Contains" in run.output


def test_two_records_are_compared_by_it(record: Path) -> None:
    both = run_qareport("compare", record, record, "--format", "json")
    one = run_qareport("compare", record.parent / "plain", record, "--format", "json")

    (of_both,), (of_one,) = json.loads(both.output), json.loads(one.output)
    assert list(of_both["comparison"]["overall"]["intervals"]) == ["exact", "f1", "contains"]
    assert list(of_one["comparison"]["overall"]["intervals"]) == ["exact", "f1"]


def test_a_gate_may_ask_for_it(record: Path) -> None:
    assert run_qareport("check", record, "--min", "contains=50").exit_code == 0
    assert run_qareport("check", record, "--min", "contains=51").exit_code == 3


def test_the_page_shows_it_below_the_headline(record: Path) -> None:
    run_qareport("report", record, "--overwrite")

    page = (record / "report.html").read_text(encoding="utf-8")
    assert ">Contains</th>" in page
    assert "Contains, %" not in page


def test_the_card_states_it_and_verify_checks_it(record: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(record, folder)
    run_qareport("card", folder, "--no-run")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    (row,) = (line for line in text.splitlines() if line.startswith("| All questions"))
    assert FOUND in row

    true = run_qareport("verify", card)
    card.write_text(text.replace(row, row.replace(f"| {FOUND} |", "| 60.00 |")), encoding="utf-8")
    wrong = run_qareport("verify", card)

    assert (true.exit_code, wrong.exit_code) == (0, 3)
    assert "contains" in wrong.output
