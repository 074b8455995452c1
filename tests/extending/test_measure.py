"""A measure is one function and one table line, and is carried from the score to the claims."""

from pathlib import Path

import pytest

from qareport.metrics.measures import MEASURES, Measure
from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of, run_tests

PAGE = "measure.md"
NAME = "starts-right"


@pytest.fixture(autouse=True)
def _measure(monkeypatch: pytest.MonkeyPatch) -> None:
    function = names_of(PAGE)["starts_right"]
    assert callable(function)
    monkeypatch.setitem(
        MEASURES, NAME, Measure("starts right", "the first token is that of a gold", function)
    )


def test_the_test_of_the_page_passes() -> None:
    assert run_tests(names_of(PAGE)) == 3


def test_one_line_of_a_table_is_edited() -> None:
    assert len(blocks(PAGE, "diff")) == 1


def test_predictions_are_scored_by_it(tmp_path: Path) -> None:
    data, predictions = tmp_path / "data.json", tmp_path / "predictions.json"
    data.write_text(squad_json(example("a", golds=("red fox",)), example("b", golds=("hen",))))
    predictions.write_text('{"a": "red hen", "b": "cock"}')

    run = run_qareport("score", data, predictions, "--measure", NAME, "--format", "json")

    assert f'"HasAns_{NAME}": 50.0' in run.output
