"""Every command prints the same scores in its tables and its JSON: percent, as the unit says."""

import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from pydantic import JsonValue, PlainSerializer, TypeAdapter

from qareport.analysis.analyse import analyse
from qareport.analysis.statistics.comparison import Comparison, compare_rows
from qareport.cards.claims.verify import Verification
from qareport.cli.documents import (
    ComparedRecord,
    PrintedAnalysis,
    PrintedMistakes,
    PrintedSeeds,
)
from qareport.evaluation.evaluation_json import Evaluation, rules_of
from qareport.evaluation.record.reader import read_record
from qareport.evaluation.suite.suite_json import SuiteResults
from tests.answering_builders import FoundSpan, FoundWindow
from tests.builders import example
from tests.command_line import run_qareport
from tests.percent_json import MEASURES, SCORES, as_printed
from tests.repository import ROOT
from tests.rescoring_builders import OPTIONS, write_found

CONTEXT = "big old cats"
TOKENS = ((0, 3), (4, 7), (8, 12))
EXAMPLES = tuple(
    example(f"{title}{number}", context=CONTEXT, golds=golds, title=title)
    for title in "abcdefgh"
    for number, golds in enumerate([("old cats",), ("big old",), ("cats",), ()])
)
SPANS = {
    "RECORD": (FoundSpan(1, 2, 0.0), FoundSpan(0, 0, 0.0), FoundSpan(1, 2, 0.0)),
    "OTHER": (FoundSpan(0, 0, 0.0),),
}
"""What two models answer, in turns."""
DOCUMENTS = (
    PrintedAnalysis,
    PrintedMistakes,
    ComparedRecord,
    PrintedSeeds,
    Evaluation,
    SuiteResults,
    Verification,
)
"""What commands print as JSON."""
PROTOCOL_ROWS = ("│ official", "│ haystack-token")
COMMANDS = {
    "analyse": ("analyse", "RECORD"),
    "compare": ("compare", "OTHER", "RECORD", "--teacher", "RECORD", "--baseline", "OTHER"),
    "rescore": ("rescore", "RECORD"),
}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the records of two models on 32 questions of eight articles."""
    folder = tmp_path_factory.mktemp("records")
    for name, spans in SPANS.items():
        windows = [
            FoundWindow(
                number % 12 - 9.0,
                [spans[number % len(spans)]],
                example_id=asked.id,
                token_chars=TOKENS,
            )
            for number, asked in enumerate(EXAMPLES)
        ]
        write_found(folder / name, EXAMPLES, windows, OPTIONS)
    return folder


def run(records: Path, command: str, *options: str) -> str:
    """What a command prints of the records."""
    named = [str(records / word) if word.isupper() else word for word in COMMANDS[command]]
    return run_qareport(*named, *options).output


def figures(table: str) -> set[str]:
    """The scores in tables, which alone have two digits after the point."""
    rows = [line for line in table.splitlines() if line.startswith("│")]
    # Of the two protocols, the last column is the difference of the figures before it.
    own = [row.rsplit("│", 2)[0] if row.startswith(PROTOCOL_ROWS) else row for row in rows]
    return {figure for row in own for figure in re.findall(r"[+-]?\b\d+\.\d\d\b", row)}


def scores(document: JsonValue, key: str = "") -> Iterator[float]:
    """All scores of a document."""
    if isinstance(document, dict):
        for name, each in document.items():
            yield from scores(each, MEASURES if key == MEASURES else name)
    elif isinstance(document, list):
        for each in document:
            yield from scores(each, key)
    elif isinstance(document, float) and key in {MEASURES, *SCORES}:
        yield document


@pytest.mark.parametrize("command", COMMANDS)
def test_every_score_of_a_table_is_in_the_json(
    records: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    shown = figures(run(records, command))
    printed = list(scores(json.loads(run(records, command, "--format", "json"))))

    assert len(shown) > 3
    assert shown <= {text for each in printed for text in (f"{each:.2f}", f"{each:+.2f}")}


def test_every_score_that_analyse_prints_is_100_times_that_of_the_analysis(records: Path) -> None:
    printed = json.loads(run(records, "analyse", "--format", "json"))

    record = read_record(records / "RECORD")
    found = PrintedAnalysis(rules_of(record.evaluation), analyse(record.rows), None, ())
    assert printed["unit"] == "percent"
    expected = json.loads(TypeAdapter(PrintedAnalysis).dump_json(found))
    assert printed["analysis"] == as_printed(expected["analysis"])


def test_every_score_that_compare_prints_is_100_times_that_of_the_comparison(
    records: Path,
) -> None:
    (printed,) = json.loads(run(records, "compare", "--format", "json"))

    rows, others = (read_record(records / name).rows for name in ("RECORD", "OTHER"))
    found = compare_rows(rows, others, tolerance=0.005)
    assert printed["unit"] == "percent"
    assert printed["comparison"] == as_printed(json.loads(TypeAdapter(Comparison).dump_json(found)))


def test_the_share_of_a_gap_is_printed_in_percent(records: Path) -> None:
    (printed,) = json.loads(run(records, "compare", "--format", "json"))

    assert printed["gap"]["f1"]["share"]["estimate"] == 100.0


def test_verify_prints_claimed_and_measured_scores_with_the_same_digits(
    records: Path, tmp_path: Path
) -> None:
    card = tmp_path / "README.md"
    card.write_text("F1: 0.6961\n")

    told = run_qareport("verify", card, "--record", records / "RECORD", "--format", "json").output

    (verdict,) = json.loads(told)["verdicts"]
    measured = read_record(records / "RECORD").evaluation.scores.overall.f1
    assert (verdict["claim"]["value"], verdict["measured"]) == (69.61, round(100 * measured, 9))


def parts_of(hint: object) -> Iterator[object]:
    """A type and all that it is made of."""
    yield hint
    for inner in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from parts_of(inner)


def float_fields(kind: object) -> Iterator[tuple[str, bool]]:
    """Fields of dataclasses within a type that are floats, by name, and whether each is a score."""
    if not (isinstance(kind, type) and is_dataclass(kind)):
        for inner in get_args(kind):
            yield from float_fields(inner)
        return
    for name, hint in get_type_hints(kind, include_extras=True).items():
        parts = [*parts_of(hint)]
        if float in parts:
            yield name, any(isinstance(part, PlainSerializer) for part in parts)
        yield from float_fields(hint)


def test_the_page_of_commands_names_every_figure_that_is_not_in_percent() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    _, _, section = page.partition("### One scale\n")
    rows = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| as ")]

    found = {field for kind in DOCUMENTS for field in float_fields(kind)}

    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {name for name, is_score in found if not is_score} == named
    assert {name for name, is_score in found if is_score} - {MEASURES} == SCORES
