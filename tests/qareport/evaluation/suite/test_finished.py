"""Tests that a record is kept only if a run would make the same one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qareport.data.readers.gather import examples_sha256
from qareport.data.types import DataIdentity, DataSet, Exclusion
from qareport.errors import DataError, OutputError
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import ANSWER_FILES
from qareport.evaluation.resume import WorkFolder
from qareport.evaluation.suite.run import engine_before, is_finished, take_finished
from qareport.inference.answerer import Answerer
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import Scoring
from tests.answering_builders import SmallEngine, word_answerer
from tests.builders import example
from tests.shard_builders import CHUNK, FINGERPRINT

OPTIONS = AnsweringOptions(max_seq_length=24, doc_stride=4)
ASKED = (example(context="Ada ran"),)
DATA_SET = DataSet(
    DataIdentity("data.json", None, None, None, examples_sha256(ASKED)), ASKED, (), 1, ()
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a suite would evaluate."""

    answerer: Answerer
    data_set: DataSet = DATA_SET
    normaliser: str = "squad-en"

    def take(self, folder: Path) -> object:
        """Takes the finished record in a folder."""
        return take_finished(folder, self.answerer, self.data_set, scoring=Scoring(self.normaliser))


def wanted() -> Wanted:
    return Wanted(word_answerer({}, {}, OPTIONS))


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A folder with the record of the suite's model and data."""
    evaluate_into(tmp_path, wanted().answerer, DATA_SET)
    return tmp_path


def with_model(said: Wanted, **changes: object) -> Wanted:
    """The same with a model that differs in some fields."""
    model = replace(said.answerer.model, **changes)  # type: ignore[arg-type] # any of its fields
    return replace(said, answerer=replace(said.answerer, model=model))


def with_other_weights(said: Wanted) -> Wanted:
    return with_model(said, identity=replace(said.answerer.model.identity, weights_sha256="v"))


def with_other_configuration(said: Wanted) -> Wanted:
    return with_model(said, engine=SmallEngine(100))


def with_other_tokenizer(said: Wanted) -> Wanted:
    identity = said.answerer.model.identity
    other = replace(identity, tokenizer=replace(identity.tokenizer, sha256="s"))
    return with_model(said, identity=other)


def with_other_dtype(said: Wanted) -> Wanted:
    return with_model(said, hardware=replace(said.answerer.model.hardware, dtype="bfloat16"))


def with_another_engine(said: Wanted) -> Wanted:
    return with_model(said, hardware=replace(said.answerer.model.hardware, engine="other"))


def with_other_options(said: Wanted) -> Wanted:
    options = replace(OPTIONS, null_threshold=1.0)
    return replace(said, answerer=replace(said.answerer, options=options))


def with_other_data(said: Wanted) -> Wanted:
    return replace(
        said, data_set=replace(DATA_SET, identity=replace(DATA_SET.identity, sha256="e"))
    )


def with_a_limit(said: Wanted) -> Wanted:
    return replace(said, data_set=replace(DATA_SET, exclusions=(Exclusion("beyond --limit 1", 2),)))


def with_other_normaliser(said: Wanted) -> Wanted:
    return replace(said, normaliser="xquad")


def test_the_same_model_data_and_rules_give_the_record(finished: Path) -> None:
    assert wanted().take(finished) == read_evaluation(finished / "evaluation.json")


def test_batches_of_another_size_change_nothing(finished: Path) -> None:
    hardware = replace(wanted().answerer.model.hardware, batch_tokens=7, device="cuda:1")

    with_model(wanted(), hardware=hardware).take(finished)


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        (with_other_weights, "weights"),
        (with_other_configuration, "configuration"),
        (with_other_tokenizer, "tokenizer"),
        (with_other_data, "data"),
        (with_a_limit, "questions left out"),
        (with_other_options, "options"),
        (with_other_normaliser, "normaliser"),
        (with_other_dtype, "dtype"),
        (with_another_engine, "engine"),
        (lambda said: with_other_data(with_other_options(said)), "data, options"),
    ],
)
def test_whatever_differs_is_named(
    finished: Path, changed: Callable[[Wanted], Wanted], differing: str
) -> None:
    with pytest.raises(OutputError) as caught:
        changed(wanted()).take(finished)

    assert str(caught.value) == (
        f"{finished}: holds a record with other {differing}; name another folder or add --overwrite"
    )


def test_a_record_of_another_protocol_is_another(finished: Path) -> None:
    path = finished / "evaluation.json"
    write_evaluation(replace(read_evaluation(path), protocol="haystack-token"), path)

    with pytest.raises(OutputError, match="with other protocol;"):
        wanted().take(finished)


@pytest.mark.parametrize("name", ANSWER_FILES)
def test_a_record_of_which_a_file_was_changed_is_not_taken(finished: Path, name: str) -> None:
    (finished / name).write_text("{}")

    with pytest.raises(DataError, match=rf"{name}: changed since evaluation.json was written"):
        wanted().take(finished)


def test_a_folder_is_finished_when_its_evaluation_is_there(finished: Path) -> None:
    assert is_finished(finished)
    assert not is_finished(finished / "none")


def test_a_record_shows_the_engine_that_it_was_made_by(finished: Path, tmp_path: Path) -> None:
    evaluation = read_evaluation(finished / "evaluation.json")
    other = replace(evaluation.hardware, engine="openvino")
    write_evaluation(replace(evaluation, hardware=other), finished / "evaluation.json")

    assert (engine_before(finished), engine_before(tmp_path / "none")) == ("openvino", None)


def test_an_unfinished_record_shows_its_engine_too(tmp_path: Path) -> None:
    WorkFolder(tmp_path, FINGERPRINT).find_reusable([range(2)])
    WorkFolder(tmp_path, FINGERPRINT).store(range(2), CHUNK)

    assert engine_before(tmp_path) == FINGERPRINT.hardware.engine
