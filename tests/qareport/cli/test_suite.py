"""`qareport suite` prints one table of all pairs, and ends with 1 when one of them failed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.percent_json import printed_of_file
from tests.repository import ROOT
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
EXAMPLES = (
    example("h", "Who gave their name?", context=CONTEXT, golds=("The Normans",)),
    example("n", "Who was the king of Norway?", context=CONTEXT),
)
SUITE = """
[[models]]
model = "models/tiny"
[[models]]
model = "models/small"
[[data]]
data = "data.json"
[[data]]
data = "data.json"
limit = 1
[engine]
device = "cpu"
dtype = "float32"
batch_tokens = 32
"""
ONE_PAIR = """
models = [{ model = "models/tiny" }]
data = [{ data = "data.json" }]
engine = { device = "cpu", batch_tokens = 32 }
"""
PAIRS = ["tiny/data", "tiny/data-first-1", "small/data", "small/data-first-1"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two tiny models."""
    folder = tmp_path_factory.mktemp("models")
    build_tiny_model("bert", folder / "tiny", seed=1)
    build_tiny_model("roberta", folder / "small", seed=2)
    return folder


@pytest.fixture
def place(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs, with suite.toml and what it names."""
    (tmp_path / "models").symlink_to(models)
    (tmp_path / "data.json").write_text(squad_json(*EXAMPLES))
    (tmp_path / "suite.toml").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(output: str) -> list[list[str]]:
    """The printed cells of each row below the headings."""
    lines = [line for line in output.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


@pytest.mark.slow
def test_every_pair_has_a_row_and_a_record_as_evaluate_makes_it(place: Path) -> None:
    run = run_qareport("suite", "suite.toml", "--output", "out")
    alone = run_qareport(
        *("evaluate", "models/small", "--data", "data.json", "--output", "alone", "--no-report"),
        *("--device", "cpu", "--dtype", "float32", "--batch-tokens", 32),
    )

    assert (run.exit_code, alone.exit_code, run.errors) == (0, 0, "")
    assert [row[:3] for row in rows(run.output)] == [
        ["tiny", "data", "2"],
        ["tiny", "data-first-1", "1 of 2"],
        ["small", "data", "2"],
        ["small", "data-first-1", "1 of 2"],
    ]
    assert run.output.splitlines()[-2:] == [
        "records: out/MODEL/DATA; `qareport report` shows one or compares several",
        "results: out/suite.json",
    ]
    same = ("predictions.json", "null_odds.json", "examples.parquet", "candidates.parquet")
    for name in same:
        assert (place / "out/small/data" / name).read_bytes() == (
            place / "alone" / name
        ).read_bytes()


@pytest.mark.slow
def test_a_failing_pair_is_told_and_the_others_are_measured(place: Path) -> None:
    (place / "suite.toml").write_text(SUITE.replace("models/tiny", "models/none"))

    run = run_qareport("suite", "suite.toml", "--output", "out")

    assert run.exit_code == 1
    assert [row[2] for row in rows(run.output)] == ["failed", "failed", "2", "1 of 2"]
    told = [line for line in run.output.splitlines() if " on " in line and ": " in line]
    assert [line.split(": ")[:2] for line in told] == [
        ["none on data", "models/none"],
        ["none on data-first-1", "models/none"],
    ]
    assert run.errors.startswith("Note: none on data failed: models/none: ")


@pytest.mark.slow
def test_the_printed_json_is_the_written_file_in_percent_and_finished_pairs_are_taken(
    place: Path,
) -> None:
    first = run_qareport("suite", "suite.toml", "--output", "out", "--format", "json")

    second = run_qareport("suite", "suite.toml", "--output", "out", "--format", "json")

    assert first.output == second.output
    assert json.loads(first.output) == printed_of_file(place / "out/suite.json")
    assert [pair["folder"] for pair in json.loads(first.output)["pairs"]] == PAIRS
    assert [line.split(":")[1].strip() for line in second.errors.splitlines()] == [
        "tiny on data",
        "tiny on data-first-1",
        "small on data",
        "small on data-first-1",
    ]


def test_samples_are_of_the_seed_that_is_named(place: Path) -> None:
    sampled = '{ data = "data.json", sample = 1, seed = 7 }'
    (place / "suite.toml").write_text(ONE_PAIR.replace('{ data = "data.json" }', sampled))

    run = run_qareport("suite", "suite.toml", "--output", "out")

    record = json.loads((place / "out/tiny/data/evaluation.json").read_text())
    assert [row[:3] for row in rows(run.output)] == [["tiny", "data", "1 of 2"]]
    assert record["sampling"] == {"method": "random", "questions": 1, "seed": 7}


@pytest.mark.slow
def test_a_trial_of_engines_is_not_held_again_over_finished_pairs(place: Path) -> None:
    run_qareport("suite", "suite.toml", "--output", "out")
    (place / "suite.toml").write_text(f'{SUITE}engine = "auto"\n')

    again = run_qareport("suite", "suite.toml", "--output", "out")

    assert again.exit_code == 0
    assert again.errors.count("was finished before") == 4
    assert again.errors.count("engine auto takes torch, which the answers that are there") == 2


@pytest.mark.slow
def test_other_options_need_another_folder_or_overwrite(place: Path) -> None:
    run_qareport("suite", "suite.toml", "--output", "out")
    (place / "suite.toml").write_text(f"{SUITE}[answering]\nnull_threshold = 1.0\n")

    refused = run_qareport("suite", "suite.toml", "--output", "out")
    replaced = run_qareport("suite", "suite.toml", "--output", "out", "--overwrite")

    assert (refused.exit_code, replaced.exit_code) == (1, 0)
    assert refused.output.count("holds a record with other options; name another folder or") == 4
    record = json.loads((place / "out/tiny/data/evaluation.json").read_text())
    assert record["options"]["null_threshold"] == 1.0


@pytest.mark.slow
def test_a_stopped_suite_says_what_is_kept_and_goes_on(place: Path) -> None:
    asked = [example(f"q{number}", "Who came?", context=CONTEXT) for number in range(400)]
    (place / "data.json").write_text(squad_json(*asked))
    (place / "suite.toml").write_text(ONE_PAIR)
    process = subprocess.Popen(
        [sys.executable, "-m", "qareport", "suite", "suite.toml", "--output", "out"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(place.glob("out/*/*/.work/*.shard")):
        assert process.poll() is None
        time.sleep(0.01)

    process.send_signal(signal.SIGTERM)
    errors = process.communicate()[1]
    was_complete = (place / "out/suite.json").exists()
    again = run_qareport("suite", "suite.toml", "--output", "out")

    assert process.returncode == 143
    assert errors == (
        "Stopped: what is answered is kept in out, and the same command goes on from there\n"
    )
    assert not was_complete
    assert again.exit_code == 0
    assert again.errors.endswith(" of 400 examples answered before\n")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_long_names_are_folded_on_a_terminal_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool
) -> None:
    name = "n" * 90
    data = f'data = [{{ data = "none.json", name = "{name}" }}]'
    (place / "suite.toml").write_text(f'models = [{{ model = "m" }}]\n{data}\n')
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1" if is_terminal else "")

    run = run_qareport("suite", "suite.toml", "--output", "out")

    (table, _, _) = run.output.partition("└")
    assert (name not in table) == is_terminal


def test_all_keys_are_printed_without_a_suite() -> None:
    run = run_qareport("suite", "--keys")

    assert run.exit_code == 0
    assert run.output.startswith("# models (required): ")
    assert "answering.doc_stride = 128  # " in run.output


def test_what_is_missing_is_wrong_usage(place: Path) -> None:
    alone, without_output = run_qareport("suite"), run_qareport("suite", "suite.toml")

    assert (alone.exit_code, without_output.exit_code) == (2, 2)
    assert alone.errors == "Error: SUITE is missing; name a TOML file, whose keys `--keys` prints\n"
    assert without_output.errors == (
        "Error: --output is missing; name the folder for the records\n"
    )
    assert list(place.glob("out")) == []


def test_a_suite_runs_code_of_models_only_on_demand(place: Path) -> None:
    text = ONE_PAIR.replace('models/tiny"', 'models/tiny", trust_remote_code = true')
    (place / "suite.toml").write_text(text)

    refused = run_qareport("suite", "suite.toml", "--output", "results")
    allowed = run_qareport("suite", "suite.toml", "--output", "results", "--trust-remote-code")

    assert refused.exit_code == 2
    assert refused.errors == (
        "Error: suite.toml: models/tiny is to run code that comes with it; read that code, and if "
        "you trust it add --trust-remote-code\n"
    )
    assert allowed.exit_code == 0


def test_a_suite_that_cannot_be_read_ends_before_any_work(place: Path) -> None:
    (place / "suite.toml").write_text(SUITE + "\n[engines]\n")

    run = run_qareport("suite", "suite.toml", "--output", "out")

    assert run.exit_code == 1
    assert run.errors == "Error: suite.toml: unknown key 'engines'; did you mean 'engine'?\n"
    assert not (place / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_told(place: Path) -> None:
    (place / "notes.txt").touch()

    run = run_qareport("suite", "suite.toml", "--output", "notes.txt")

    assert run.exit_code == 1
    assert run.errors == "Error: notes.txt: cannot be made (File exists)\n"
    assert (place / "notes.txt").is_file()
