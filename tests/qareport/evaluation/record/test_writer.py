"""Answers go into run_qa's files and two tables; faults end in one sentence."""

import hashlib
import json
import math
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from qareport.analysis.examples.rows import summarise
from qareport.data.types import Answer, CharSpan, Prediction
from qareport.errors import OutputError
from qareport.evaluation.record import writer as record_folder
from qareport.evaluation.record.examples_file import read_examples
from qareport.evaluation.record.writer import (
    ANSWER_FILES,
    REPORT_MARK,
    AnswerFiles,
    answer_file_hashes,
    is_report,
    open_answer_files,
)
from qareport.inference.n_best import list_answers
from tests.analysis_builders import case
from tests.answering_builders import FoundWindow, span_candidates
from tests.builders import example

NULL = Answer("", None, start_logit=0.5, end_logit=0.25)

OURS = f'<!doctype html>\n{REPORT_MARK} 0.1.0">\n'


def prediction(example_id: str, text: str = "a", *, null_margin: float = -1.5) -> Prediction:
    """A prediction with two entries."""
    best = Answer(text, CharSpan(0, len(text)), start_logit=1.5, end_logit=1.0)
    return Prediction(
        example_id, text, best.span, null_margin, list_answers([best, NULL]), (0.75, 0.25)
    )


def add(files: AnswerFiles, answered: Prediction) -> None:
    """Writes an answer with one window and a row behind it."""
    row = summarise(case(example(answered.example_id), ""))
    files.add([answered], span_candidates(FoundWindow(example_id=answered.example_id)), [row])


def write_predictions(folder: Path, *predictions: Prediction) -> None:
    """Writes the files of some answers, each in a chunk of its own."""
    folder.mkdir(exist_ok=True)
    with open_answer_files(folder) as files:
        for each in predictions:
            add(files, each)


def load(path: Path) -> object:
    """What is in a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_predictions_are_texts_by_id_in_order(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q2", "Köln"), prediction('q"1', ""))

    text = (tmp_path / "predictions.json").read_text(encoding="utf-8")
    assert text == '{\n"q2": "Köln",\n"q\\"1": ""\n}\n'


# The keys and their order are those of postprocess_qa_predictions in transformers' utils_qa.py.
def test_n_best_lists_are_those_of_run_qa(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q"))

    n_best = load(tmp_path / "nbest_predictions.json")
    assert n_best == {
        "q": [
            {"start_logit": 1.5, "end_logit": 1.0, "text": "a", "probability": 0.75},
            {"start_logit": 0.5, "end_logit": 0.25, "text": "", "probability": 0.25},
        ]
    }
    assert isinstance(n_best, dict)
    assert list(n_best["q"][0]) == ["start_logit", "end_logit", "text", "probability"]


def test_null_odds_are_the_margins(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q", null_margin=-1.5))

    assert load(tmp_path / "null_odds.json") == {"q": -1.5}


def test_an_infinite_margin_is_the_largest_number_that_json_has(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q", null_margin=math.inf))

    assert load(tmp_path / "null_odds.json") == {"q": sys.float_info.max}


def test_candidates_of_all_chunks_are_in_one_file(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q"), prediction("r"))

    table = parquet.read_table(tmp_path / "candidates.parquet")
    assert table["example_id"].to_pylist() == ["q", "r"]


def test_rows_of_all_chunks_are_in_one_file(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q"), prediction("r"))

    rows = read_examples(tmp_path / "examples.parquet")
    assert [row.example.id for row in rows] == ["q", "r"]


@pytest.mark.parametrize("row_group", [1, 2, 3, 4, 100])
def test_files_do_not_depend_on_how_the_answers_came_in_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row_group: int
) -> None:
    monkeypatch.setattr(record_folder, "ROW_GROUP", row_group)
    answers = [prediction(example_id) for example_id in "qrs"]
    rows = [summarise(case(example(each.example_id), "")) for each in answers]
    windows = [FoundWindow(example_id=each.example_id) for each in answers]

    write_predictions(tmp_path / "one by one", *answers)
    (tmp_path / "at once").mkdir()
    with open_answer_files(tmp_path / "at once") as files:
        files.add(answers, span_candidates(*windows), rows)

    hashes = answer_file_hashes(tmp_path / "one by one")
    assert answer_file_hashes(tmp_path / "at once") == hashes


def test_no_answers_give_empty_files(tmp_path: Path) -> None:
    write_predictions(tmp_path)

    assert load(tmp_path / "predictions.json") == {}
    assert parquet.read_table(tmp_path / "candidates.parquet").num_rows == 0
    assert read_examples(tmp_path / "examples.parquet") == ()


def test_hashes_are_those_of_the_answer_files(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q"))

    assert answer_file_hashes(tmp_path) == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ANSWER_FILES
    }


def test_a_report_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be read \(Is a directory\); name another file"):
        is_report(tmp_path)
