"""A trait is one function and one table line, and old records are read without it."""

from pathlib import Path

import pytest

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.breakdown import Trait
from qareport.analysis.examples.traits import TRAITS
from qareport.evaluation.record.reader import read_record
from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of, run_tests
from tests.row_builders import row, write_record

PAGE = "trait.md"
NAME = "question digits"


def add_the_trait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adds the table line of the page."""
    function = names_of(PAGE)["question_digits"]
    assert callable(function)
    monkeypatch.setitem(TRAITS, NAME, Trait(function, ("with digits", "without digits")))


def test_the_test_of_the_page_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    add_the_trait(monkeypatch)

    assert run_tests(names_of(PAGE)) == 2


def test_one_line_of_a_table_is_edited() -> None:
    assert len(blocks(PAGE, "diff")) == 1


def test_predictions_are_broken_down_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_the_trait(monkeypatch)
    data, predictions = tmp_path / "data.json", tmp_path / "predictions.json"
    data.write_text(squad_json(example("a", "Who won in 1904?", golds=("hen",))))
    predictions.write_text('{"a": "hen"}')

    run = run_qareport("analyse", "--data", data, "--predictions", predictions, "--format", "json")

    assert '"group": "with digits"' in run.output


def test_a_record_from_before_is_read_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_record(
        tmp_path / "record", row(example("a", context="hen", golds=("hen",)), "hen")
    )
    add_the_trait(monkeypatch)

    record = read_record(folder)

    assert NAME not in analyse(record.rows).without_group
