"""`qareport ask` prints the answers to one question."""

import io
import json
import sys
from pathlib import Path

import pytest

from qareport.inference.answerer import load_answerer
from tests.command_line import run_qareport
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
QUESTION = "Who gave their name?"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("roberta", tmp_path_factory.mktemp("model"))


def test_the_answer_is_that_of_the_library(model: Path) -> None:
    run = run_qareport(
        "ask", model, "--question", QUESTION, "--context", CONTEXT, "--format", "json"
    )

    printed = json.loads(run.output)
    expected = load_answerer(str(model)).answer(QUESTION, CONTEXT, top_k=3)
    assert printed["text"] == expected.text
    assert [entry["text"] for entry in printed["n_best"]] == [a.text for a in expected.n_best]
    assert printed["probabilities"] == list(expected.probabilities)


def test_the_table_has_a_row_for_each_of_the_top_answers(model: Path) -> None:
    short = ("--top-k", 2, "--max-answer-length", 2)

    run = run_qareport("ask", model, "--question", QUESTION, "--context", CONTEXT, *short)

    assert len([line for line in run.output.splitlines() if line.startswith("│")]) == 2
    assert "null margin " in run.output


def test_the_context_comes_from_a_file(model: Path, tmp_path: Path) -> None:
    (tmp_path / "context.txt").write_text(CONTEXT)

    run = run_qareport(
        "ask", model, "--question", QUESTION, "--context-file", tmp_path / "context.txt"
    )

    given = run_qareport("ask", model, "--question", QUESTION, "--context", CONTEXT)
    assert run == given


def test_the_context_comes_from_standard_input(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CONTEXT.encode())))

    run = run_qareport("ask", model, "--question", QUESTION, "--context-file", "-")

    given = run_qareport("ask", model, "--question", QUESTION, "--context", CONTEXT)
    assert run == given


def test_no_answer_is_named_in_the_table(model: Path) -> None:
    run = run_qareport(
        "ask", model, "--question", QUESTION, "--context", CONTEXT, "--null-threshold", -1000
    )

    assert run.output.splitlines()[0].strip() == "(no answer)"
