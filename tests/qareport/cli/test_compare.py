"""`qareport compare` holds records against a reference and tells how surely they differ."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.percent import in_percent
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from tests.builders import example
from tests.command_line import run_qareport
from tests.row_builders import row, write_record

GOLDS = ("owl",)
ASKED = (
    example("h1", context="owl hen", golds=GOLDS, title="a"),
    example("h2", context="owl hen", golds=GOLDS, title="b"),
    example("n", context="owl hen", title="c"),
)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the records of a reference, a copy of it and a better model."""
    root = tmp_path_factory.mktemp("records")
    for name, texts in {
        "reference": ("owl", "hen", "hen"),
        "copy": ("owl", "hen", "hen"),
        "better": ("owl", "hen", ""),
    }.items():
        rows = [row(asked, text) for asked, text in zip(ASKED, texts, strict=True)]
        write_record(root / name, *rows)
    return root


REPRODUCED = "reproduced within 0.5 points: every score is the same"


def verdicts(*arguments: object) -> list[str]:
    """The verdict on F1 of each record."""
    run = run_qareport("compare", *arguments, "--format", "json")
    return [each["comparison"]["equivalences"]["f1"]["verdict"] for each in json.loads(run.output)]


def test_a_copy_is_reproduced(records: Path) -> None:
    run = run_qareport("compare", records / "reference", records / "copy")

    assert run.exit_code == 0
    assert run.errors == ""
    heading, data = run.output.splitlines()[:2]
    assert heading == f"{records}/copy against {records}/reference"
    assert data.startswith("data: data.json, examples ")
    assert run.output.splitlines()[-3:] == [
        "equal answers: 100.0 % of 3 questions",
        f"exact match {REPRODUCED}",
        f"F1 {REPRODUCED}",
    ]


def test_the_tables_tell_the_difference_and_who_is_right(records: Path) -> None:
    run = run_qareport("compare", records / "reference", records / "better")

    lines = [line for line in run.output.splitlines() if line[0] == "│"]
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines]
    assert rows[0][:3] == ["All questions", "3", "+33.33"]
    assert [row[0] for row in rows[1:]] == ["All questions", "HasAns", "NoAns"]


def test_every_record_is_held_against_the_reference(records: Path) -> None:
    run = run_qareport(
        "compare", records / "reference", records / "copy", records / "better", "--format", "json"
    )

    held = json.loads(run.output)
    assert [(each["unit"], each["record"], each["reference"]) for each in held] == [
        ("percent", f"{records}/copy", f"{records}/reference"),
        ("percent", f"{records}/better", f"{records}/reference"),
    ]
    assert [each["comparison"]["overall"]["intervals"]["exact"]["estimate"] for each in held] == [
        0,
        in_percent(1 / 3),
    ]


def test_too_few_articles_give_no_verdict_and_say_why(records: Path) -> None:
    both = (records / "reference", records / "better")

    run = run_qareport("compare", *both)

    assert verdicts(*both) == [None]
    assert run.output.splitlines()[-1] == (
        "F1: no verdict; its questions are of 3 articles, and fewer than 8 say too little about "
        "others; ask questions of more articles, over which --sample spreads "
        "them where the data has more"
    )


def test_the_margin_is_in_points_and_decides(distilled: Path) -> None:
    both = (distilled / "teacher", distilled / "student")

    assert verdicts(*both) == ["undecided"]
    assert verdicts(*both, "--margin", 100) == ["reproduced"]
    assert verdicts(*both, "--margin", "100 %") == ["reproduced"]


@pytest.fixture
def distilled(tmp_path: Path) -> Path:
    """Records of a teacher, a student and a baseline on questions of eight articles."""
    asked = [
        example(f"q{place}", context="owl hen", golds=GOLDS, title=f"t{place}")
        for place in range(8)
    ]
    for name, right in {"teacher": 8, "student": 6, "baseline": 1}.items():
        texts = ["owl"] * right + ["hen"] * (8 - right)
        rows = [row(each, text) for each, text in zip(asked, texts, strict=True)]
        write_record(tmp_path / name, *rows)
    return tmp_path


def test_the_recovered_gap_is_told_when_teacher_and_baseline_are_named(distilled: Path) -> None:
    run = run_qareport(
        "compare",
        distilled / "baseline",
        distilled / "student",
        *("--teacher", distilled / "teacher", "--baseline", distilled / "baseline"),
    )

    exact, f1 = run.output.splitlines()[-2:]
    assert exact.startswith("recovered gap, exact: 71 % of +87.50 points, 95 % ")
    assert f1.startswith("recovered gap, F1: 71 % of +87.50 points, 95 % ")


def test_without_a_sure_gap_there_is_no_share(distilled: Path) -> None:
    run = run_qareport(
        "compare",
        distilled / "baseline",
        distilled / "student",
        *("--teacher", distilled / "student", "--baseline", distilled / "teacher"),
    )

    assert run.output.splitlines()[-1] == (
        "recovered gap, F1: the teacher is not above the baseline by more than the interval of "
        "their difference, so no share of the gap can be given"
    )


def test_the_gap_is_in_the_json(distilled: Path) -> None:
    run = run_qareport(
        "compare",
        distilled / "baseline",
        distilled / "student",
        *("--teacher", distilled / "teacher", "--baseline", distilled / "baseline"),
        *("--format", "json"),
    )

    (told,) = json.loads(run.output)
    assert told["gap"]["f1"]["share"]["estimate"] == in_percent(5 / 7)


def test_the_figures_of_the_printed_table_are_in_the_json(records: Path) -> None:
    run = run_qareport("compare", records / "reference", records / "better", "--format", "json")

    (told,) = json.loads(run.output)
    overall = told["comparison"]["right_wrong"]["overall"]
    assert (overall["n"], overall["kept_share"], overall["won_share"]) == (3, 100.0, 50.0)
    assert overall["p_value"] is None


def test_quantiles_of_the_null_bias_name_their_levels_in_the_json(records: Path) -> None:
    run = run_qareport("compare", records / "reference", records / "copy", "--format", "json")

    (told,) = json.loads(run.output)
    quantiles = told["comparison"]["null_biases"]["has_answer"]["shift"]["quantiles"]
    assert quantiles == [{"level": level, "shift": 0.0} for level in (5, 25, 50, 75, 95)]


def test_the_json_says_why_there_is_no_share_of_the_gap(distilled: Path) -> None:
    run = run_qareport(
        *("compare", distilled / "baseline", distilled / "student", "--format", "json"),
        *("--teacher", distilled / "student", "--baseline", distilled / "teacher"),
    )

    (told,) = json.loads(run.output)
    assert told["gap"]["f1"]["finding"].startswith("the teacher is not above the baseline")


def test_a_teacher_alone_is_wrong_usage(distilled: Path) -> None:
    run = run_qareport(
        *("compare", distilled / "baseline", distilled / "student"),
        *("--teacher", distilled / "teacher"),
    )

    assert run.errors == "Error: --teacher and --baseline go together; give both or neither\n"
    assert run.exit_code == 2


def test_other_options_are_a_warning_with_both_values(records: Path) -> None:
    path = records / "better" / EVALUATION
    evaluation = read_evaluation(path)
    options = replace(evaluation.options, max_answer_length=7)
    write_evaluation(replace(evaluation, options=options), path)

    run = run_qareport("compare", records / "reference", records / "better", "--format", "json")

    warning = "max_answer_length differs: 7 here and 30 in the reference"
    (compared,) = json.loads(run.output)
    assert compared["warnings"] == [warning]
    both = f"{records / 'better'} and {records / 'reference'}"
    assert run.errors == f"Warning: {both}: {warning}\n"
