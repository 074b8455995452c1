"""Answers go into run_qa's files and two tables, all or none; faults end in one sentence."""

import hashlib
import json
import math
import sys
from collections.abc import Sequence
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
    check_output,
    is_report,
    open_answer_files,
    remove_report,
)
from tests.analysis_builders import case
from tests.answering_builders import FoundWindow, span_candidates
from tests.builders import example
from tests.row_builders import row, write_record

NULL = Answer("", None, start_logit=0.5, end_logit=0.25)
RECORD = sorted(["evaluation.json", *ANSWER_FILES])

OURS = f'<!doctype html>\n{REPORT_MARK} 0.1.0">\n'


def prediction(example_id: str, text: str = "a", *, null_margin: float = -1.5) -> Prediction:
    """A prediction with two entries."""
    best = Answer(text, CharSpan(0, len(text)), start_logit=1.5, end_logit=1.0)
    return Prediction(example_id, text, best.span, null_margin, (best, NULL), (0.75, 0.25))


def add(files: AnswerFiles, answered: Prediction) -> None:
    """Writes an answer with one window and a row behind it."""
    row = summarise(case(example(answered.example_id), ""))
    files.add([answered], span_candidates(FoundWindow(example_id=answered.example_id)), [row])


def write_predictions(folder: Path, *predictions: Prediction) -> None:
    """Writes the files of some answers, each in a chunk of its own."""
    with open_answer_files(folder) as files:
        for each in predictions:
            add(files, each)


def fail_to_write(folder: Path, error: BaseException) -> None:
    """Fails after an answer is written."""
    with open_answer_files(folder) as files:
        add(files, prediction("new"))
        raise error


def names_in(folder: Path) -> Sequence[str]:
    """The names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())


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
    with open_answer_files(tmp_path / "at once") as files:
        files.add(answers, span_candidates(*windows), rows)

    hashes = answer_file_hashes(tmp_path / "one by one")
    assert answer_file_hashes(tmp_path / "at once") == hashes


def test_no_answers_give_empty_files(tmp_path: Path) -> None:
    write_predictions(tmp_path)

    assert load(tmp_path / "predictions.json") == {}
    assert parquet.read_table(tmp_path / "candidates.parquet").num_rows == 0
    assert read_examples(tmp_path / "examples.parquet") == ()


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    write_predictions(tmp_path / "new/record", prediction("q"))

    assert names_in(tmp_path / "new/record") == sorted(ANSWER_FILES)


def test_files_appear_when_the_block_ends(tmp_path: Path) -> None:
    with open_answer_files(tmp_path) as files:
        add(files, prediction("q"))
        assert not set(names_in(tmp_path)) & set(ANSWER_FILES)

    assert names_in(tmp_path) == sorted(ANSWER_FILES)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_nothing_appears_when_the_block_fails(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        fail_to_write(tmp_path, error)

    assert names_in(tmp_path) == []


def test_an_older_record_stays_whole_when_the_block_fails(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("old"))
    (tmp_path / "evaluation.json").write_text("{}")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(ValueError, match="no"):
        fail_to_write(tmp_path, ValueError("no"))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_older_record_loses_its_evaluation_with_its_answers(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("old"))
    (tmp_path / "evaluation.json").write_text("{}")

    write_predictions(tmp_path, prediction("new"))

    assert names_in(tmp_path) == sorted(ANSWER_FILES)
    assert load(tmp_path / "predictions.json") == {"new": "a"}


@pytest.mark.parametrize("name", RECORD)
def test_a_folder_in_place_of_a_file_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    with pytest.raises(OutputError) as caught:
        write_predictions(tmp_path, prediction("q"))

    assert str(caught.value).startswith(f"{tmp_path / name}: cannot be ")


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.touch()

    with pytest.raises(OutputError) as caught:
        write_predictions(path)

    assert str(caught.value) == f"{path}: cannot be made (File exists)"


def test_a_file_on_the_way_to_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"file/record: cannot be made \(Not a directory\)$"):
        write_predictions(tmp_path / "file/record")


def test_a_new_or_empty_folder_is_free_for_a_record(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    check_output(tmp_path)
    check_output(tmp_path / "new")


def test_a_file_cannot_be_the_folder_of_a_record(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.touch()

    with pytest.raises(OutputError) as caught:
        check_output(path)

    assert str(caught.value) == f"{path}: is a file; name a folder for the record"


@pytest.mark.parametrize("name", RECORD)
def test_a_folder_with_a_record_is_not_free(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(OutputError) as caught:
        check_output(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}: already holds {name}; name another folder or add --overwrite"
    )


def test_hashes_are_those_of_the_answer_files(tmp_path: Path) -> None:
    write_predictions(tmp_path, prediction("q"))

    assert answer_file_hashes(tmp_path) == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ANSWER_FILES
    }


def test_the_report_of_a_record_is_removed_when_the_record_is_replaced(tmp_path: Path) -> None:
    page = write_record(tmp_path, row(example())) / "report.html"
    page.write_text(OURS)

    write_record(tmp_path, row(example()))

    assert not page.exists()
    assert (tmp_path / "evaluation.json").exists()


def test_a_page_of_others_stays(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("<!doctype html>\nmine")

    write_record(tmp_path, row(example()))

    assert page.read_text() == "<!doctype html>\nmine"


def test_without_a_report_nothing_is_removed(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()

    remove_report(tmp_path)

    assert (tmp_path / "report.html").is_dir()


def test_a_report_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be read \(Is a directory\); name another file"):
        is_report(tmp_path)
