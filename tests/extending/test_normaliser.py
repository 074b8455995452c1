"""A normaliser is one entry of a table, and every command that scores takes its name."""

from pathlib import Path

import pytest

from qareport.metrics.normalisers import NORMALISERS, Normaliser
from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of, run_tests

PAGE = "normaliser.md"


@pytest.fixture(autouse=True)
def _normaliser(monkeypatch: pytest.MonkeyPatch) -> None:
    normaliser = names_of(PAGE)["PLAIN_FR"]
    assert isinstance(normaliser, Normaliser)
    monkeypatch.setitem(NORMALISERS, normaliser.name, normaliser)


def test_the_test_of_the_page_passes() -> None:
    assert run_tests(names_of(PAGE)) == 2


def test_one_line_of_a_table_is_edited() -> None:
    assert len(blocks(PAGE, "diff")) == 1


def test_predictions_are_compared_by_it(tmp_path: Path) -> None:
    data, predictions = tmp_path / "data.json", tmp_path / "predictions.json"
    data.write_text(squad_json(example("a", golds=("le Roi",))))
    predictions.write_text('{"a": "Roi"}')

    run = run_qareport("score", data, predictions, "--normaliser", "plain-fr", "--format", "json")

    assert '"exact": 100.0' in run.output
