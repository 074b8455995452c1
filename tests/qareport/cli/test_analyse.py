"""`qareport analyse` tells what the scores of a record mean."""

import json
from pathlib import Path

import pytest

from qareport.examining.breakdown import MIN_GROUP
from qareport.examining.ceilings import CEILINGS
from qareport.examining.mistakes import KINDS
from qareport.options import AnsweringOptions
from qareport.records import GoldAnswer
from tests.answering_builders import FoundSpan, FoundWindow
from tests.builders import example
from tests.command_line import run_qareport
from tests.qareport.cli.test_app import heavy_imports_of
from tests.qareport.cli.test_rescore import write_found

CONTEXT = "old cats sat"
TOKENS = ((0, 3), (4, 8), (9, 12))
RIGHT, WRONG = FoundSpan(0, 1, 0.0), FoundSpan(2, 2, 0.0)
OPTIONS = AnsweringOptions()


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of an article that was answered well and of one that was answered badly."""
    names = [(title, number) for title in ("Good", "Bad") for number in range(MIN_GROUP)]
    examples = [
        example(f"{title} {number}", context=CONTEXT, golds=("old cats",), title=title)
        for title, number in names
    ]
    windows = [
        FoundWindow(
            -float(number),
            [RIGHT if title == "Good" else WRONG],
            example_id=f"{title} {number}",
            token_chars=TOKENS,
        )
        for title, number in names
    ]
    return write_found(tmp_path_factory.mktemp("record"), examples, windows, OPTIONS)


def first_cells(output: str) -> list[str]:
    """The first cell of each printed row of a table."""
    rows = [line.split("│") for line in output.splitlines() if line.startswith("│")]
    return [cells[1].strip() for cells in rows]


def test_tables_tell_thresholds_weak_groups_mistakes_ceilings_and_protocols(record: Path) -> None:
    run = run_qareport("analyse", record)

    told = set(first_cells(run.output))
    assert run.exit_code == 0
    assert run.errors == ""
    assert {"official", "tie-safe", "cross-fitted", "article: Bad", *KINDS} <= told
    assert told & CEILINGS.keys()
    assert "haystack-token" in told


def test_lines_tell_how_well_the_model_abstains_and_how_protocols_differ(record: Path) -> None:
    lines = run_qareport("analyse", record).output.splitlines()

    assert "area under the risk-coverage curve (exact): 0.500" in lines
    assert any(line.startswith("haystack-token and official differ in ") for line in lines)


def test_as_many_weak_groups_are_shown_as_were_asked_for(record: Path) -> None:
    run = run_qareport("analyse", record, "--worst", 1)

    assert [cell for cell in first_cells(run.output) if ": " in cell] == ["article: Bad"]


def test_fewer_groups_than_none_are_wrong_usage(record: Path) -> None:
    assert run_qareport("analyse", record, "--worst", -1).exit_code == 2


def test_the_json_has_every_figure_and_group(record: Path) -> None:
    run = run_qareport("analyse", record, "--format", "json")

    told = json.loads(run.output)
    assert run.exit_code == 0
    assert told["analysis"]["exact"]["tie_safe"]["score"] == 0.5
    assert told["analysis"]["mistakes"]["correct"] == MIN_GROUP
    assert sum(told["analysis"]["mistakes"].values()) == 2 * MIN_GROUP
    assert {"Good", "Bad"} <= {each["group"] for each in told["analysis"]["groups"]}
    assert told["limits"]["ceilings"]["n-best"]["exact"] == 0.5


def test_the_json_tells_a_threshold_that_keeps_nothing(tmp_path: Path) -> None:
    misled = FoundWindow(0.0, [WRONG], token_chars=TOKENS)
    record = write_found(tmp_path, [example(context=CONTEXT)], [misled], OPTIONS)

    run = run_qareport("analyse", record, "--format", "json")

    assert json.loads(run.output)["analysis"]["exact"]["tie_safe"]["threshold"] == "-Infinity"


def test_where_no_answer_is_at_its_offset_the_rest_is_told(tmp_path: Path) -> None:
    asked = example(context=CONTEXT, golds=(GoldAnswer("cats", 0),))
    found = FoundWindow(0.0, [RIGHT], token_chars=TOKENS)

    run = run_qareport("analyse", write_found(tmp_path, [asked], [found], OPTIONS))

    assert "tie-safe" in first_cells(run.output)


def test_a_folder_without_a_record_is_told(tmp_path: Path) -> None:
    run = run_qareport("analyse", tmp_path)

    assert run.exit_code == 1
    assert run.output == ""
    assert run.errors == (
        f"Error: {tmp_path / 'evaluation.json'}: cannot be read (No such file or directory)\n"
    )


@pytest.mark.parametrize("name", ["examples.parquet", "candidates.parquet"])
def test_a_record_that_lacks_a_file_is_told(tmp_path: Path, name: str) -> None:
    found = FoundWindow(0.0, [WRONG], token_chars=TOKENS)
    record = write_found(tmp_path, [example(context=CONTEXT)], [found], OPTIONS)
    (record / name).unlink()

    run = run_qareport("analyse", record)

    assert run.exit_code == 1
    assert run.errors == f"Error: {record / name}: not found; evaluate again to get it\n"


@pytest.mark.slow
def test_analysing_imports_nothing_heavy(record: Path) -> None:
    arguments = ["analyse", str(record)]
    run = f"from qareport.cli.app import main\ntry: main({arguments!r})\nexcept SystemExit: pass"

    assert heavy_imports_of(run) == []
