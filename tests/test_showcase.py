"""What reports/ shows is what its records say, and nobody else's texts are in it."""

import hashlib
import html
import json
import re
from pathlib import Path

import pytest

from qareport.data.readers.squad_file import read_squad_file
from qareport.evaluation.record.reader import find_records, read_record
from tests.command_line import run_qareport
from tests.repository import ROOT
from tests.shared_data import DEV_SET, needs_shared

REPORTS = ROOT / "reports"
MODEL = ROOT / "demo" / "model"
SHOWN = sorted(path.parent for path in REPORTS.glob("*/training.json"))
RECORDS = find_records(REPORTS)
LONG_ENOUGH = 30
"""Characters by which a text is known again."""
IN_TABLE = {
    "minilm-l3": ("minilm-l3/teacher", "minilm-l3/student", "minilm-l3/baseline"),
    "demo": ("demo/teacher", "demo/student"),
    "demo/stories": ("demo/stories",),
}


def test_both_distillations_and_all_their_records_are_there() -> None:
    assert [folder.name for folder in SHOWN] == ["demo", "minilm-l3"]
    assert {path.relative_to(REPORTS).as_posix() for path in RECORDS} == {
        each for records in IN_TABLE.values() for each in records
    }


@pytest.mark.slow
@pytest.mark.parametrize("folder", SHOWN, ids=lambda folder: folder.name)
def test_cards_and_records_agree(folder: Path) -> None:
    check = run_qareport("card", folder, "--check", "--no-run")
    verdict = run_qareport("verify", folder)

    assert check.exit_code == 0, check.errors + check.output
    assert verdict.exit_code == 0, verdict.output
    assert re.search(r"\d+ claims: \d+ confirmed, 0 contradicted", verdict.output)


@pytest.mark.parametrize("folder", RECORDS, ids=lambda folder: folder.parent.name + folder.name)
def test_only_the_demos_own_questions_are_shown(folder: Path) -> None:
    assert read_record(folder).is_redacted == (folder.name != "stories")


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("folder", SHOWN, ids=lambda folder: folder.name)
def test_no_question_or_passage_of_squad_is_on_a_page(folder: Path) -> None:
    squad = read_squad_file(DEV_SET, limit=None).examples
    texts = {text[:LONG_ENOUGH] for each in squad for text in (each.question, each.context)}
    telling = {text for text in texts if len(text) == LONG_ENOUGH}

    pages = [html.unescape(path.read_text("utf-8")) for path in folder.iterdir() if path.is_file()]

    assert len(pages) >= 5
    assert [text for text in telling if any(text in page for page in pages)] == []


def test_every_row_of_the_table_is_what_a_record_says() -> None:
    page = (REPORTS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .*? \|((?: \d+\.\d+ \|){5})$", page, flags=re.MULTILINE)
    told = [[float(cell) for cell in row.split("|")[:-1]] for row in rows]

    assert told == [figures(REPORTS / each) for records in IN_TABLE.values() for each in records]


def figures(record: Path) -> list[float]:
    """The columns of the table, in percent."""
    scores = json.loads((record / "evaluation.json").read_text())["scores"]
    cells = [
        *((kind, score) for kind in ("overall", "has_answer") for score in ("exact", "f1")),
        ("no_answer", "exact"),
    ]
    return [round(100 * scores[kind][score], 2) for kind, score in cells]


def test_the_demos_model_is_the_one_that_was_measured_and_has_its_card_beside_it() -> None:
    weights = hashlib.sha256((MODEL / "model.safetensors").read_bytes()).hexdigest()

    assert {
        read_record(REPORTS / each).evaluation.model.weights_sha256
        for each in ("demo/student", "demo/stories")
    } == {weights}
    for name in ("README.md", "training.json"):
        assert (MODEL / name).read_bytes() == (REPORTS / "demo" / name).read_bytes()
