"""Reads saved predictions and no-answer values, which are JSON objects by question id."""

import math
from collections.abc import Mapping
from pathlib import Path

from qareport.data.readers.json_file import json_type, read_json
from qareport.errors import PredictionsError


def read_predictions(path: Path) -> dict[str, str]:
    """The answer text of each question; the empty text for "no answer".

    Raises:
        PredictionsError: the file cannot be read, or an entry is not text.
    """
    predictions: dict[str, str] = {}
    for example_id, text in _entries(path).items():
        if not isinstance(text, str):
            raise PredictionsError(
                f"{path}: the prediction of id {example_id!r} is {json_type(text)}, "
                f"not a string; {_text_remedy(text)}"
            )
        predictions[example_id] = text
    return predictions


def read_null_odds(path: Path) -> dict[str, float]:
    """The no-answer value of each question; higher means more likely to have no answer.

    Infinite values are allowed, as `Infinity` in the file.

    Raises:
        PredictionsError: the file cannot be read, or an entry is not a number.
    """
    null_odds: dict[str, float] = {}
    for example_id, value in _entries(path).items():
        # A boolean is an int to Python; NaN would sort anywhere in the sweep of thresholds.
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            found = "NaN" if isinstance(value, float) else json_type(value)
            raise PredictionsError(
                f"{path}: the no-answer value of id {example_id!r} is {found}, "
                "not a number; write one number for every question"
            )
        null_odds[example_id] = float(value)
    return null_odds


def _entries(path: Path) -> Mapping[str, object]:
    """The members of the JSON object in a file."""
    entries = read_json(path, refusal=PredictionsError)
    if not isinstance(entries, dict):
        raise PredictionsError(
            f"{path}: holds {json_type(entries)}, not an object by question id; "
            'write {"id": ...} with one entry for every question'
        )
    if isinstance(entries.get("data"), list):
        raise PredictionsError(
            f"{path}: looks like a SQuAD data set; name the file of predictions or values instead"
        )
    return entries


def _text_remedy(entry: object) -> str:
    """How to mend a prediction that is not text."""
    if isinstance(entry, list):
        return "this looks like an n-best file: name the file with one text for every question"
    return 'write the answer as text, or "" for no answer'
