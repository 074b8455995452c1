"""Evaluating a model gives a record of its scores and of everything that led to them."""

import json
import platform
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.files import file_sha256
from qareport.data.readers.prediction_files import read_predictions
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataSet, Exclusion
from qareport.errors import OutputError, UsageError
from qareport.evaluation.evaluate import PACKAGES, evaluate, evaluate_into
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.evaluation.record.examples_file import read_examples
from qareport.evaluation.record.writer import ANSWER_FILES
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE, Answerer, load_answerer
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import Scoring
from qareport.metrics.normalisers import NORMALISERS
from qareport.metrics.squad import score_all
from qareport.metrics.totals import total
from tests.answering_builders import FLOAT32, FittedEngine, loaded_model
from tests.builders import example, squad_json
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
OPTIONS = AnsweringOptions(max_seq_length=64, doc_stride=8)
EXAMPLES = (
    example("who", "Who gave their name?", context=CONTEXT, golds=("The Normans",)),
    example("what", "What is in France?", context=CONTEXT, golds=("Normandy", "a region")),
    example("none", "Who was the king of Norway?", context=CONTEXT),
    example("long", "a " * 70, context=CONTEXT),
)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A tiny model that answers at random, yet never abstains."""
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    return load_answerer(str(folder), replace(OPTIONS, null_threshold=99.0), engine=FLOAT32)


@pytest.fixture
def data_set(tmp_path: Path) -> DataSet:
    """Two questions with answers, two without."""
    path = tmp_path / "data.json"
    path.write_text(squad_json(*EXAMPLES))
    return read_squad_file(path)


def test_the_record_states_what_was_measured(answerer: Answerer, data_set: DataSet) -> None:
    record = evaluate(answerer, data_set)

    assert (record.format, record.protocol, record.normaliser) == (3, "official", "squad-en")
    assert record.options == answerer.options
    assert record.data == data_set.identity
    assert record.model == answerer.model.identity
    assert record.hardware == answerer.model.hardware
    assert record.files == {}
    assert record.configuration_sha256 == answerer.model.configuration_sha256


def test_an_engine_is_fitted_to_the_data_and_the_record_knows(
    data_set: DataSet, tmp_path: Path
) -> None:
    plain = Answerer(loaded_model(FittedEngine()), OPTIONS)
    fitted = plain.calibrated(data_set.examples).model.configuration_sha256

    assert evaluate(plain, data_set).configuration_sha256 == fitted
    assert evaluate_into(tmp_path / "record", plain, data_set).configuration_sha256 == fitted
    assert fitted != plain.model.configuration_sha256


def test_every_example_is_counted(answerer: Answerer, data_set: DataSet) -> None:
    scores = evaluate(answerer, data_set).scores

    assert scores.has_answer is not None
    assert scores.no_answer is not None
    assert (scores.overall.n, scores.has_answer.n, scores.no_answer.n) == (4, 2, 2)


def test_every_score_has_its_interval(answerer: Answerer, data_set: DataSet) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    record = evaluate(answerer, data_set, watch=seen.append)

    scores = [row.score for rows in seen for row in rows]
    assert record.intervals == total_intervals(data_set.examples, scores)


def test_the_whole_of_a_data_set_is_not_partial(answerer: Answerer, data_set: DataSet) -> None:
    record = evaluate(answerer, data_set)

    assert (record.questions_read, record.exclusions, record.is_partial) == (4, (), False)


def test_a_limited_data_set_is_partial(answerer: Answerer, data_set: DataSet) -> None:
    limited = read_squad_file(Path(data_set.identity.source), limit=1)

    record = evaluate(answerer, limited)

    assert (record.scores.overall.n, record.questions_read, record.is_partial) == (1, 4, True)
    assert record.exclusions == (Exclusion("beyond --limit 1", 3),)


def test_timing_is_positive(answerer: Answerer, data_set: DataSet) -> None:
    timing = evaluate(answerer, data_set).timing

    assert timing.seconds > 0
    assert timing.examples_per_second == pytest.approx(4 / timing.seconds)
    assert timing.windows >= 4
    assert timing.started.utcoffset() == timedelta(0)


def test_versions_are_those_of_all_packages_that_take_part(
    answerer: Answerer, data_set: DataSet
) -> None:
    versions = evaluate(answerer, data_set).versions

    assert versions.keys() == {"python", *PACKAGES}
    assert versions["python"] == platform.python_version()


def test_findings_of_reading_and_answering_are_kept(answerer: Answerer, data_set: DataSet) -> None:
    record = evaluate(answerer, data_set)

    kinds = [group.kind for group in record.findings]
    assert kinds == [*(group.kind for group in data_set.findings), "cut question"]


def test_a_watcher_is_shown_every_chunk(answerer: Answerer, data_set: DataSet) -> None:
    batch_tokens = 2 * TOKENS_PER_CHUNK_EXAMPLE
    hardware = replace(answerer.model.hardware, batch_tokens=batch_tokens)
    chunked = Answerer(replace(answerer.model, hardware=hardware), answerer.options)
    seen: list[tuple[ExampleRow, ...]] = []

    evaluate(chunked, data_set, watch=seen.append)

    assert [[row.example.id for row in rows] for rows in seen] == [
        ["who", "what"],
        ["none", "long"],
    ]


def test_a_watcher_is_shown_what_became_of_each_example(
    answerer: Answerer, data_set: DataSet
) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    record = evaluate(answerer, data_set, watch=seen.append)

    (rows,) = seen
    (chunk,) = answerer.answer_all(data_set.examples)
    assert tuple(row.example for row in rows) == data_set.examples
    assert [row.text for row in rows] == [each.text for each in chunk.predictions]
    assert total([row.score for row in rows]) == record.scores


def test_a_cut_question_is_a_cause_of_its_wrong_answer(
    answerer: Answerer, data_set: DataSet
) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    evaluate(answerer, data_set, watch=seen.append)

    cut = [row for rows in seen for row in rows if "truncated question" in row.causes]
    assert [row.example.id for row in cut] == ["long"]


def test_the_record_is_written_with_all_its_files(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    record = evaluate_into(tmp_path / "record", answerer, data_set)

    assert read_evaluation(tmp_path / "record/evaluation.json") == record
    assert record.files == {name: file_sha256(tmp_path / "record" / name) for name in ANSWER_FILES}


def test_a_watcher_is_shown_what_is_written(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    evaluate_into(tmp_path / "record", answerer, data_set, watch=seen.append)

    rows = tuple(row for chunk in seen for row in chunk)
    texts = {row.example.id: row.text for row in rows}
    assert json.loads((tmp_path / "record/predictions.json").read_text()) == texts
    assert read_examples(tmp_path / "record/examples.parquet") == rows


def test_the_written_predictions_score_as_the_record_says(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    record = evaluate_into(tmp_path / "record", answerer, data_set)

    texts = read_predictions(tmp_path / "record/predictions.json")
    assert total(score_all(data_set.examples, texts)) == record.scores


def test_a_record_is_replaced_by_a_new_one(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    abstaining = Answerer(answerer.model, replace(answerer.options, null_threshold=-99.0))
    evaluate_into(tmp_path / "record", answerer, data_set)

    record = evaluate_into(tmp_path / "record", abstaining, data_set)

    assert read_evaluation(tmp_path / "record/evaluation.json") == record
    assert set(json.loads((tmp_path / "record/predictions.json").read_text()).values()) == {""}


def test_a_folder_that_cannot_be_made_is_reported_before_anything_is_answered(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    (tmp_path / "record").touch()
    seen: list[tuple[ExampleRow, ...]] = []

    with pytest.raises(OutputError, match="cannot be made"):
        evaluate_into(tmp_path / "record", answerer, data_set, watch=seen.append)

    assert seen == []


def test_a_normaliser_scores_and_judges_and_is_named(answerer: Answerer, data_set: DataSet) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    record = evaluate(answerer, data_set, scoring=Scoring("korquad"), watch=seen.append)

    texts = {row.example.id: row.text for rows in seen for row in rows}
    assert record.normaliser == "korquad"
    assert total(score_all(data_set.examples, texts, NORMALISERS["korquad"])) == record.scores
    assert record.findings[0].kind == "normaliser for another language"


def test_an_unknown_normaliser_is_reported_before_anything_is_answered(
    answerer: Answerer, data_set: DataSet, tmp_path: Path
) -> None:
    seen: list[tuple[ExampleRow, ...]] = []

    with pytest.raises(UsageError, match="there is no normaliser 'squad'"):
        evaluate_into(tmp_path, answerer, data_set, scoring=Scoring("squad"), watch=seen.append)

    assert seen == []
