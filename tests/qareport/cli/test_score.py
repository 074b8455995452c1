"""`qareport score` prints the official scores and tells on standard error what to doubt."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from qareport.cli.score import score
from qareport.errors import DataError, MissingPredictionsError, OutputError, UsageError
from tests.builders import example, squad_json
from tests.shared_data import DEV_SET, needs_shared

SQUAD = DEV_SET.parent
CONTEXT = "The Denver Broncos! won in 1990"
BASE = squad_json(
    example("h1", context=CONTEXT, golds=("Denver Broncos", "The Denver Broncos!")),
    example("h2", context=CONTEXT, golds=("1990",)),
    example("n1", context=CONTEXT),
    example("n2", context=CONTEXT),
)
X_TEXTS = {"h1": "the Broncos", "h2": "1990", "n1": "x", "n2": "foo"}
T_VALUES = {"h1": 0.1, "n1": 0.5, "n2": 0.8, "h2": 0.9}
T1 = {
    "exact": 50,
    "f1": 66.66666666666666,
    "total": 4,
    "HasAns_exact": 50,
    "HasAns_f1": 83.33333333333333,
    "HasAns_total": 2,
    "NoAns_exact": 50,
    "NoAns_f1": 50,
    "NoAns_total": 2,
}


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(score)
    words, wide = [str(each) for each in arguments], {"COLUMNS": "100"}
    return CliRunner().invoke(app, words, catch_exceptions=False, env=wide)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    path.write_text(BASE)
    return path


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    return write(tmp_path / "predictions.json", {**X_TEXTS, "n1": ""})


def write(path: Path, table: Mapping[str, str | float]) -> Path:
    path.write_text(json.dumps(table))
    return path


def test_the_official_keys_are_printed_as_json(data: Path, predictions: Path) -> None:
    result = run(data, predictions, "--format", "json")

    assert json.loads(result.stdout) == T1
    assert list(json.loads(result.stdout)) == list(T1)
    assert result.stderr == ""


def test_a_table_shows_every_kind_with_its_count(data: Path, predictions: Path) -> None:
    told = run(data, predictions).stdout.replace("│", " ").splitlines()

    assert [line.split() for line in told[4:7]] == [
        ["All", "questions", "4", "50.00", "66.67"],
        ["HasAns", "2", "50.00", "83.33"],
        ["NoAns", "2", "50.00", "50.00"],
    ]


def test_a_table_of_too_few_questions_says_why_it_has_no_intervals(tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(
        squad_json(
            example("h", context="in 1990", golds=("1990",)), example("n", context="elsewhere")
        )
    )
    texts = write(tmp_path / "x.json", {"h": "1990", "n": "elsewhere"})

    told = run(data, texts).stdout.splitlines()

    assert [[cell.strip() for cell in line.split("│")[1:-1]] for line in told[4:7]] == [
        ["All questions", "2", "50.00", "50.00"],
        ["HasAns", "1", "100.00", "100.00"],
        ["NoAns", "1", "0.00", "0.00"],
    ]
    assert "The total has no interval: all its questions are of one article;" in " ".join(told)
    assert told[-1].strip() == "Answering nothing to every question would score 50.00."


def test_null_odds_add_the_official_best_thresholds(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", X_TEXTS)
    odds = write(tmp_path / "odds.json", T_VALUES)

    scores = json.loads(run(data, texts, "--null-odds", odds, "--format", "json").stdout)

    assert scores["f1"] == 41.666666666666664
    assert list(scores.items())[9:] == [
        ("best_exact", 50),
        ("best_exact_thresh", 0.0),
        ("best_f1", 66.66666666666666),
        ("best_f1_thresh", 0.1),
    ]


def test_answers_above_the_null_threshold_are_withheld(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", X_TEXTS)
    odds = write(tmp_path / "odds.json", T_VALUES)

    result = run(data, texts, "--null-odds", odds, "--null-threshold", "0.49", "--format", "json")

    assert json.loads(result.stdout)["NoAns_exact"] == 100


def test_best_thresholds_of_equal_values_are_marked(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    odds = write(tmp_path / "odds.json", dict.fromkeys(X_TEXTS, 0.0))

    result = run(data, predictions, "--null-odds", odds)

    assert "depends on their order" in result.stdout
    assert "Warning: no-answer values are all equal (1): " in result.stderr


def test_an_infinite_best_threshold_is_null_in_json(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    odds = write(tmp_path / "odds.json", {**T_VALUES, "h1": -1.0, "h2": float("-inf")})

    result = run(
        data, predictions, "--null-odds", odds, "--null-threshold", "-2", "--format", "json"
    )

    assert json.loads(result.stdout)["best_exact_thresh"] is None


def test_logit_differences_need_a_null_threshold(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    odds = write(tmp_path / "odds.json", {"h1": -9.0, "h2": -5.0, "n1": -2.0, "n2": 3.0})

    with pytest.raises(UsageError) as caught:
        run(data, predictions, "--null-odds", odds)

    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        "4 of 4 no-answer values lie outside 0 to 1, from -9.0 to 3.0: they look like logit "
        "differences, which the default threshold 1.0 does not fit; "
        "give a null threshold on their scale, such as 0.0"
    )


def test_a_null_threshold_needs_null_odds(data: Path, predictions: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run(data, predictions, "--null-threshold", "0.5")

    assert str(caught.value) == (
        "--null-threshold needs --null-odds, the values that it is compared with"
    )


def test_a_missing_prediction_is_refused(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {"h1": "x"})

    with pytest.raises(MissingPredictionsError, match="3 of 4 questions have no prediction"):
        run(data, texts)


def test_missing_predictions_score_0_on_request_with_a_warning(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {"h2": "1990"})

    result = run(data, texts, "--missing-as-zero", "--format", "json")

    assert json.loads(result.stdout)["exact"] == 25
    assert result.stderr.startswith("Warning: missing prediction (3): ")


def test_predictions_for_other_questions_are_told_in_a_warning(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {**X_TEXTS, "zzz": "y"})

    result = run(data, texts, "--format", "json")

    assert result.stderr.splitlines() == [
        "Warning: unknown id (1): check that predictions and questions are of the same data set",
        "  prediction 'zzz': belongs to no question and is ignored",
    ]


def test_findings_about_the_data_are_told_too(predictions: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(BASE.replace('"is_impossible": false', '"is_impossible": true'))

    result = run(data, predictions)

    assert result.stderr.startswith("Warning: ")


def test_the_output_file_holds_the_official_json(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    output = tmp_path / "scores.json"

    result = run(data, predictions, "--output", output)

    assert json.loads(output.read_text()) == T1
    assert "HasAns" in result.stdout


def test_an_existing_output_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    output = write(tmp_path / "scores.json", {})

    with pytest.raises(OutputError) as caught:
        run("no-such-data.json", "no-such-predictions.json", "--output", output)

    assert str(caught.value) == (f"{output}: exists already; name another file or add --overwrite")


def test_an_output_file_without_a_folder_is_refused_before_anything_is_read(
    tmp_path: Path,
) -> None:
    output = tmp_path / "missing" / "scores.json"

    with pytest.raises(OutputError) as caught:
        run("no-such-data.json", "no-such-predictions.json", "--output", output)

    assert str(caught.value) == f"{output}: its folder does not exist; create it first"


def test_an_existing_output_file_is_replaced_on_request(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    output = write(tmp_path / "scores.json", {})

    run(data, predictions, "--output", output, "--overwrite")

    assert json.loads(output.read_text()) == T1


def test_m2e_two_questions_with_one_id_are_refused(predictions: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(squad_json(example("h1"), example("h1")))

    with pytest.raises(DataError, match="id 'h1' occurs a second time"):
        run(data, predictions)


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(
    ("data_set", "expected"),
    [
        pytest.param(
            "dev-v2.0.json",
            [
                *(78.74168280973637, 81.77528052374723, 11873),
                *(74.10593792172739, 80.18183293833508, 5928),
                *(83.36417157275021, 83.36417157275021, 5945),
            ],
            id="R1",
        ),
        pytest.param(
            "dev_sample.json",
            [
                *(80.11898859692613, 83.0723636930153, 2017),
                *(71.60611854684512, 77.30110666234391, 1046),
                *(89.28939237899073, 89.28939237899073, 971),
            ],
            id="R2",
        ),
    ],
)
def test_real_predictions_score_as_by_the_official_script(
    data_set: str, expected: list[float | int]
) -> None:
    result = run(SQUAD / data_set, SQUAD / "bert_single_predictions.json", "--format", "json")

    assert list(json.loads(result.stdout).values()) == expected


@pytest.mark.slow
def test_scoring_does_not_wait_for_torch_transformers_or_datasets(
    data: Path, predictions: Path
) -> None:
    program = (
        "import sys, typer\n"
        "from qareport.cli.score import score\n"
        "app = typer.Typer()\n"
        "app.command()(score)\n"
        "app(standalone_mode=False)\n"
        "print({'torch', 'transformers', 'datasets'} & sys.modules.keys(), file=sys.stderr)\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", program, data, predictions],
        check=True,
        capture_output=True,
        text=True,
    )

    assert told.stderr == "set()\n"


def test_another_normaliser_scores_by_its_rules_and_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(squad_json(example("h", context="der Hund", golds=("Hund",))))
    texts = write(tmp_path / "x.json", {"h": "der Hund"})

    told = run(data, texts, "--normaliser", "mlqa-de", "--format", "json").stdout
    table = run(data, texts, "--normaliser", "mlqa-de").stdout

    assert json.loads(told)["exact"] == 100
    assert json.loads(told)["normaliser"] == "mlqa-de"
    assert table.splitlines()[0] == "normaliser: mlqa-de"


def test_a_normaliser_for_another_language_is_told_in_a_warning(tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(squad_json(example("h", context="北京市", golds=("北京",))))
    texts = write(tmp_path / "x.json", {"h": "北京"})

    warned = run(data, texts).stderr
    silent = run(data, texts, "--normaliser", "cmrc").stderr

    assert warned.startswith("Warning: normaliser for another language (1): ")
    assert silent == ""


def test_an_unknown_normaliser_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no normaliser 'squad'; did you mean"):
        run(tmp_path / "none.json", tmp_path / "none.json", "--normaliser", "squad")
