"""`qareport check` ends well when every score is high enough, and with exit code 3 otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.types import Exclusion
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from tests.builders import example
from tests.command_line import Run, run_qareport
from tests.row_builders import row, write_record

HAS_ANSWER = example("h", context="red fox", golds=("red fox",))
NO_ANSWER = example("n")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with F1 83.33 and exact match 50."""
    folder = tmp_path_factory.mktemp("record")
    return write_record(folder, row(HAS_ANSWER, "red"), row(NO_ANSWER))


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the same data with F1 and exact match 100."""
    folder = tmp_path_factory.mktemp("baseline")
    return write_record(folder, row(HAS_ANSWER, "red fox"), row(NO_ANSWER))


def cells(run: Run) -> list[list[str]]:
    """The rows of the printed table, its headings first."""
    rows = [line for line in run.output.splitlines() if line[0] in "┃│"]
    return [
        [cell.strip() for cell in line.strip("┃│").replace("┃", "│").split("│")] for line in rows
    ]


def test_scores_that_are_high_enough_end_well(record: Path) -> None:
    run = run_qareport("check", record, "--min", "f1=83.3", "--min", "NoAns_exact=100")

    assert run.exit_code == 0
    assert run.errors == ""
    assert cells(run) == [
        ["Score", "At least", "Found", ""],
        ["f1", "83.30", "83.33", "ok"],
        ["NoAns_exact", "100.00", "100.00", "ok"],
    ]


def test_the_judgement_says_of_which_data_it_is(record: Path, tmp_path: Path) -> None:
    partial = write_record(tmp_path / "partial", row(HAS_ANSWER, "red"), row(NO_ANSWER))
    evaluation = read_evaluation(partial / EVALUATION)
    left_out = replace(
        evaluation, exclusions=(Exclusion("--limit 2", 7),), questions_read=9, is_partial=True
    )
    write_evaluation(left_out, partial / EVALUATION)

    whole, part = (
        run_qareport("check", folder, "--min", "f1=10").output.splitlines()
        for folder in (record, partial)
    )

    assert whole[-1] == f"data: data.json, examples {evaluation.data.sha256[:12]}"
    assert part[-2:] == [whole[-1], "PARTIAL: 7 of 9 questions left out, --limit 2"]


def test_scores_that_are_too_low_are_named_and_end_with_3(record: Path) -> None:
    run = run_qareport(
        "check", record, "--min", "exact=60", "--min", "f1=80", "--min", "HasAns_f1=66.7"
    )

    assert run.exit_code == 3
    assert run.errors == f"Error: {record}: too low: exact, HasAns_f1\n"
    assert cells(run)[1:] == [
        ["exact", "60.00", "50.00", "too low"],
        ["f1", "80.00", "83.33", "ok"],
        ["HasAns_f1", "66.70", "66.67", "too low"],
    ]


@pytest.mark.parametrize(("drop", "exit_code"), [("exact=50", 0), ("exact=49", 3)])
def test_a_score_may_drop_as_far_as_it_says_and_no_further(
    record: Path, baseline: Path, drop: str, exit_code: int
) -> None:
    run = run_qareport("check", record, "--baseline", baseline, "--max-drop", drop)

    assert run.exit_code == exit_code


def test_floors_are_judged_before_drops(record: Path, baseline: Path) -> None:
    run = run_qareport(
        "check", record, "--baseline", baseline, "--max-drop", "f1=20", "--min", "exact=50"
    )

    assert run.exit_code == 0
    assert cells(run)[1:] == [
        ["exact", "50.00", "50.00", "ok"],
        ["f1, against the baseline", "80.00", "83.33", "ok"],
    ]


def test_figures_that_differ_are_shown_with_as_many_digits_as_tell_them_apart(record: Path) -> None:
    run = run_qareport("check", record, "--min", "f1=83.3334")

    assert run.exit_code == 3
    assert cells(run)[1:] == [["f1", "83.3334", "83.3333", "too low"]]
