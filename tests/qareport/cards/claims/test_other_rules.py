"""A record is measured by the official protocol, and by every other rule when it is asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.claims.claims import ClaimedData
from qareport.cards.claims.measurements import measure_record
from qareport.data.names import DataName
from qareport.data.types import DataIdentity, Exclusion, GoldAnswer
from qareport.evaluation.evaluation_json import write_evaluation
from qareport.evaluation.record.reader import Record, read_record, read_record_candidates
from qareport.evaluation.record.writer import CANDIDATES, EVALUATION
from qareport.evaluation.rescore import rescore_token_level, write_rescored
from qareport.inference.options import AnsweringOptions
from tests.builders import example, total_of
from tests.rescoring_builders import EXAMPLES, OPTIONS, WINDOWS, write_found
from tests.row_builders import row, write_record


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A record whose two answers are both wrong by its own rules."""
    return read_record(write_found(tmp_path / "record", EXAMPLES, WINDOWS, OPTIONS))


def exact_by(record: Record) -> dict[str, float]:
    """Exact match of all questions by each other rule, by its name."""
    measured = measure_record(record, ())
    totals = {each.name: each.measure_totals() for each in measured.alternatives}
    return {name: each.overall.exact for name, each in totals.items() if each is not None}


def test_a_record_is_measured_as_it_was_scored(record: Record) -> None:
    measured = measure_record(record, ())

    assert measured.totals == record.evaluation.scores
    assert measured.record == str(record.folder)
    assert measured.model == record.evaluation.model.weights_sha256
    assert not measured.is_partial


def test_each_group_is_measured_by_the_official_protocol_alone(tmp_path: Path) -> None:
    right = row(example("a", context="c d", golds=("c",)), "c", groups={"answer length": "1"})
    wrong = row(
        example("b", context="c d", golds=("c",)),
        "d",
        groups={"answer length": "1", "windows": "2+"},
    )
    recorded = read_record(write_record(tmp_path, right, wrong))
    other = replace(recorded, evaluation=replace(recorded.evaluation, protocol="haystack-token"))

    named = measure_record(recorded, ()).measure_named()

    assert {name: each for name, each in named.items() if ": " in name} == {
        "answer length: 1": total_of(2, 0.5, 0.5),
        "windows: 2+": total_of(1, 0.0, 0.0),
    }
    assert measure_record(replace(other, folder=tmp_path / "none"), ()).measure_named() == {}


def test_other_rules_make_other_scores_of_the_same_candidates(record: Record) -> None:
    scores = exact_by(record)

    assert scores["the haystack-token protocol"] == 0.5
    assert scores["the null rule per-window"] == 0.5
    assert scores["the null threshold 0"] == 0.5
    assert scores["the best threshold for exact match"] == 0.5
    assert scores["the best threshold for F1"] == 0.5
    assert scores["the normaliser mlqa-de"] == 0.5
    assert scores["the normaliser xquad"] == 0.0


def test_the_rules_of_the_record_are_no_alternatives(tmp_path: Path) -> None:
    options = AnsweringOptions(max_answer_length=2, n_best_size=3)

    scores = exact_by(read_record(write_found(tmp_path / "r", EXAMPLES, WINDOWS, options)))

    assert "the null threshold 0" not in scores
    assert "the null rule all-windows" not in scores
    assert "the normaliser squad-en" not in scores


def test_other_rules_are_computed_once(record: Record) -> None:
    measured = measure_record(record, ())

    for alternative in measured.alternatives:
        first = alternative.measure_totals()
        assert alternative.measure_totals() is first


def test_without_candidates_there_are_no_other_rules(record: Record) -> None:
    (record.folder / CANDIDATES).unlink()

    assert measure_record(record, ()).alternatives == ()


def test_a_record_of_another_protocol_is_measured_by_the_official_one(
    record: Record, tmp_path: Path
) -> None:
    candidates = read_record_candidates(record)
    other = tmp_path / "other"
    write_rescored(other, rescore_token_level(record, candidates), candidates)

    measured = measure_record(read_record(other), ())

    assert measured.totals == record.evaluation.scores
    assert "the best threshold for F1" not in {each.name for each in measured.alternatives}


@pytest.mark.parametrize("source", ["data/dev.json", "dev.json"])
def test_the_authors_name_of_a_file_comes_first(record: Record, source: str) -> None:
    identity = DataIdentity("data/dev.json", None, None, None, "aa")
    of_file = replace(record, evaluation=replace(record.evaluation, data=identity))
    said = DataName(source=source, id="me/data", name="Mine", split="test")

    named = measure_record(of_file, (said, DataName(source="x", id="x"))).names

    assert named == (
        ClaimedData("Mine", "me/data", split="test"),
        ClaimedData("dev.json", "data/dev.json"),
    )


def test_a_data_set_of_the_hub_is_known_by_its_id(record: Record) -> None:
    identity = DataIdentity("me/data", "c", "s", "r", "aa")
    of_hub = replace(record, evaluation=replace(record.evaluation, data=identity))

    assert measure_record(of_hub, ()).names == (ClaimedData("data", "me/data", "c", "s", "r"),)


def test_a_file_that_is_here_has_no_id(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.touch()
    identity = DataIdentity(str(path), None, None, None, "aa")
    of_file = replace(record, evaluation=replace(record.evaluation, data=identity))

    assert measure_record(of_file, ()).names == (ClaimedData("dev.json", None),)


def test_a_partial_record_is_measured_as_one(record: Record) -> None:
    partial = replace(
        record.evaluation,
        exclusions=(Exclusion("beyond --limit 2", 1),),
        questions_read=record.evaluation.questions_read + 1,
        is_partial=True,
    )
    write_evaluation(partial, record.folder / EVALUATION)

    assert measure_record(read_record(record.folder), ()).is_partial


def test_rules_that_score_no_example_measure_nothing(tmp_path: Path) -> None:
    misplaced = example("hund", context="der Hund", golds=(GoldAnswer("Hund", 0),))
    folder = write_found(tmp_path / "record", [misplaced], WINDOWS[:1], OPTIONS)

    assert "the haystack-token protocol" not in exact_by(read_record(folder))
