"""The engine of the page on extending answers `qareport evaluate` once it is in the table."""

import json
from pathlib import Path

import pytest

from qareport.inference.engines.table import ENGINES, EngineKind
from tests.builders import example, squad_json
from tests.command_line import Run, run_qareport
from tests.extending_pages import names_of, run_tests
from tests.tiny_models import build_tiny_model

ENGINE = "rare-words"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the page defines, its engine in the table."""
    names = dict(names_of("engine.md"))
    make = names["make_rare_words"]
    assert callable(make)
    monkeypatch.setitem(ENGINES, ENGINE, EngineKind(make, note="a baseline"))
    return names


def evaluate(model: Path, folder: Path, *options: str) -> Run:
    """`qareport evaluate` by the engine."""
    data = folder / "data.json"
    data.write_text(squad_json(example("q", "Who?", context="The Normans came.")))
    return run_qareport(
        "evaluate",
        model,
        "--data",
        data,
        "--engine",
        ENGINE,
        "--output",
        folder / "record",
        "--no-report",
        *options,
    )


@pytest.mark.usefixtures("names")
def test_evaluate_answers_by_the_new_engine(model: Path, tmp_path: Path) -> None:
    run = evaluate(model, tmp_path, "--format", "json")

    record = json.loads((tmp_path / "record/evaluation.json").read_text())
    (answer, *_) = json.loads((tmp_path / "record/nbest_predictions.json").read_text())["q"]
    assert run.exit_code == 0
    assert (record["hardware"]["engine"], record["hardware"]["dtype"]) == (ENGINE, "float32")
    assert answer["start_logit"] == answer["end_logit"] < 1


@pytest.mark.usefixtures("names")
def test_a_format_that_the_new_engine_lacks_is_refused(model: Path, tmp_path: Path) -> None:
    run = evaluate(model, tmp_path, "--dtype", "int8")

    assert run.exit_code == 2
    assert "engine 'rare-words' has no int8; use another --engine" in " ".join(run.errors.split())


def test_an_engine_that_is_not_in_the_table_is_refused(model: Path, tmp_path: Path) -> None:
    run = evaluate(model, tmp_path)

    assert run.exit_code == 2
    assert "engine 'rare-words' is none of torch" in " ".join(run.errors.split())


def test_the_tests_of_the_page_pass(names: dict[str, object]) -> None:
    assert run_tests(names) == 2
