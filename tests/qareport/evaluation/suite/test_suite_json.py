"""Tests that the results of a suite are the same after writing and reading."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from qareport.errors import DataError, OutputError
from qareport.evaluation.suite.suite_json import (
    PairScores,
    read_results,
    remove_results,
    write_results,
)
from tests.changed_json import accepted_numbers
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


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        (True, set()),
        ("1", set()),
        (math.inf, set()),
        (-1, {"estimate"}),
        (10**30, {"seconds", "effective_clusters"}),
    ],
)
def test_numbers_out_of_their_ranges_are_refused(
    tmp_path: Path, number: object, accepted: set[str]
) -> None:
    write_results(RESULTS, tmp_path)

    found = accepted_numbers(tmp_path / "suite.json", number, lambda: read_results(tmp_path))

    assert found == accepted


@pytest.mark.parametrize(("measured", "error"), [(None, None), (MEASURED.measured, "no memory")])
def test_a_pair_has_either_scores_or_an_error(
    tmp_path: Path, measured: PairScores | None, error: str | None
) -> None:
    write_results(RESULTS, tmp_path)
    content = json.loads((tmp_path / "suite.json").read_text())
    scores = TypeAdapter(PairScores | None).dump_python(measured, mode="json")
    content["pairs"][0] = {**content["pairs"][0], "measured": scores, "error": error}
    (tmp_path / "suite.json").write_text(json.dumps(content))

    with pytest.raises(DataError, match="either scores or the error that prevented them"):
        read_results(tmp_path)


def test_scores_without_one_of_the_measures_of_squad_are_refused(tmp_path: Path) -> None:
    write_results(RESULTS, tmp_path)
    content = json.loads((tmp_path / "suite.json").read_text())
    measured = next(pair["measured"] for pair in content["pairs"] if pair["measured"])
    del measured["scores"]["overall"]["measures"]["f1"]
    (tmp_path / "suite.json").write_text(json.dumps(content))

    with pytest.raises(DataError, match=r"scores\.overall\.measures: Value error, 'f1' is missing"):
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
