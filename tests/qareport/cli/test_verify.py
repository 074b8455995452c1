"""`qareport verify` tells which figures of a card are true, and ends with 3 when one is not."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from qareport.cli.sources import ModelChoice, published_model
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.reader import read_record
from qareport.evaluation.record.writer import EVALUATION
from qareport.inference.options import AnsweringOptions
from tests.builders import example, squad_json
from tests.command_line import heavy_imports_of, run_qareport
from tests.hub_server import hub_server
from tests.row_builders import answered_right, forge_rows, row, write_record
from tests.tiny_models import build_tiny_model

CONTEXT = "c d e f g"
RIGHT = row(example("a", context=CONTEXT, golds=("c",)), "c")
WRONG = row(example("b", context=CONTEXT, golds=("c",)), "d")
"""Exact match 50 and F1 50 together."""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card beside a record of two questions."""
    write_record(tmp_path / "card" / "record", RIGHT, WRONG)
    path = tmp_path / "card" / "README.md"
    path.write_text("EM: 50.00\n")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    path.write_text(squad_json(RIGHT.example, example("n", context=CONTEXT)))
    return path


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_card_whose_figures_are_true_passes(card: Path, *, is_folder: bool) -> None:
    run = run_qareport("verify", card.parent if is_folder else card)

    assert run.exit_code == 0
    assert "1 claims: 1 confirmed, 0 contradicted, 0 not checkable" in run.output


def test_a_wrong_figure_ends_with_exit_code_3_and_its_line(card: Path) -> None:
    card.write_text("EM: 50.00\n\nF1: 51.00\n")

    run = run_qareport("verify", card)

    assert run.exit_code == 3
    assert "2 claims: 1 confirmed, 1 contradicted, 0 not checkable" in run.output
    assert run.errors == f"Error: {card}: lines that contradict the records: 3\n"


def test_a_tolerance_lets_small_differences_pass(card: Path) -> None:
    card.write_text("F1: 51.00\n")

    assert run_qareport("verify", card, "--tolerance", 1).exit_code == 0
    assert run_qareport("verify", card, "--tolerance", 0.5).exit_code == 3
    assert run_qareport("verify", card, "--tolerance", -1).exit_code == 2


def test_verdicts_are_printed_as_json(card: Path) -> None:
    run = run_qareport("verify", card, "--format", "json")

    told = json.loads(run.output)
    (verdict,) = told["verdicts"]
    assert told["unit"] == "percent"
    assert (verdict["outcome"], verdict["measured"]) == ("confirmed", 50.0)
    assert verdict["record"] == str(card.parent / "record")


def test_a_record_may_be_named(card: Path, tmp_path: Path) -> None:
    other = write_record(tmp_path / "other", RIGHT)

    run = run_qareport("verify", card, "--record", other)

    assert run.exit_code == 3


def test_a_card_without_records_is_told_how_to_get_one(card: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.md"
    alone.write_text(card.read_text())

    run = run_qareport("verify", alone, "--record", card.parent / "record")
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "README.md").write_text(card.read_text())
    missing = run_qareport("verify", empty)

    assert run.exit_code == 0
    assert missing.exit_code == 4
    assert f"{empty}: nothing in it could be checked; name a record" in missing.errors
    assert "0 confirmed, 0 contradicted, 1 not checkable" in missing.output
    assert "`qareport verify CARD --run --data FILE --output DIR`" in missing.output


def test_a_card_without_figures_has_no_table(card: Path) -> None:
    card.write_text("Hello.\n")

    run = run_qareport("verify", card)

    assert run.output == "0 claims: 0 confirmed, 0 contradicted, 0 not checkable\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--run"], "--run needs --output DIR, a folder for the record that it makes"),
        (["--data", "x.json"], "--output and the options of the data go with --run; add it"),
        (
            ["--run", "--remeasure", "5"],
            "--run answers all questions and --remeasure some of them; leave one out",
        ),
        (["--seed", "5"], "--seed goes with --remeasure; add it"),
        (
            ["--remeasure", "5", "--data", "x.json"],
            "--output and the options of the data go with --run; add it",
        ),
        (["--output", "x"], "--output and the options of the data go with --run; add it"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    card: Path, arguments: list[str], message: str
) -> None:
    run = run_qareport("verify", card, *arguments)

    assert run.exit_code == 2
    assert run.errors == f"Error: {message}\n"


def test_at_least_one_question_is_measured_again(card: Path) -> None:
    run = run_qareport("verify", card, "--remeasure", 0)

    assert run.exit_code == 2
    assert "'0' is not a whole number from 1 to" in run.errors


def test_a_card_that_is_not_there_is_told(tmp_path: Path) -> None:
    file, folder = tmp_path / "none.md", tmp_path / "folder"
    folder.mkdir()

    assert f"{file}: not found; name a README.md" in run_qareport("verify", file).errors
    assert f"{folder}: has no README.md" in run_qareport("verify", folder).errors
    assert "neither a folder" in run_qareport("verify", "a b").errors


@pytest.mark.slow
def test_the_model_of_the_card_is_run_where_that_is_asked_for(
    model: Path, data: Path, tmp_path: Path
) -> None:
    folder = copytree(model, tmp_path / "model")
    (folder / "README.md").write_text("n: 2, EM: 101.0\n")
    record = tmp_path / "record"

    run = run_qareport(
        *("verify", folder, "--run", "--data", data, "--output", record, "--format", "json")
    )
    again = run_qareport("verify", folder, "--run", "--data", data, "--output", record)

    counted, scored = json.loads(run.output)["verdicts"]
    assert run.exit_code == 3
    assert (counted["outcome"], counted["record"]) == ("confirmed", str(record))
    assert scored["measured"] in {0.0, 50.0, 100.0}
    assert again.exit_code == 1
    assert "--overwrite" in again.errors


@pytest.mark.slow
def test_a_model_whose_weights_are_not_those_of_its_card_is_not_run(
    published: Path, data: Path, tmp_path: Path
) -> None:
    folder = copytree(published, tmp_path / "model")
    assert run_qareport("card", folder, "--no-run").exit_code == 0
    run = ("verify", folder, "--run", "--data", data, "--output", tmp_path / "again")
    same = run_qareport(*run)
    build_tiny_model("bert", folder, seed=1)

    other = run_qareport(*run, "--overwrite")

    assert "are not those that the record states" not in same.errors
    assert (same.exit_code, other.exit_code) == (0, 1)
    assert other.errors.startswith(f"Error: {folder}: its weights (SHA-256 ")
    assert "are not those that the record states" in other.errors


@pytest.mark.slow
def test_scores_of_a_run_may_be_off_by_what_hardware_rounds(
    model: Path, data: Path, tmp_path: Path
) -> None:
    folder, record = copytree(model, tmp_path / "model"), tmp_path / "record"
    run = ("verify", folder, "--run", "--data", data, "--output", record, "--overwrite")
    (folder / "README.md").write_text("EM: 101.0\n")
    first = json.loads(run_qareport(*run, "--format", "json").output)["verdicts"][0]["measured"]
    (folder / "README.md").write_text(f"EM: {first + 0.04:.6f} %\n")

    assert run_qareport(*run).exit_code == 0
    assert run_qareport(*run, "--tolerance", 0).exit_code == 3


@pytest.mark.slow
def test_a_card_on_the_hub_is_fetched(card: Path, tmp_path: Path) -> None:
    hosted = tmp_path / "hub" / "models" / "someone" / "model"
    hosted.mkdir(parents=True)
    (hosted / "README.md").write_text(card.read_text())

    with hub_server(tmp_path / "hub") as hub:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "qareport", "verify", "someone/model"),
                *("--record", card.parent / "record"),
            ],
            env={**os.environ, **hub.environment(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0
    assert "1 confirmed" in run.stdout


@pytest.mark.slow
def test_a_card_is_verified_without_torch(card: Path) -> None:
    code = (
        "from qareport.cli.commands import make_app\n"
        f"make_app()(['verify', {str(card)!r}], standalone_mode=False)"
    )

    assert heavy_imports_of(code) == []


@pytest.fixture(scope="module")
def published(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with its card, and the honest record of twelve questions below it."""
    folder = copytree(model, tmp_path_factory.mktemp("published") / "model")
    asked = [
        example(f"{kind}{number}", f"q {word}", context=CONTEXT, golds=golds)
        for kind, golds in (("has", ("c",)), ("no", ()))
        for number, word in enumerate("abcdef")
    ]
    data = folder / "data.json"
    data.write_text(squad_json(*asked))
    evaluated = run_qareport(
        *("evaluate", folder, "--data", data, "--output", folder / "record"),
        *("--dtype", "float32", "--no-report"),
    )
    assert evaluated.exit_code == 0
    (folder / "README.md").write_text("No figures.\n")
    return folder


@pytest.fixture
def forged(published: Path, tmp_path: Path) -> Path:
    """The same with rows that were rewritten with all files, so that every answer is right."""
    folder = copytree(published, tmp_path / "forged")
    forge_rows(folder / "record", answered_right)
    (folder / "README.md").write_text("EM: 100.0\n")
    return folder


@pytest.mark.slow
def test_an_honest_record_is_confirmed_by_measuring_again(published: Path) -> None:
    run = run_qareport("verify", published, "--remeasure", 4, "--seed", 271, "--dtype", "float32")

    assert run.exit_code == 0
    assert run.output.splitlines() == [
        "0 claims: 0 confirmed, 0 contradicted, 0 not checkable",
        (
            f"remeasured 4 of 12 questions of {published / 'record'}, drawn by seed 271: 4 answers "
            "as recorded (rounding: up to 0.01 logits); so at most 52.71 % of all rows differ "
            "(95 %, exact binomial)"
        ),
    ]


@pytest.mark.slow
def test_nobody_can_foresee_which_questions_are_asked(published: Path) -> None:
    command = ("verify", published, "--remeasure", 4, "--dtype", "float32", "--format", "json")

    seeds = {json.loads(run_qareport(*command).output)["remeasured"]["seed"] for _ in range(3)}

    assert len(seeds) > 1


@pytest.mark.slow
def test_a_forged_record_is_caught_by_measuring_again_alone(forged: Path) -> None:
    trusting = run_qareport("verify", forged)
    measuring = run_qareport("verify", forged, "--remeasure", 99, "--dtype", "float32")

    assert trusting.exit_code == 0
    assert "1 confirmed" in trusting.output
    assert measuring.exit_code == 3
    assert f"remeasured all 12 questions of {forged / 'record'}: 0 answers" in measuring.output
    assert "question 'has0' of" in measuring.output
    assert measuring.errors == (
        f"Error: {forged}: records that its model does not confirm: {forged / 'record'}\n"
    )


@pytest.mark.slow
def test_wrong_figures_and_wrong_rows_are_both_told(forged: Path) -> None:
    (forged / "README.md").write_text("EM: 50.0\n")

    run = run_qareport("verify", forged, "--remeasure", 12)

    assert run.exit_code == 3
    assert "lines that contradict the records: 1; records that its model" in run.errors


@pytest.mark.slow
def test_what_was_measured_again_is_printed_as_json(forged: Path) -> None:
    run = run_qareport("verify", forged, "--remeasure", 3, "--seed", 5, "--format", "json")

    told = json.loads(run.output)["remeasured"]
    (measured,) = told["records"]
    assert run.exit_code == 3
    assert (told["model"], told["seed"], told["others"]) == (str(forged), 5, [])
    assert (measured["questions"], measured["asked"], measured["as_recorded"]) == (12, 3, 0)
    assert measured["differing_at_most"] == 100.0
    assert {*measured["differing"][0]} == {
        *("id", "change", "recorded", "recorded_margin", "measured", "measured_margin"),
        "f1_gain",
    }


def test_nothing_is_measured_again_unasked(card: Path) -> None:
    run = run_qareport("verify", card, "--format", "json")

    assert json.loads(run.output)["remeasured"] is None


@pytest.mark.slow
def test_records_of_other_weights_are_said_not_to_be_measured_again(
    published: Path, tmp_path: Path
) -> None:
    folder = copytree(published, tmp_path / "model")
    other = write_record(folder / "teacher", RIGHT, WRONG)

    both = run_qareport("verify", folder, "--remeasure", 2)
    alone = run_qareport("verify", folder, "--remeasure", 2, "--record", other)

    assert both.exit_code == 0
    assert f"not remeasured: {other}: its weights (SHA-256 w) are not those of" in both.output
    assert alone.exit_code == 1
    assert "no record of it can be measured again" in alone.errors


@pytest.mark.slow
def test_a_model_with_short_windows_is_asked_beside_records_with_long_ones(
    published: Path, tmp_path: Path
) -> None:
    folder = copytree(published, tmp_path / "model")
    record = write_record(folder / "a-teacher", RIGHT)
    recorded = read_evaluation(record / EVALUATION)
    longer = replace(recorded, options=AnsweringOptions(max_seq_length=4096))
    write_evaluation(longer, record / EVALUATION)

    assert run_qareport("verify", folder, "--remeasure", 1).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "model"])
def test_the_model_is_beside_its_card_or_below_it(
    published: Path, tmp_path: Path, place: str
) -> None:
    folder = copytree(published, tmp_path / "run" / place)
    (tmp_path / "run" / "README.md").write_text("No figures.\n")

    run = run_qareport("verify", tmp_path / "run", "--remeasure", 1, "--format", "json")

    assert run.exit_code == 0
    assert json.loads(run.output)["remeasured"]["model"] == str(folder)


@pytest.mark.slow
def test_a_card_without_model_has_that_of_its_record(published: Path, tmp_path: Path) -> None:
    copytree(published / "record", tmp_path / "record")
    (tmp_path / "README.md").write_text("No figures.\n")

    run = run_qareport("verify", tmp_path, "--remeasure", 1, "--format", "json")

    assert run.exit_code == 0
    assert json.loads(run.output)["remeasured"]["model"] == str(published)


def test_a_card_whose_model_is_nowhere_is_told_what_to_do(card: Path) -> None:
    run = run_qareport("verify", card, "--remeasure", 1)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {card}: has no model beside it, and tiny, which {card.parent / 'record'} names, "
        "is no folder here; put the card beside its model, or name its Hub id\n"
    )


def test_a_card_without_records_has_nothing_to_measure_again(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("No figures.\n")

    run = run_qareport("verify", tmp_path, "--remeasure", 1)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {tmp_path}: has no record beside or below it; name one with --record\n"
    )


def test_models_on_the_hub_are_found_by_the_card_or_by_its_record(card: Path) -> None:
    folder = card.parent / "record"
    recorded = read_evaluation(folder / EVALUATION)
    hosted = replace(recorded.model, name="someone/model", revision="abc")
    write_evaluation(replace(recorded, model=hosted), folder / EVALUATION)
    records = (read_record(folder),)

    by_card = published_model("other/model", card, records)
    by_record = published_model(str(card), card, records)

    assert by_card == ModelChoice(name="other/model")
    assert by_record == ModelChoice(name="someone/model", revision="abc")
