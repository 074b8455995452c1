"""`qareport seeds` prints what models of several seeds score together."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from tests.command_line import run_qareport
from tests.seed_builders import write_seed, write_three_seeds


def test_the_table_has_each_seed_then_mean_and_standard_deviation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")

    run = run_qareport("seeds", *write_three_seeds(tmp_path))

    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in run.output.splitlines()
        if line.startswith("│")
    ]
    assert run.exit_code == 0
    assert [row[0] for row in rows] == ["1", "2", "3", "mean of 3", "standard deviation"]
    assert [row[2] for row in rows] == ["50.00", "62.50", "75.00", "62.50", "12.50"]
    assert "The interval of the mean is for other articles and other seeds alike." in run.output


def test_the_json_is_in_percent(tmp_path: Path) -> None:
    folders = write_three_seeds(tmp_path)

    printed = json.loads(run_qareport("seeds", *folders, "--format", "json").output)

    assert printed["unit"] == "percent"
    assert [each["record"] for each in printed["models"]] == [str(folder) for folder in folders]
    assert [each["training_seed"] for each in printed["models"]] == [1, 2, 3]
    assert [each["scores"]["measures"]["exact"] for each in printed["models"]] == [50, 62.5, 75]
    assert printed["warnings"] == []
    exact = printed["scores"]["exact"]
    assert (exact["seeds"], exact["standard_deviation"]) == (3, 12.5)
    assert (exact["lowest"], exact["mean"]["estimate"], exact["highest"]) == (50.0, 62.5, 75.0)


def test_two_seeds_have_no_interval_and_a_reason(tmp_path: Path) -> None:
    first, second, _ = write_three_seeds(tmp_path)

    run = run_qareport("seeds", first, second)

    told = " ".join(run.output.split())
    assert "The mean has no interval: 2 seeds say too little about others; train 3 or more." in told


def test_one_record_is_refused(tmp_path: Path) -> None:
    first, *_ = write_three_seeds(tmp_path)

    run = run_qareport("seeds", first)

    assert run.exit_code == 1
    assert run.errors == (
        "Error: one model has no spread between seeds; give the records of two or more\n"
    )


def test_an_unknown_seed_is_a_warning(tmp_path: Path) -> None:
    folders = [
        write_seed(tmp_path / weights, right=right, weights=weights)
        for weights, right in (("w1", 3), ("w2", 4))
    ]

    run = run_qareport("seeds", *folders, "--format", "json")

    warnings = [
        f"{folder}: the seed of the training is not known, so nothing shows that the models differ "
        "by their seed alone"
        for folder in folders
    ]
    assert json.loads(run.output)["warnings"] == warnings
    assert run.errors.splitlines() == [f"Warning: {warning}" for warning in warnings]


def test_other_options_are_refused(tmp_path: Path) -> None:
    first, second, _ = write_three_seeds(tmp_path)
    evaluation = read_evaluation(second / EVALUATION)
    options = replace(evaluation.options, max_answer_length=7)
    write_evaluation(replace(evaluation, options=options), second / EVALUATION)

    run = run_qareport("seeds", first, second)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {first} and {second}: max_answer_length differs: 7 here and 30 in the reference\n"
    )
