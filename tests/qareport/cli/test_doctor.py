"""`qareport doctor` prints counts and findings, and fails on errors."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner, Result

from qareport.cli.doctor import doctor
from qareport.data.readers.squad_file import inspect_squad_file
from qareport.errors import CheckError, DataError, UsageError
from tests.squad_json import QUESTION, ROW, write_squad


def run(*arguments: object) -> Result:
    """The command on some arguments; errors come out as in the program."""
    app = typer.Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)


def test_a_clean_data_set_has_its_counts_and_no_findings(tmp_path: Path) -> None:
    unanswerable = {"id": "r", "question": "why?", "answers": []}
    path = write_squad(tmp_path, QUESTION, unanswerable)

    printed = run(path)

    assert printed.exit_code == 0
    assert printed.stdout == (
        f"{path}\n"
        "2 questions, 1 with answers, 1 without answers, 1 contexts, 1 articles\n"
        "nothing found\n"
    )


def test_a_gold_answer_that_vanishes_by_the_rules_of_squad_is_a_warning(tmp_path: Path) -> None:
    context = "The end."
    path = write_squad(
        tmp_path,
        {**QUESTION, "answers": [{"text": "The", "answer_start": 0}]},
        context=context,
    )

    printed = run(path)

    assert printed.stdout.splitlines()[2].startswith("Warning: gold answer normalises to nothing")


def test_warnings_are_printed_with_place_and_remedy(tmp_path: Path) -> None:
    path = write_squad(tmp_path, {**QUESTION, "answers": [{"text": "was", "answer_start": 0}]})

    printed = run(path)

    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[2:] == [
        (
            "Warning: answer not at its offset (1): "
            "set answer_start to the character where the answer begins"
        ),
        (
            f"  {path}: data[0].paragraphs[0].qas[0] (id 'q'): "
            "answer 'was' is not at character 0 of its context but at 7"
        ),
    ]


def test_errors_are_printed_and_fail_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_squad(tmp_path, QUESTION, QUESTION)

    with pytest.raises(CheckError) as caught:
        doctor(str(path))

    assert str(caught.value) == f"1 error forbids scoring {path}; mend the data and run again"
    assert capsys.readouterr().out.splitlines()[2:] == [
        "left out: 1 questions with errors",
        "Error: duplicate id (1): give every question its own id, by which predictions are joined",
        f"  {path}: data[0].paragraphs[0].qas[1] (id 'q'): id 'q' occurs a second time",
    ]


def test_several_errors_are_counted(tmp_path: Path) -> None:
    path = write_squad(tmp_path, QUESTION, QUESTION, {**QUESTION, "id": None})

    with pytest.raises(CheckError) as caught:
        run(path)

    assert str(caught.value) == f"2 errors forbid scoring {path}; mend the data and run again"


def test_json_is_one_value_with_everything(tmp_path: Path) -> None:
    path = write_squad(tmp_path, QUESTION, {**QUESTION, "id": "é", "question": ""})

    printed = json.loads(run(path, "--format", "json").stdout)

    assert printed["identity"]["sha256"] == inspect_squad_file(path).identity.sha256
    assert printed["counts"]["questions"] == 2
    assert printed["exclusions"] == []
    assert printed["findings"] == [
        {
            "kind": "empty question",
            "severity": "warning",
            "count": 1,
            "remedy": "write or delete the question",
            "cases": [
                f"{path}: data[0].paragraphs[0].qas[1] (id 'é'): the question is empty",
            ],
        }
    ]


def test_tables_are_examined_too(tmp_path: Path) -> None:
    path = tmp_path / "dev.parquet"
    pq.write_table(pa.Table.from_pylist([dict(ROW)]), path)

    assert run(path).stdout.endswith("nothing found\n")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        run(tmp_path / "missing.json")


def test_options_of_the_hub_do_not_go_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run(write_squad(tmp_path, QUESTION), "--split", "test")
