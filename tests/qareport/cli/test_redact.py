"""`qareport redact` copies records without their texts, and replaces nothing unasked."""

import json
from pathlib import Path

import pytest

from tests.command_line import run_qareport
from tests.report_builders import write_found


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return write_found(tmp_path / "whole")


def test_each_redacted_record_is_named(record: Path, tmp_path: Path) -> None:
    run = run_qareport("redact", record, "--output", tmp_path / "bare")

    assert (run.exit_code, run.output, run.errors) == (0, f"{tmp_path / 'bare'}\n", "")
    assert (tmp_path / "bare/evaluation.json").exists()


def test_a_record_is_replaced_only_on_demand(record: Path, tmp_path: Path) -> None:
    run_qareport("redact", record, "--output", tmp_path / "bare")

    refused = run_qareport("redact", record, "--output", tmp_path / "bare")
    again = run_qareport("redact", record, "--output", tmp_path / "bare", "--overwrite")

    assert refused.exit_code == 1
    assert "already holds evaluation.json" in refused.errors
    assert again.exit_code == 0


@pytest.mark.parametrize("inner", [".", "bare", "a/b"])
def test_a_record_is_never_redacted_into_itself(record: Path, inner: str) -> None:
    before = {path: path.read_bytes() for path in record.rglob("*") if path.is_file()}

    run = run_qareport("redact", record, "--output", record / inner, "--overwrite")

    assert run.exit_code == 1
    assert "is the folder of the records or within it" in run.errors
    assert {path: path.read_bytes() for path in record.rglob("*") if path.is_file()} == before


def test_nothing_of_an_older_whole_record_stays_beside_a_redacted_one(
    record: Path, tmp_path: Path
) -> None:
    older = write_found(tmp_path / "older")

    run = run_qareport("redact", record, "--output", older, "--overwrite")

    assert run.exit_code == 0
    assert {path.name for path in older.iterdir()} == {"evaluation.json", "examples.parquet"}


def test_a_redacted_record_is_analysed_without_what_needs_texts(
    record: Path, tmp_path: Path
) -> None:
    run_qareport("redact", record, "--output", tmp_path / "bare")

    whole = json.loads(run_qareport("analyse", record, "--format", "json").output)
    run = run_qareport("analyse", tmp_path / "bare", "--format", "json")

    told = json.loads(run.output)
    assert told["analysis"] == whole["analysis"]
    assert told["limits"] is None
    assert told["remarks"] == [
        (
            "left out: the best scores within reach, those of humans, and the other protocol, "
            "since the record is redacted"
        )
    ]


@pytest.mark.parametrize(
    "command", [("rescore", "--null-threshold", 1), ("analyse", "--mistake", "superset")]
)
def test_what_needs_texts_asks_for_the_whole_record(
    record: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    run_qareport("redact", record, "--output", tmp_path / "bare")

    run = run_qareport(command[0], tmp_path / "bare", *command[1:])

    assert run.exit_code != 0
    assert run.errors.endswith("needs the whole record\n")
