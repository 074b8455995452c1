"""`qareport evaluate` prints the scores of a model and writes its record."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qareport.evaluation.record.examples_file import read_examples
from qareport.evaluation.record.shard_file import write_shard
from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.percent_json import printed_of_file
from tests.shard_builders import CHUNK, FINGERPRINT
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
EXAMPLES = (
    example("h", "Who gave their name?", context=CONTEXT, golds=("The Normans",)),
    example("n", "Who was the king of Norway?", context=CONTEXT),
)
RECORD = {
    "candidates.parquet",
    "evaluation.json",
    "examples.parquet",
    "nbest_predictions.json",
    "null_odds.json",
    "predictions.json",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    path.write_text(squad_json(*EXAMPLES))
    return path


def test_the_record_scores_as_its_own_predictions_do(
    model: Path, data: Path, tmp_path: Path
) -> None:
    evaluated = run_qareport(
        "evaluate", model, "--data", data, "--output", tmp_path / "record", "--format", "json"
    )
    scored = run_qareport("score", data, tmp_path / "record/predictions.json", "--format", "json")

    scores, official = json.loads(evaluated.output)["scores"], json.loads(scored.output)
    assert {path.name for path in (tmp_path / "record").iterdir()} == RECORD | {"report.html"}
    assert [scores["overall"]["measures"]["exact"], scores["overall"]["n"]] == [
        official["exact"],
        official["total"],
    ]
    assert scores["has_answer"]["measures"]["f1"] == pytest.approx(official["HasAns_f1"])
    assert scores["no_answer"]["measures"]["f1"] == official["NoAns_f1"]


def test_the_printed_json_is_the_written_record_in_percent(
    model: Path, data: Path, tmp_path: Path
) -> None:
    run = run_qareport(
        "evaluate", model, "--data", data, "--output", tmp_path / "new/record", "--format", "json"
    )

    printed = printed_of_file(tmp_path / "new/record/evaluation.json")
    assert json.loads(run.output) == printed
    assert run.errors == ""


def test_the_table_counts_both_kinds_and_names_model_and_data(model: Path, data: Path) -> None:
    run = run_qareport("evaluate", model, "--data", data, "--dtype", "float32")

    rows = [line.split("│")[1:3] for line in run.output.splitlines() if "│" in line]
    counts = dict([cell.strip() for cell in row] for row in rows)
    assert [counts[kind] for kind in ("All questions", "HasAns", "NoAns")] == ["2", "1", "1"]
    assert {"correct", "false answer"} & counts.keys()
    assert f"model: {model}, weights " in run.output
    assert f"data: {data}, examples " in run.output
    assert "run: cpu (" in run.output
    assert run.exit_code == 0


def test_the_table_shows_an_interval_beside_each_score(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    data = tmp_path / "data.json"
    others = [example(f"o{number}", context=f"Place {number}.") for number in range(8)]
    data.write_text(squad_json(*EXAMPLES, *others).replace('"title": "t"', '"title": ""'))

    # It answers nothing, which is right where there is no answer.
    run = run_qareport("evaluate", model, "--data", data, "--null-threshold", -1000)

    rows = [line.split("│")[1:-1] for line in run.output.splitlines() if "│" in line]
    intervals = {row[0].strip(): (row[3].strip(), row[5].strip()) for row in rows[:3]}
    assert all(" to " in interval for interval in intervals["All questions"])
    assert intervals["HasAns"] == ("", "")
    assert "Intervals are by leaving out each of 9 paragraphs." in run.output


def test_a_limited_run_says_that_it_is_partial(model: Path, data: Path) -> None:
    run = run_qareport("evaluate", model, "--data", data, "--limit", 1)

    assert "PARTIAL: 1 of 2 questions left out, beyond --limit 1" in run.output


def test_a_sample_is_told_and_its_report_gives_the_same_command(
    model: Path, data: Path, tmp_path: Path
) -> None:
    run = run_qareport(
        *("evaluate", model, "--data", data, "--output", tmp_path / "record"),
        *("--sample", 1, "--seed", 7),
    )

    record = json.loads((tmp_path / "record/evaluation.json").read_text())
    assert "PARTIAL: 1 of 2 questions left out, not in the sample of 1, seed 7" in run.output
    assert record["is_partial"]
    assert record["sampling"] == {"method": "random", "questions": 1, "seed": 7}
    assert "--sample 1 --seed 7" in (tmp_path / "record/report.html").read_text()


def test_a_sample_of_all_questions_is_not_partial(model: Path, data: Path) -> None:
    run = run_qareport("evaluate", model, "--data", data, "--sample", 2, "--format", "json")

    record = json.loads(run.output)
    assert (record["is_partial"], record["sampling"]) == (False, None)


def test_options_reach_the_record(model: Path, data: Path) -> None:
    options = {
        "max_seq_length": 64,
        "doc_stride": 16,
        "max_answer_length": 5,
        "n_best_size": 3,
        "null_threshold": -1.5,
        "null_rule": "per-window",
    }
    flags = [
        word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)
    ]

    run = run_qareport(
        "evaluate", model, "--data", data, *flags, "--batch-tokens", 100, "--format", "json"
    )

    record = json.loads(run.output)
    assert record["options"] == options
    assert record["hardware"]["batch_tokens"] == 100


def test_warnings_go_to_standard_error_and_into_the_record(model: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(squad_json(example("q", "Who?" * 300, context=CONTEXT, golds=("Norse",))))

    run = run_qareport("evaluate", model, "--data", data, "--format", "json")

    kinds = [group["kind"] for group in json.loads(run.output)["findings"]]
    assert kinds == ["answer not at its offset", "cut question"]
    assert [line.split(" (")[0] for line in run.errors.splitlines() if line[0] != " "] == [
        "Warning: answer not at its offset",
        "Warning: cut question",
    ]


def test_a_table_of_rows_is_read_as_well(model: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    answers = {"text": ["Normandy"], "answer_start": [31]}
    row = {"id": "q", "title": "t", "context": CONTEXT, "question": "Where?", "answers": answers}
    rows.write_text(json.dumps(row))

    run = run_qareport("evaluate", model, "--data", rows, "--format", "json")

    assert json.loads(run.output)["data"]["source"] == str(rows)


def test_the_record_tells_what_became_of_each_question(
    model: Path, data: Path, tmp_path: Path
) -> None:
    run_qareport("evaluate", model, "--data", data, "--output", tmp_path / "record")

    rows = read_examples(tmp_path / "record/examples.parquet")
    predictions = json.loads((tmp_path / "record/predictions.json").read_text())
    assert {row.example.id: row.text for row in rows} == predictions


def test_a_run_ends_by_naming_the_page_that_shows_its_record(
    model: Path, data: Path, tmp_path: Path
) -> None:
    run = run_qareport("evaluate", model, "--data", data, "--output", tmp_path / "record")

    page = tmp_path / "record/report.html"
    assert run.output.splitlines()[-1] == f"report: {page}"
    assert "Who was the king of Norway?" in page.read_text()


def test_nobody_needs_to_have_a_page(model: Path, data: Path, tmp_path: Path) -> None:
    output = tmp_path / "record"

    run = run_qareport("evaluate", model, "--data", data, "--output", output, "--no-report")

    assert "report" not in run.output.splitlines()[-1]
    assert {path.name for path in output.iterdir()} == RECORD


def test_a_page_of_others_stops_a_run_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>mine</p>")

    run = run_qareport("evaluate", tmp_path / "none", "--data", "none", "--output", tmp_path)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {tmp_path / 'report.html'}: is not a report of qareport; name another file or add "
        "--overwrite\n"
    )
    assert (tmp_path / "report.html").read_text() == "<p>mine</p>"


def test_overwrite_replaces_a_record(model: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").write_text("old")

    run = run_qareport("evaluate", model, "--data", data, "--output", tmp_path, "--overwrite")

    assert run.exit_code == 0
    assert json.loads((tmp_path / "evaluation.json").read_text())["format"] == 3
    assert pq.read_table(tmp_path / "candidates.parquet").num_rows == 2


def test_the_normaliser_reaches_the_record_and_its_warning_the_reader(
    model: Path, data: Path
) -> None:
    run = run_qareport("evaluate", model, "--data", data, "--normaliser", "korquad")
    told = run_qareport(
        "evaluate", model, "--data", data, "--normaliser", "mlqa-en", "--format", "json"
    )

    assert "scored: official, normaliser korquad" in run.output
    assert run.errors.startswith("Warning: normaliser for another language (1): ")
    assert (json.loads(told.output)["normaliser"], told.errors) == ("mlqa-en", "")


def test_an_unknown_normaliser_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    run = run_qareport(
        "evaluate", tmp_path / "none", "--data", tmp_path / "none.json", "--normaliser", "squad-e"
    )

    assert run.exit_code == 2
    assert "there is no normaliser 'squad-e'; did you mean 'squad-en'?" in run.errors


def test_unfinished_work_is_gone_on_with_and_what_is_damaged_is_told(
    model: Path, data: Path, tmp_path: Path
) -> None:
    work = tmp_path / "record/.work"
    work.mkdir(parents=True)
    (work / "00000000.shard").write_bytes(b"torn")
    (tmp_path / "record/predictions.json").touch()

    run = run_qareport("evaluate", model, "--data", data, "--output", tmp_path / "record")

    assert run.exit_code == 0
    assert run.errors == (
        f"Note: {work / '00000000.shard'}: is torn or was changed, so these examples are answered "
        "again\n"
    )
    assert {path.name for path in (tmp_path / "record").iterdir()} == RECORD | {"report.html"}


def test_a_trial_of_engines_is_not_held_again_over_unfinished_work(
    model: Path, data: Path, tmp_path: Path
) -> None:
    work = tmp_path / "record/.work"
    work.mkdir(parents=True)
    write_shard(
        work / "00000000.shard",
        CHUNK,
        indices=range(2),
        fingerprint=FINGERPRINT,
    )

    run = run_qareport(
        *("evaluate", model, "--data", data, "--output", tmp_path / "record"),
        *("--engine", "auto"),
    )

    assert run.exit_code == 0
    assert "engine auto takes torch, which the answers that are there come from" in run.errors
    assert "windows a second" not in run.errors


def test_finished_record_is_replaced_only_when_that_is_asked_for(
    model: Path, data: Path, tmp_path: Path
) -> None:
    command = ("evaluate", model, "--data", data, "--output", tmp_path / "record")
    run_qareport(*command)

    refused, replaced = run_qareport(*command), run_qareport(*command, "--overwrite")

    assert (refused.exit_code, replaced.exit_code) == (1, 0)
    assert "already holds evaluation.json; name another folder or add --overwrite" in refused.errors
