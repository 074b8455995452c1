"""Tests reading files of predictions and no-answer values, and the messages about bad ones."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from qareport.data.readers.prediction_files import read_null_odds, read_predictions
from qareport.errors import PredictionsError

BOTH_READERS = pytest.mark.parametrize("read", [read_predictions, read_null_odds])


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "predictions.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sentence(read: Callable[[Path], object], path: Path) -> str:
    """What a reader says about a file that it refuses, without the folder."""
    with pytest.raises(PredictionsError) as caught:
        read(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_predictions_are_texts_by_id(tmp_path: Path) -> None:
    path = write(tmp_path, '{"h1": "the Broncos", "n1": ""}')

    assert read_predictions(path) == {"h1": "the Broncos", "n1": ""}


def test_predictions_may_be_packed(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b'{"h1": "x"}'))

    assert read_predictions(path) == {"h1": "x"}


@BOTH_READERS
def test_a_missing_file_is_named(tmp_path: Path, read: Callable[[Path], object]) -> None:
    expected = "predictions.json: not found; check the path"

    assert sentence(read, tmp_path / "predictions.json") == expected


@BOTH_READERS
def test_broken_json_names_line_and_column(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = write(tmp_path, '{"h1":\n "x"')

    assert sentence(read, path) == (
        "predictions.json: not valid JSON at line 2, column 5 (Expecting ',' delimiter); "
        "the file may be cut off: get or write it again"
    )


@BOTH_READERS
def test_json_nested_beyond_reason_is_refused(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    path = write(tmp_path, "[" * 100_000)

    expected = "predictions.json: line 1, column 101 is nested more than 100 levels deep; "
    assert sentence(read, path) == f"{expected}make it flatter"


@BOTH_READERS
def test_another_encoding_names_the_first_wrong_byte(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    path = write(tmp_path, b'{"\xff')

    expected = "predictions.json: byte 2 is not UTF-8; save the file as UTF-8"
    assert sentence(read, path) == expected


@BOTH_READERS
def test_a_repeated_id_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = write(tmp_path, '{"h1": "x", "h2": "x", "h1": "y"}')

    assert sentence(read, path) == (
        "predictions.json: an object has the key 'h1' twice; keep one of them"
    )


@BOTH_READERS
def test_a_list_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = write(tmp_path, "[]")

    assert sentence(read, path) == (
        "predictions.json: holds a list, not an object by question id; "
        'write {"id": ...} with one entry for every question'
    )


@BOTH_READERS
def test_a_data_set_is_distinguished_from_predictions(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    path = write(tmp_path, '{"data": []}')

    assert sentence(read, path) == (
        "predictions.json: looks like a SQuAD data set; "
        "name the file of predictions or values instead"
    )


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (None, "null, not a string"),
        (5, "a whole number, not a string"),
        ({"text": "x"}, "an object, not a string"),
    ],
)
def test_a_prediction_that_is_no_text_is_named(tmp_path: Path, entry: object, wrong: str) -> None:
    path = write(tmp_path, json.dumps({"h1": entry}))

    assert sentence(read_predictions, path) == (
        f"predictions.json: the prediction of id 'h1' is {wrong}; "
        'write the answer as text, or "" for no answer'
    )


def test_an_n_best_file_is_distinguished_from_predictions(tmp_path: Path) -> None:
    path = write(tmp_path, '{"h1": [{"text": "x", "probability": 1.0}]}')

    assert sentence(read_predictions, path) == (
        "predictions.json: the prediction of id 'h1' is a list, not a string; "
        "this looks like an n-best file: name the file with one text for every question"
    )


def test_no_answer_values_are_numbers_by_id_and_may_be_infinite(tmp_path: Path) -> None:
    path = write(tmp_path, '{"h1": -3, "h2": 0.5, "n1": Infinity, "n2": -Infinity}')

    assert read_null_odds(path) == {"h1": -3.0, "h2": 0.5, "n1": math.inf, "n2": -math.inf}


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [("NaN", "NaN"), ("null", "null"), ("true", "a boolean"), ('"0.5"', "a string")],
)
def test_a_no_answer_value_that_is_no_number_is_named(
    tmp_path: Path, entry: str, wrong: str
) -> None:
    path = write(tmp_path, f'{{"h1": {entry}}}')

    assert sentence(read_null_odds, path) == (
        f"predictions.json: the no-answer value of id 'h1' is {wrong}, not a number; "
        "write one number for every question"
    )
