"""Tests that no file, however nasty, ends a reader in anything but one sentence."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qareport.cards.author_words import read_words
from qareport.cards.compose.card_json import read_making
from qareport.cards.text.card_text import join_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.data.files import read_text
from qareport.data.readers.prediction_files import read_null_odds, read_predictions
from qareport.data.readers.row_files import json_line_questions
from qareport.data.readers.squad_file import inspect_squad_file
from qareport.errors import QareportError
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.evaluation.suite.read import read_suite
from qareport.evaluation.suite.suite_json import read_results
from qareport.evaluation.training_json import read_facts
from tests.nasty_files import (
    NASTY,
    VALUES,
    entry_with,
    json_lines_with,
    squad_with,
    squad_with_id,
    squad_with_start,
)
from trainer.read_recipe import read_recipe

MOST_MEGABYTES = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its name, how it is read, and such a file with a value in it."""

    name: str
    read: Callable[[Path], object]
    file_with: Callable[[str], str]


def read_card(path: Path) -> object:
    return read_front_matter(join_card(read_text(path), ""))


def format_with(value: str) -> str:
    return f'{{"format": 3, "more": {value}}}'


def toml_with(value: str) -> str:
    return f"summary = {value}\n"


def yaml_with(value: str) -> str:
    return f"a: {value}\n"


KINDS: Mapping[str, Kind] = {
    "SQuAD JSON": Kind("dev.json", inspect_squad_file, squad_with),
    "SQuAD JSON, start": Kind("dev.json", inspect_squad_file, squad_with_start),
    "SQuAD JSON, id": Kind("dev.json", inspect_squad_file, squad_with_id),
    "JSON lines": Kind("d.jsonl", lambda path: list(json_line_questions(path)), json_lines_with),
    "predictions": Kind("predictions.json", read_predictions, entry_with),
    "no-answer values": Kind("null_odds.json", read_null_odds, entry_with),
    "record": Kind("evaluation.json", read_evaluation, format_with),
    "suite results": Kind("suite.json", lambda path: read_results(path.parent), format_with),
    "training": Kind("training.json", read_facts, format_with),
    "card.json": Kind("card.json", lambda path: read_making(path.parent), format_with),
    "author's words": Kind("card.toml", read_words, toml_with),
    "suite": Kind("suite.toml", read_suite, toml_with),
    "recipe": Kind("recipe.toml", lambda path: read_recipe(str(path)), toml_with),
    "card": Kind("README.md", read_card, yaml_with),
}
JSON_KINDS = [name for name, kind in KINDS.items() if kind.name.endswith((".json", ".jsonl"))]


def refusal(kind: Kind, folder: Path, text: str) -> str:
    """What the reader says of a file; empty where it takes it."""
    path = folder / kind.name
    path.write_bytes(text.encode())
    try:
        kind.read(path)
    except QareportError as error:
        return str(error).replace(f"{folder}/", "")
    return ""


@pytest.mark.parametrize("name", KINDS)
@given(value=st.sampled_from(sorted(NASTY.values())) | VALUES)
@settings(max_examples=40, deadline=None)
def test_a_reader_gives_a_value_or_one_sentence(name: str, value: str) -> None:
    kind = KINDS[name]

    with TemporaryDirectory() as folder:
        sentence = refusal(kind, Path(folder), kind.file_with(value))

    assert not sentence or sentence.startswith((kind.name, "line "))


@pytest.mark.parametrize("name", KINDS)
def test_every_reader_names_depth_and_digits_alike(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]

    deep = refusal(kind, tmp_path, kind.file_with(NASTY["depth"]))
    digits = refusal(kind, tmp_path, kind.file_with(NASTY["digits"]))

    assert deep.endswith("is nested more than 100 levels deep; make it flatter")
    assert "line " in deep
    assert digits.endswith("has a number of more than 250 characters; round it or put it in quotes")
    assert "line " in digits


@pytest.mark.parametrize("name", JSON_KINDS)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("exponent", "has a number with an exponent of more than 4 digits"),
        ("surrogate", "has half of a character (a lone surrogate)"),
        ("surrogate in a key", "has half of a character (a lone surrogate)"),
        ("repeated key", "an object has the key 'a' twice; keep one of them"),
        ("control character", "not valid JSON at line "),
    ],
)
def test_every_reader_of_json_names_what_json_may_not_hold(
    name: str, fault: str, words: str, tmp_path: Path
) -> None:
    kind = KINDS[name]

    assert words in refusal(kind, tmp_path, kind.file_with(NASTY[fault]))


@pytest.mark.parametrize("name", KINDS)
def test_a_byte_order_mark_changes_nothing(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    text = kind.file_with('"x"')

    assert refusal(kind, tmp_path, "\ufeff" + text) == refusal(kind, tmp_path, text)


@pytest.mark.parametrize("name", ["SQuAD JSON", "record", "suite results", "training", "card.json"])
@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_are_not_json_are_named(name: str, constant: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    text = kind.file_with(f'"\\"NaN", "b":\n {constant}')

    assert refusal(kind, tmp_path, text) == (
        f"{kind.name}: not valid JSON at line 2, column 2 ({constant} is not a number of JSON); "
        "write null or a number"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "value",
    [
        "[" * 200_000,
        '{"a":' * 40_000,
        "9" * 200_000,
        "[" + "{}," * 66_000 + "1]",
        '"' + "\\" * 199_000,
    ],
    ids=["lists", "objects", "digits", "many objects", "backslashes"],
)
def test_a_reader_takes_little_memory_for_a_small_file(
    name: str, value: str, tmp_path: Path
) -> None:
    path = tmp_path / KINDS[name].name
    path.write_bytes(KINDS[name].file_with(value).encode())
    probe = (
        "import resource, sys; from pathlib import Path; from tests.test_nasty_files import KINDS\n"
        "from qareport.errors import QareportError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: KINDS[sys.argv[1]].read(Path(sys.argv[2]))\n"
        "except QareportError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, before // 1024)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", probe, name, path], capture_output=True, text=True, check=True
    )

    peak, before = map(int, run.stdout.split())
    assert peak < max(MOST_MEGABYTES, before + 150), json.dumps([name, peak, before])
