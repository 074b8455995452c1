"""Tests that the results of a suite are the same after writing and reading."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.errors import DataError, OutputError
from qareport.evaluation.suite.suite_json import (
    read_results,
    remove_results,
    write_results,
)
from tests.suite_builders import FAILED, MEASURED, RESULTS


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_results(RESULTS, tmp_path)

    assert read_results(tmp_path) == RESULTS


def test_the_pairs_without_scores_are_those_that_failed() -> None:
    assert RESULTS.failed == (FAILED,)
    assert replace(RESULTS, pairs=(MEASURED,)).failed == ()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "suite.json").write_text('{"format": 1}')

    with pytest.raises(DataError, match="is not a result of a suite"):
        read_results(tmp_path)


def test_results_are_removed_where_there_are_any(tmp_path: Path) -> None:
    write_results(RESULTS, tmp_path)

    remove_results(tmp_path)
    remove_results(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_is_reported(tmp_path: Path) -> None:
    (tmp_path / "suite.json").mkdir()

    with pytest.raises(OutputError, match=r"suite.json: cannot be removed \("):
        remove_results(tmp_path)
