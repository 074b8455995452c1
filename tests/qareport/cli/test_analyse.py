"""`qareport analyse` tells what the scores of a record mean."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from qareport.analysis.examples.breakdown import MIN_GROUP
from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.ceilings import CEILINGS
from qareport.analysis.examples.mistakes import KINDS
from qareport.data.percent import in_percent, percent_document
from qareport.data.types import GoldAnswer
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FoundSpan, FoundWindow
from tests.builders import example
from tests.command_line import heavy_imports_of, run_qareport
from tests.rescoring_builders import write_found

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
    assert {"At the threshold used", "Exact match", "F1", "article: Bad"} <= told
    assert {"correct", "right sentence"} <= told <= told | KINDS.keys()
    assert told & CEILINGS.keys()
    assert {"official", "haystack-token"} <= told


def test_it_is_told_how_well_the_model_abstains_and_how_protocols_differ(record: Path) -> None:
    output = run_qareport("analyse", record).output

    figures = [line.split("│")[1:3] for line in output.splitlines() if line.startswith("│")]
    assert ["Area under the risk-coverage curve, by exact match", "0.500"] in [
        [cell.strip() for cell in row] for row in figures
    ]
    assert "\nhaystack-token and official differ in " in output


def test_as_many_weak_groups_are_shown_as_were_asked_for(record: Path) -> None:
    run = run_qareport("analyse", record, "--worst", 1)

    assert [cell for cell in first_cells(run.output) if ": " in cell] == ["article: Bad"]


def test_fewer_groups_than_none_are_wrong_usage(record: Path) -> None:
    assert run_qareport("analyse", record, "--worst", -1).exit_code == 2


def test_the_json_has_every_figure_and_group(record: Path) -> None:
    run = run_qareport("analyse", record, "--format", "json")

    told = json.loads(run.output)
    assert run.exit_code == 0
    assert told["unit"] == "percent"
    assert told["analysis"]["margins"]["exact"]["tie_safe"]["score"] == 50.0
    assert told["analysis"]["mistakes"]["correct"] == MIN_GROUP
    assert sum(told["analysis"]["mistakes"].values()) == 2 * MIN_GROUP
    assert {"Good", "Bad"} <= {each["group"] for each in told["analysis"]["groups"]}
    assert told["limits"]["ceilings"]["n-best"]["exact"] == 50.0
    assert told["remarks"] == []


def test_the_totals_come_first_at_their_threshold_with_n_and_intervals(record: Path) -> None:
    printed = run_qareport("analyse", record)
    told = json.loads(run_qareport("analyse", record, "--format", "json").output)

    lines = printed.output.splitlines()
    assert lines[0] == (
        "scores by official, normaliser squad-en, at null threshold 0, above which answers are "
        "withheld:"
    )
    assert first_cells(printed.output)[:2] == ["All questions", "HasAns"]
    assert told["rules"]["null_threshold"] == 0
    assert told["analysis"]["totals"]["overall"] == {
        "n": 60,
        "measures": {"exact": 50.0, "f1": 50.0},
    }
    interval = told["analysis"]["intervals"]["overall"]["exact"]
    assert (interval["estimate"], interval["bounds"], interval["clusters"]) == (50.0, None, 2)


def test_floor_and_ceilings_stand_below_the_totals_and_in_the_json(tmp_path: Path) -> None:
    asked = {"asked": ("old cats", "cats", "old cats"), "none": ()}
    examples = [
        example(name, context=CONTEXT, golds=golds, title=name) for name, golds in asked.items()
    ]
    found = [FoundWindow(-1.0, [WRONG], example_id=name, token_chars=TOKENS) for name in asked]
    record = write_found(tmp_path, examples, found, OPTIONS)

    printed = run_qareport("analyse", record).output
    told = json.loads(run_qareport("analyse", record, "--format", "json").output)["analysis"]

    assert first_cells(printed)[3:5] == ["Always no answer", "This model"]
    assert "This model, on the same questions" in printed
    said = "would score 50.00, more than the model has in exact match and F1."
    assert said in " ".join(printed.split())
    assert told["floor"] == {"n": 2, "measures": {"exact": 50.0, "f1": 50.0}}
    assert told["human"]["humans"]["measures"]["exact"] == in_percent(2 / 3)
    assert told["human"]["model"] == {"n": 1, "measures": {"exact": 0.0, "f1": 0.0}}


def test_the_causes_of_wrong_answers_are_told_with_those_that_have_none(record: Path) -> None:
    told = first_cells(run_qareport("analyse", record).output)

    assert {*CAUSES, "none of these"} <= set(told)


def test_the_json_has_the_curves(record: Path) -> None:
    told = json.loads(run_qareport("analyse", record, "--format", "json").output)

    curves = told["analysis"]["margins"]["curves"]
    assert curves["risk_coverage"][-1] == {"coverage": 100.0, "risk": 50.0}
    assert curves["precision_recall_f1"][0] == {"recall": 0.0, "precision": 100.0}


def test_the_json_tells_a_threshold_that_keeps_nothing(tmp_path: Path) -> None:
    misled = FoundWindow(0.0, [WRONG], token_chars=TOKENS)
    record = write_found(tmp_path, [example(context=CONTEXT)], [misled], OPTIONS)

    run = run_qareport("analyse", record, "--format", "json")

    told = json.loads(run.output)["analysis"]["margins"]["exact"]
    assert told["tie_safe"]["threshold"] == "-Infinity"


@pytest.fixture(scope="module")
def token_level(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same record, scored by the token-level protocol."""
    folder = tmp_path_factory.mktemp("token-level") / "record"
    run_qareport("rescore", record, "--protocol", "haystack-token", "--output", folder)
    return folder


def test_a_token_level_record_is_told_by_its_own_protocol(token_level: Path) -> None:
    lines = run_qareport("analyse", token_level).output.splitlines()
    told = json.loads(run_qareport("analyse", token_level, "--format", "json").output)

    assert lines[0] == (
        "scores by haystack-token, at null threshold 0, from which on answers are withheld:"
    )
    assert told["rules"]["protocol"] == "haystack-token"
    scored = percent_document(read_evaluation(token_level / "evaluation.json"))
    assert told["analysis"]["totals"] == scored["scores"]
    assert told["analysis"]["intervals"] == scored["intervals"]
    # One answer has margin 0, where this protocol abstains.
    assert told["analysis"]["totals"]["overall"]["measures"]["exact"] == in_percent(
        (MIN_GROUP - 1) / (2 * MIN_GROUP)
    )
    assert told["analysis"]["mistakes"]["false null"] == 2
    assert told["analysis"]["margins"]["exact"]["tie_safe"]["score"] == 50.0


def test_a_token_level_record_has_both_protocols_beside_each_other(
    record: Path, token_level: Path
) -> None:
    own, other = (
        json.loads(run_qareport("analyse", each, "--format", "json").output)["limits"]
        for each in (token_level, record)
    )

    assert own == {**other, "ceilings": None}
    assert own["official"]["overall"]["measures"]["exact"] == 50.0
    told = first_cells(run_qareport("analyse", token_level).output)
    assert {"official", "haystack-token"} <= set(told)
    assert not CEILINGS.keys() & set(told)


def test_what_a_token_level_record_has_not_is_told(token_level: Path) -> None:
    lines = run_qareport("analyse", token_level).output.splitlines()

    assert lines[-2:] == [
        (
            "haystack-token knows no null threshold but 0; another one, t, is a no-answer boost "
            "of -t in Haystack"
        ),
        (
            "left out: the best scores within reach and those of humans, which are by the official "
            "protocol; `qareport rescore DIR --protocol official` makes the record that has them"
        ),
    ]


def test_questions_that_are_not_scored_are_told(tmp_path: Path) -> None:
    misplaced = example("misplaced", context=CONTEXT, golds=(GoldAnswer("cats", 0),))
    asked = (example("kept", context=CONTEXT, golds=("old cats",)), misplaced)
    found = [FoundWindow(-1.0, [RIGHT], example_id=each.id, token_chars=TOKENS) for each in asked]
    official = write_found(tmp_path / "official", asked, found, OPTIONS)
    run_qareport("rescore", official, "--protocol", "haystack-token", "--output", tmp_path / "x")

    told = json.loads(run_qareport("analyse", tmp_path / "x", "--format", "json").output)

    assert told["analysis"]["totals"]["overall"]["n"] == 1
    assert told["limits"]["official"]["overall"]["n"] == 2
    assert told["remarks"][0].startswith("PARTIAL: 1 of 2 questions left out, a gold answer is not")


def test_mistakes_of_a_token_level_record_are_shown(token_level: Path) -> None:
    run = run_qareport("analyse", token_level, "--mistake", "right sentence", "--show", 1)

    assert "context      [[old cats]] {{sat}}" in [
        each.rstrip() for each in run.output.splitlines()
    ]


def test_the_null_rule_per_window_is_told_where_thresholds_are(
    record: Path, tmp_path: Path
) -> None:
    run_qareport("rescore", record, "--null-rule", "per-window", "--output", tmp_path / "x")

    output = run_qareport("analyse", tmp_path / "x").output

    assert "at null threshold 0, from which on answers are withheld:" in output
    assert "as a margin equal to the threshold is withheld" in " ".join(output.split())


def test_where_no_answer_is_at_its_offset_the_rest_is_told(tmp_path: Path) -> None:
    asked = example(context=CONTEXT, golds=(GoldAnswer("cats", 0),))
    found = FoundWindow(0.0, [RIGHT], token_chars=TOKENS)

    run = run_qareport("analyse", write_found(tmp_path, [asked], [found], OPTIONS))

    assert "At the threshold used" in first_cells(run.output)


def test_a_folder_without_a_record_is_told_with_those_below_it(
    record: Path, tmp_path: Path
) -> None:
    below = copytree(record, tmp_path / "below")

    run = run_qareport("analyse", tmp_path)

    assert run.exit_code == 1
    assert run.output == ""
    assert run.errors == f"Error: {tmp_path}: is not a record, but holds {str(below)!r}; name one\n"


@pytest.mark.parametrize("name", ["examples.parquet", "candidates.parquet"])
def test_a_record_that_lacks_a_file_is_told(tmp_path: Path, name: str) -> None:
    found = FoundWindow(0.0, [WRONG], token_chars=TOKENS)
    record = write_found(tmp_path, [example(context=CONTEXT)], [found], OPTIONS)
    (record / name).unlink()

    run = run_qareport("analyse", record)

    assert run.exit_code == 1
    assert run.errors == f"Error: {record / name}: not found; evaluate again to get it\n"


def test_mistakes_of_a_kind_are_shown_with_their_context(record: Path) -> None:
    run = run_qareport("analyse", record, "--mistake", "right sentence", "--show", 2)

    lines = [line.rstrip() for line in run.output.splitlines()]
    assert run.exit_code == 0
    assert lines[0] == f"right sentence: the first 2 of {MIN_GROUP}"
    assert lines.count("context      [[old cats]] {{sat}}") == 2
    assert [line for line in lines if line.startswith("id ")] == [
        "id           Bad 0",
        "id           Bad 1",
    ]


def test_five_mistakes_are_shown_unless_a_number_is_named(record: Path) -> None:
    run = run_qareport("analyse", record, "--mistake", "right sentence")

    assert run.output.count("prediction   sat") == 5


def test_a_seed_draws_other_mistakes(record: Path) -> None:
    asked = ("analyse", record, "--mistake", "right sentence", "--seed", 1)

    run = run_qareport(*asked)

    assert run.output.startswith(f"right sentence: 5 of {MIN_GROUP}, drawn with seed 1\n")
    assert run == run_qareport(*asked)
    assert "Bad 0" not in run.output


def test_mistakes_are_told_in_json(record: Path) -> None:
    run = run_qareport(
        *("analyse", record, "--mistake", "right sentence", "--show", 1, "--format", "json")
    )

    mistakes = json.loads(run.output)["mistakes"]
    (only,) = mistakes["examples"]
    assert (mistakes["kind"], mistakes["n"], mistakes["seed"]) == (
        "right sentence",
        MIN_GROUP,
        None,
    )
    assert (only["id"], only["context"], only["prediction"]) == ("Bad 0", CONTEXT, "sat")
    assert only["gold_spans"] == [{"start": 0, "end": 8}]
    assert only["predicted_span"] == {"start": 9, "end": 12}


def test_a_margin_without_any_span_is_told_in_json(tmp_path: Path) -> None:
    nothing = FoundWindow(0.0, [], token_chars=TOKENS)
    asked = example(context=CONTEXT, golds=("cats",))
    record = write_found(tmp_path, [asked], [nothing], OPTIONS)

    run = run_qareport("analyse", record, "--mistake", "false null", "--format", "json")

    (only,) = json.loads(run.output)["mistakes"]["examples"]
    assert only["null_margin"] == "Infinity"


def test_that_there_is_no_such_mistake_is_said_in_a_sentence(record: Path) -> None:
    run = run_qareport("analyse", record, "--mistake", "superset")

    assert run.exit_code == 0
    assert run.output == "no answer is of the kind 'superset'\n"


def test_an_unknown_kind_is_told_before_anything_is_read() -> None:
    run = run_qareport("analyse", "no-such-record", "--mistake", "false nul")

    assert run.exit_code == 2
    assert run.errors.startswith(
        "Error: there is no kind of answer 'false nul'; did you mean 'false null'? There are "
    )


@pytest.mark.parametrize("option", ["--show", "--seed"])
def test_a_number_of_mistakes_needs_their_kind(record: Path, option: str) -> None:
    run = run_qareport("analyse", record, option, 3)

    assert run.exit_code == 2
    assert run.errors == ("Error: --show and --seed need --mistake, the kind of answer to show\n")


@pytest.mark.slow
def test_analysing_imports_nothing_heavy(record: Path) -> None:
    arguments = ["analyse", str(record)]
    run = f"from qareport.cli.app import main\ntry: main({arguments!r})\nexcept SystemExit: pass"

    assert heavy_imports_of(run) == []
