"""`qareport analyse` tells of predictions made elsewhere what can be told without candidates."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.percent import in_percent
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import F1
from qareport.metrics.squad import score_all
from tests.builders import example, squad_json
from tests.command_line import Run, run_qareport
from tests.shared_data import SHARED, needs_shared

CONTEXT = "old cats sat on mats"
DATA = squad_json(
    example("right", context=CONTEXT, golds=("old cats",)),
    example("misplaced", context=f"{CONTEXT} now", golds=("old cats", "mats")),
    example("withheld", context=CONTEXT, golds=("old cats",)),
    example("none", context=CONTEXT),
)
TEXTS = {"right": "old cats", "misplaced": "sat", "withheld": "old cats", "none": "mats"}
LOGITS = {"none": -0.5, "right": -3.0, "misplaced": -2.0, "withheld": 1.0}
BERT = SHARED / "data/squad_v2/bert_single_predictions.json"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    path.write_text(DATA)
    return path


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    return write(tmp_path / "predictions.json", TEXTS)


def write(path: Path, table: Mapping[str, str | float]) -> Path:
    path.write_text(json.dumps(table))
    return path


def analyse(data: Path, predictions: Path, *options: object) -> Run:
    return run_qareport("analyse", "--data", data, "--predictions", predictions, *options)


def test_totals_groups_mistakes_and_causes_are_told_from_texts(
    data: Path, predictions: Path
) -> None:
    run = analyse(data, predictions, "--format", "json")

    told = json.loads(run.output)
    assert run.errors == ""
    assert told["analysis"]["totals"]["overall"]["measures"]["exact"] == 50.0
    assert {name: n for name, n in told["analysis"]["mistakes"].items() if n} == {
        "correct": 2,
        "false answer": 1,
        "elsewhere": 1,
    }
    assert told["analysis"]["causes"] == {"gold ambiguity": 1}
    assert (told["analysis"]["wrong"], told["analysis"]["unexplained"]) == (2, 1)
    assert "answer length" in {group["trait"] for group in told["analysis"]["groups"]}


def test_what_needs_windows_candidates_or_margins_is_left_out_and_told(
    data: Path, predictions: Path
) -> None:
    printed = analyse(data, predictions)
    told = json.loads(analyse(data, predictions, "--format", "json").output)

    assert told["limits"] is told["analysis"]["margins"] is told["rules"]["null_threshold"] is None
    assert (
        not {"windows", "answer position in the windows"} & told["analysis"]["without_group"].keys()
    )
    assert printed.output.splitlines()[0] == (
        "scores by official, normaliser squad-en, of the predictions as they are:"
    )
    assert printed.output.splitlines()[-2:] == told["remarks"]
    assert [line.partition(";")[0] for line in told["remarks"]] == [
        (
            "left out: the best scores within reach, protocols, the traits and causes that need "
            "windows or n-best lists, and the kind 'right sentence', which counts as 'elsewhere'"
        ),
        "left out: thresholds, abstention and curves",
    ]


def test_humans_are_scored_beside_predictions_made_elsewhere(
    predictions: Path, tmp_path: Path
) -> None:
    golds = ("old cats", "old cats", "cats")
    data = tmp_path / "annotated.json"
    data.write_text(squad_json(example("right", context=CONTEXT, golds=golds)))

    told = json.loads(analyse(data, predictions, "--format", "json").output)

    assert told["analysis"]["human"]["humans"]["measures"]["exact"] == in_percent(2 / 3)
    assert told["analysis"]["human"]["model"] == told["analysis"]["totals"]["overall"]


def test_null_odds_add_thresholds_and_abstention(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    odds = write(tmp_path / "odds.json", LOGITS)
    options = ("--null-odds", odds, "--null-threshold", 0)

    printed = analyse(data, predictions, *options)
    told = json.loads(analyse(data, predictions, *options, "--format", "json").output)

    assert told["rules"] == {
        "protocol": "official",
        "normaliser": "squad-en",
        "null_threshold": 0,
        "withholds_threshold": False,
    }
    assert told["analysis"]["totals"]["overall"]["measures"]["exact"] == 25.0
    assert told["analysis"]["causes"] == {"gold ambiguity": 1, "threshold": 1}
    assert told["analysis"]["margins"]["exact"]["tie_safe"]["score"] == 50.0
    assert told["analysis"]["margins"]["abstention"]["auroc"] is not None
    assert len(told["remarks"]) == 1
    assert "Area under the risk-coverage curve, by exact match" in printed.output


def test_the_official_best_is_that_of_score_where_values_tie(
    data: Path, predictions: Path, tmp_path: Path
) -> None:
    odds = write(tmp_path / "odds.json", dict.fromkeys(reversed(TEXTS), 0.5))
    options = ("--null-odds", odds, "--format", "json")

    told = json.loads(analyse(data, predictions, *options).output)
    scored = json.loads(run_qareport("score", data, predictions, *options).output)

    margins = told["analysis"]["margins"]
    assert margins["is_degenerate"]
    assert margins["f1"]["official"]["score"] == pytest.approx(scored["best_f1"], abs=1e-9)


def test_probabilities_have_no_temperature(data: Path, predictions: Path, tmp_path: Path) -> None:
    odds = write(tmp_path / "odds.json", dict(zip(TEXTS, (0.1, 0.2, 0.9, 0.8), strict=True)))

    told = json.loads(analyse(data, predictions, "--null-odds", odds, "--format", "json").output)

    assert told["rules"]["null_threshold"] == 1
    assert told["analysis"]["margins"]["abstention"]["temperature"] is None
    assert told["remarks"][-1] == (
        "left out: the temperature of the null probability; the no-answer values lie between 0 "
        "and 1, so they are probabilities already"
    )


def test_texts_that_are_empty_before_any_threshold_are_remarked(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {**TEXTS, "withheld": "", "none": ""})
    odds = write(tmp_path / "odds.json", LOGITS)

    run = analyse(data, texts, "--null-odds", odds, "--null-threshold", 0)

    assert run.output.splitlines()[-1] == (
        "2 of 4 predictions are empty before any threshold, and what was withheld is not known: "
        "thresholds, abstention and curves take them for answers, as the official script does"
    )


def test_mistakes_made_elsewhere_are_shown_too(data: Path, predictions: Path) -> None:
    run = analyse(data, predictions, "--mistake", "elsewhere")

    assert "context     [[old cats]] {{sat}} on [[mats]] now" in map(
        str.rstrip, run.output.splitlines()
    )


def test_a_normaliser_scores_by_its_rules_and_sorts_mistakes_by_them(tmp_path: Path) -> None:
    asked = example("q", context="der Hund", golds=("Hund",))
    data = tmp_path / "data.json"
    data.write_text(squad_json(asked))
    texts = write(tmp_path / "x.json", {"q": "der Hund"})

    english, german = (
        json.loads(analyse(data, texts, "--normaliser", name, "--format", "json").output)
        for name in ("squad-en", "mlqa-de")
    )

    assert (english["rules"]["normaliser"], german["rules"]["normaliser"]) == (
        "squad-en",
        "mlqa-de",
    )
    assert english["analysis"]["mistakes"]["superset"] == 1
    assert german["analysis"]["mistakes"]["correct"] == 1
    assert german["analysis"]["totals"]["overall"]["measures"]["exact"] == 100.0


def test_a_normaliser_for_another_language_is_told_as_by_score(
    data: Path, predictions: Path
) -> None:
    run = analyse(data, predictions, "--normaliser", "korquad")

    scored = run_qareport("score", data, predictions, "--normaliser", "korquad")
    assert run.errors == scored.errors
    assert run.errors.startswith("Warning: normaliser for another language (1): ")
    assert run.output.startswith("scores by official, normaliser korquad, ")


def test_an_unknown_normaliser_is_told_before_anything_is_read() -> None:
    run = analyse(Path("d.json"), Path("p.json"), "--normaliser", "mlqa_de")

    assert run.exit_code == 2
    assert run.errors.startswith(
        "Error: there is no normaliser 'mlqa_de'; did you mean 'mlqa-de'? There are "
    )


def test_findings_are_told_as_by_score(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {**TEXTS, "zzz": "y"})

    run = analyse(data, texts)

    assert run.errors == run_qareport("score", data, texts).errors
    assert run.errors.startswith("Warning: unknown id (1): ")


def test_missing_predictions_are_refused_as_by_score(data: Path, tmp_path: Path) -> None:
    texts = write(tmp_path / "x.json", {"right": "x"})

    run = analyse(data, texts)

    assert run == run_qareport("score", data, texts)
    assert run.exit_code == 1
    assert run.errors.startswith("Error: 3 of 4 questions have no prediction ")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        pytest.param((), "there are no answers; name a record, or --data and --predictions"),
        pytest.param(
            ("--data", "d.json"), "--data and --predictions go together; give both or neither"
        ),
        pytest.param(
            ("--predictions", "p.json"),
            "--data and --predictions go together; give both or neither",
        ),
        pytest.param(
            ("record", "--data", "d.json", "--predictions", "p.json"),
            "record and --data with --predictions name two sources of answers; leave one out",
        ),
        *(
            pytest.param(
                ("record", option, value),
                "--null-odds, --null-threshold, --normaliser and --measure go with --predictions; "
                "`qareport rescore` tries other rules on a record",
            )
            for option, value in (
                ("--null-threshold", 0),
                ("--null-odds", "o.json"),
                ("--normaliser", "squad-en"),
            )
        ),
        pytest.param(
            ("--data", "d.json", "--predictions", "p.json", "--null-threshold", 0),
            "--null-threshold needs --null-odds, the values that it is compared with",
        ),
    ],
)
def test_exactly_one_source_of_answers_is_named(options: tuple[object, ...], error: str) -> None:
    run = run_qareport("analyse", *options)

    assert run == Run(exit_code=2, output="", errors=f"Error: {error}\n")


@pytest.mark.slow
@needs_shared
def test_real_predictions_have_their_official_totals_and_partition() -> None:
    data = SHARED / "data/squad_v2/dev-v2.0.json"

    told = json.loads(analyse(data, BERT, "--format", "json").output)["analysis"]

    assert told["totals"]["overall"]["measures"]["exact"] == 78.74168281
    assert told["totals"]["overall"]["measures"]["f1"] == 81.775280524
    assert sum(told["mistakes"].values()) == 11873
    assert told["wrong"] == 11873 - told["mistakes"]["correct"]
    assert told["wrong"] - told["unexplained"] <= sum(told["causes"].values())
    examples = read_squad_file(data).examples
    scores = score_all(examples, json.loads(BERT.read_text()))
    expected = total_intervals(examples, scores).overall[F1].bounds
    assert expected is not None
    assert told["intervals"]["overall"]["f1"]["bounds"]["low"] == in_percent(expected.low)
