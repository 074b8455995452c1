"""`qareport rescore` tells what other rules make of a record, and writes the record of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from qareport.data.types import GoldAnswer
from qareport.evaluation.record.candidates_file import candidates_table
from qareport.evaluation.record.reader import read_record
from tests.answering_builders import span_candidates
from tests.builders import example
from tests.command_line import heavy_imports_of, run_qareport
from tests.percent_json import printed_of_file
from tests.rescoring_builders import CONTEXT, EXAMPLES, OPTIONS, WINDOWS, write_found
from tests.row_builders import row, write_record


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record with two wrong answers: "der Hund", and one where there is none."""
    return write_found(tmp_path / "record", EXAMPLES, WINDOWS, OPTIONS)


def exact_matches(output: str) -> list[float]:
    """Percents of exact match of all questions, in each printed table."""
    rows = [line.split("│") for line in output.splitlines() if line.startswith("│ All")]
    return [float(cells[3]) for cells in rows]


def test_the_same_rules_are_told_to_change_nothing(record: Path) -> None:
    run = run_qareport("rescore", record)

    assert run.exit_code == 0
    assert run.errors == ""
    assert "no rule is changed" in run.output.splitlines()
    assert exact_matches(run.output) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("option", "value", "change"),
    [
        ("--null-threshold", 0, "null_threshold: 1.5 -> 0.0"),
        ("--null-rule", "per-window", "null_rule: all-windows -> per-window"),
        ("--max-answer-length", 1, "max_answer_length: 2 -> 1"),
        ("--normaliser", "mlqa-de", "normaliser: squad-en -> mlqa-de"),
    ],
)
def test_a_changed_rule_is_told_with_the_scores_before_and_after(
    record: Path, option: str, value: object, change: str
) -> None:
    run = run_qareport("rescore", record, option, value)

    lines = run.output.splitlines()
    assert change in lines
    assert lines.index("before:") < lines.index("after:")
    assert exact_matches(run.output) == [0.0, 50.0]


def test_rules_that_are_not_named_stay_as_recorded(record: Path) -> None:
    run = run_qareport("rescore", record, "--n-best-size", 2, "--format", "json")

    again = json.loads(run.output)
    assert again["options"] == {
        "max_seq_length": 384,
        "doc_stride": 128,
        "max_answer_length": 2,
        "n_best_size": 2,
        "null_threshold": 1.5,
        "null_rule": "all-windows",
    }
    assert again["normaliser"] == "squad-en"


def test_the_printed_json_tells_the_scores_by_the_new_rules(record: Path) -> None:
    run = run_qareport("rescore", record, "--normaliser", "mlqa-de", "--format", "json")

    assert json.loads(run.output)["normaliser"] == "mlqa-de"
    assert json.loads(run.output)["scores"]["has_answer"]["measures"]["exact"] == 100.0


def test_nothing_is_written_unless_it_is_asked_for(record: Path) -> None:
    before = {path: path.read_bytes() for path in record.parent.rglob("*.*")}

    run_qareport("rescore", record, "--null-threshold", 0)

    assert {path: path.read_bytes() for path in record.parent.rglob("*.*")} == before


def test_the_new_record_has_the_new_rules_and_answers(record: Path, tmp_path: Path) -> None:
    run = run_qareport("rescore", record, "--null-threshold", 0, "--output", tmp_path / "new")

    new = read_record(tmp_path / "new")
    assert run.exit_code == 0
    assert new.evaluation.options == replace(OPTIONS, null_threshold=0.0)
    assert [each.text for each in new.rows] == ["der Hund", ""]
    assert [each.text for each in read_record(record).rows] == ["der Hund", "Hund"]


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--null-rule", "per-window"),
        ("--null-threshold", -1.5, "--max-answer-length", 1),
        ("--normaliser", "mlqa-de"),
        ("--protocol", "haystack-token"),
    ],
)
def test_rescoring_by_the_same_options_again_writes_the_same_bytes(
    record: Path, tmp_path: Path, options: tuple[object, ...]
) -> None:
    once, twice = tmp_path / "once", tmp_path / "twice"

    run_qareport("rescore", record, *options, "--output", once)
    run_qareport("rescore", once, *options, "--output", twice)

    assert len(list(twice.iterdir())) == len(list(record.iterdir()))
    for path in once.iterdir():
        assert (twice / path.name).read_bytes() == path.read_bytes()


def test_the_same_rules_write_the_same_bytes(record: Path, tmp_path: Path) -> None:
    run_qareport("rescore", record, "--output", tmp_path / "new")

    for path in record.iterdir():
        assert (tmp_path / "new" / path.name).read_bytes() == path.read_bytes()


def test_a_record_is_not_replaced_unasked(record: Path, tmp_path: Path) -> None:
    other = write_found(tmp_path / "other", EXAMPLES, WINDOWS, OPTIONS)

    run = run_qareport("rescore", record, "--null-threshold", 0, "--output", other)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {other}: already holds evaluation.json; name another folder or add --overwrite\n"
    )
    assert read_record(other).evaluation.options == OPTIONS


def test_another_record_is_replaced_on_demand(record: Path, tmp_path: Path) -> None:
    other = write_found(tmp_path / "other", EXAMPLES, WINDOWS, OPTIONS)

    run = run_qareport("rescore", record, "--null-threshold", 0, "--output", other, "--overwrite")

    assert run.exit_code == 0
    assert read_record(other).evaluation.options == replace(OPTIONS, null_threshold=0.0)


@pytest.mark.parametrize("overwrite", [[], ["--overwrite"]])
def test_a_record_is_never_replaced_by_its_own_rescoring(
    record: Path, overwrite: list[str]
) -> None:
    run = run_qareport("rescore", record, "--null-threshold", 0, "--output", record, *overwrite)

    assert run.exit_code == 1
    assert run.errors == (f"Error: {record}: is read, and would be replaced; name another output\n")
    assert read_record(record).evaluation.options == OPTIONS


def test_what_a_shorter_limit_left_out_cannot_come_back(record: Path, tmp_path: Path) -> None:
    run_qareport("rescore", record, "--max-answer-length", 1, "--output", tmp_path / "new")

    run = run_qareport("rescore", tmp_path / "new", "--max-answer-length", 2)

    assert run.exit_code == 2
    assert "the record holds spans of up to 1 tokens" in run.errors


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--max-answer-length", 3, "max_answer_length 3: the record holds spans of up to 2 tokens"),
        ("--n-best-size", 4, "n_best_size 4: the record holds 3 spans of each window"),
        ("--normaliser", "squad-de", "there is no normaliser 'squad-de'; did you mean 'squad-en'?"),
        ("--null-rule", "lowest", "null_rule 'lowest' is none of all-windows, per-window"),
        ("--null-threshold", "nan", "Invalid value for '--null-threshold': 'nan' is not a finite"),
    ],
)
def test_rules_that_cannot_be_met_are_wrong_usage_and_write_nothing(
    record: Path, tmp_path: Path, option: str, value: object, sentence: str
) -> None:
    run = run_qareport("rescore", record, option, value, "--output", tmp_path / "new")

    assert run.exit_code == 2
    assert run.errors.startswith(f"Error: {sentence}")
    assert run.output == ""
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("option", ["--max-answer-length", "--n-best-size"])
def test_a_limit_below_one_is_wrong_usage(record: Path, option: str) -> None:
    assert run_qareport("rescore", record, option, 0).exit_code == 2


def test_a_folder_without_a_record_is_told(tmp_path: Path) -> None:
    run = run_qareport("rescore", tmp_path / "none")

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {tmp_path / 'none'}: is not a folder with a record; "
        "write one with `qareport evaluate --output`\n"
    )


def test_a_record_without_candidates_is_told(record: Path) -> None:
    path = record / "candidates.parquet"
    path.unlink()

    run = run_qareport("rescore", record)

    assert run.exit_code == 1
    assert run.errors == f"Error: {path}: not found; evaluate again to get it\n"


def test_changed_examples_are_refused(record: Path, tmp_path: Path) -> None:
    other = write_record(tmp_path / "other", row(EXAMPLES[0]))
    (other / "examples.parquet").replace(record / "examples.parquet")

    run = run_qareport("rescore", record)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {record / 'examples.parquet'}: changed since evaluation.json was written; "
        "evaluate again with --overwrite\n"
    )


def test_changed_candidates_are_refused(record: Path) -> None:
    path = record / "candidates.parquet"
    parquet.write_table(candidates_table(span_candidates(*WINDOWS[::-1])), path)

    run = run_qareport("rescore", record)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {path}: changed since evaluation.json was written; "
        "evaluate again with --overwrite\n"
    )


@pytest.mark.slow
def test_rescoring_imports_nothing_heavy(record: Path) -> None:
    arguments = ["rescore", str(record), "--output", f"{record}-new"]
    run = f"from qareport.cli.app import main\ntry: main({arguments!r})\nexcept SystemExit: pass"

    assert heavy_imports_of(run) == []
    assert read_record(Path(f"{record}-new")).evaluation.options == OPTIONS


# To Haystack the gold answer in the last token lies beyond it, so that question has no answer.
def test_another_protocol_is_told_with_haystacks_own_keys(record: Path) -> None:
    table = run_qareport("rescore", record, "--protocol", "haystack-token")
    told = run_qareport("rescore", record, "--protocol", "haystack-token", "--format", "json")

    again = json.loads(told.output)
    assert "protocol: official -> haystack-token" in table.output.splitlines()
    assert exact_matches(table.output) == [0.0, 50.0]
    assert again["protocol"] == "haystack-token"
    assert again["scores"]["overall"] == {"n": 2, "measures": {"exact": 50.0, "f1": 50.0}}
    assert again["haystack_report"] == {
        "EM": 50.0,
        "f1": 50.0,
        "EM_no_answer": 50.0,
        "f1_no_answer": 50.0,
        "Total_no_answer": 2,
    }


def test_the_official_protocol_has_no_keys_of_haystack(record: Path) -> None:
    run = run_qareport("rescore", record, "--protocol", "official", "--format", "json")

    assert "haystack_report" not in json.loads(run.output)


def test_the_way_back_to_the_official_protocol_writes_the_same_bytes(
    record: Path, tmp_path: Path
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"

    run_qareport("rescore", record, "--protocol", "haystack-token", "--output", there)
    kept = run_qareport("rescore", there)
    run_qareport("rescore", there, "--protocol", "official", "--output", back)

    assert "no rule is changed" in kept.output.splitlines()
    assert (there / "predictions.json").read_bytes() != (record / "predictions.json").read_bytes()
    for path in record.iterdir():
        assert (back / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--null-threshold", 0),
        ("--null-rule", "per-window"),
        ("--max-answer-length", 1),
        ("--n-best-size", 1),
        ("--normaliser", "mlqa-de"),
    ],
)
def test_options_that_the_protocol_has_not_are_refused(
    record: Path, option: str, value: object
) -> None:
    run = run_qareport("rescore", record, "--protocol", "haystack-token", option, value)

    assert run.exit_code == 2
    assert run.errors == (
        f"Error: {option}: haystack-token has fixed rules; leave such options out or add "
        "--protocol official\n"
    )


def test_questions_that_the_protocol_drops_are_told(tmp_path: Path) -> None:
    misplaced = example("none", context=CONTEXT, golds=(GoldAnswer("Hund", 0),), title="b")
    record = write_found(tmp_path / "record", (EXAMPLES[0], misplaced), WINDOWS, OPTIONS)

    run = run_qareport("rescore", record, "--protocol", "haystack-token")

    assert run.output.splitlines()[-1] == (
        "PARTIAL: 1 of 2 questions left out, a gold answer is not at its offset, "
        "so haystack-token does not score them"
    )


def test_a_normaliser_for_another_language_is_told_in_a_warning(record: Path) -> None:
    run = run_qareport("rescore", record, "--normaliser", "korquad")

    assert run.errors.startswith("Warning: normaliser for another language (1): ")


def test_the_printed_json_is_the_written_record_in_percent(record: Path, tmp_path: Path) -> None:
    run = run_qareport(
        "rescore", record, "--n-best-size", 1, "--output", tmp_path / "new", "--format", "json"
    )

    assert json.loads(run.output) == printed_of_file(tmp_path / "new/evaluation.json")
