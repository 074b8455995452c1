"""Tests that a suite evaluates every pair once, goes on after failures, and resumes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from typing_extensions import override

from qareport.data.files import file_sha256
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import DataIdentity, DataSet
from qareport.errors import DataError, ModelError, OutputError
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.evaluation.suite.read import Suite, SuiteData, SuiteModel
from qareport.evaluation.suite.run import SuiteCallbacks, run_suite
from qareport.evaluation.suite.suite_json import SuiteResults, read_results
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE, Answerer
from qareport.inference.engines.engine import SpanLogits, TokenBatch
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import OFFICIAL
from tests.answering_builders import TableEngine, loaded_model
from tests.builders import example

MODELS = ("one", "two")
SETS = ("first", "second")
QUESTIONS = 3
SUITE = Suite(
    models=tuple(SuiteModel(name, name, None, trust_remote_code=False) for name in MODELS),
    data=tuple(SuiteData(name, name, None, None, None, None, OFFICIAL) for name in SETS),
    options=AnsweringOptions(max_seq_length=24, doc_stride=4),
    engine=EngineOptions(),
)
PAIRS = ["one/first", "one/second", "two/first", "two/second"]


@dataclass(slots=True)
class Bench:
    """Makes models and data sets when they are asked for, and counts what was done with them."""

    missing: tuple[str, ...] = ()
    """Names of models and data sets that cannot be loaded."""
    broken: tuple[str, ...] = ()
    """Models for which there is not enough memory."""
    weights: str = "w"
    stop_after: int | None = None
    """Windows after which the run is interrupted by Ctrl-C."""
    question: str = "Who came?"
    loaded: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    """Windows of each batch."""
    logged: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """Steps whose progress was reported, and how much of them was done."""

    def load(self, model: SuiteModel) -> Answerer:
        """An answerer with two examples to a chunk."""
        self.loaded.append(model.name)
        if model.name in self.missing:
            raise ModelError(f"{model.name}: there is no such model")
        if model.name in self.broken:
            raise MemoryError
        base = loaded_model(TableEngine(), batch_tokens=2 * TOKENS_PER_CHUNK_EXAMPLE)
        identity = replace(base.identity, weights_sha256=self.weights + model.name)
        return Answerer(replace(base, engine=self, identity=identity), SUITE.options)

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Zeros."""
        if sum(self.asked) == self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(len(batch.token_ids))
        return TableEngine().compute_logits(batch)

    def read_data(self, data: SuiteData) -> DataSet:
        """A data set of three questions."""
        self.read.append(data.name)
        if data.name in self.missing:
            raise DataError(f"{data.name}: cannot be read")
        examples = tuple(
            example(f"{data.name} {number}", self.question, context="The Normans came.")
            for number in range(QUESTIONS)
        )
        identity = DataIdentity(data.source, None, None, None, examples_sha256(examples))
        return DataSet(identity, examples, (), QUESTIONS, ())

    @contextmanager
    def progress(self, step: str, total: int) -> Iterator[Callable[[int], None]]:
        """Keeps the progress that is reported."""
        done = 0

        def advance(more: int) -> None:
            nonlocal done
            done += more

        yield advance
        self.shown.append(f"{step}: {done} of {total}")

    def run(self, folder: Path, suite: Suite = SUITE, *, overwrites: bool = False) -> SuiteResults:
        """The results of the suite."""
        callbacks = SuiteCallbacks(self.load, self.read_data, self.progress, self.log, overwrites)
        return run_suite(suite, folder, callbacks)

    def log(self, message: str) -> None:
        """Keeps a message."""
        self.logged.append(message)


def hashes(folder: Path) -> dict[str, str]:
    """The content of every file in and below a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): file_sha256(path) for path in paths}


def errors_of(results: SuiteResults) -> dict[str, str | None]:
    """Why each pair failed."""
    return {pair.folder: pair.error for pair in results.pairs}


def test_every_pair_gets_its_record_and_its_scores(tmp_path: Path) -> None:
    results = Bench().run(tmp_path)

    assert [(pair.folder, pair.error) for pair in results.pairs] == [(each, None) for each in PAIRS]
    for pair in results.pairs:
        record = read_evaluation(tmp_path / pair.folder / "evaluation.json")
        assert pair.measured is not None
        assert pair.measured.scores == record.scores
        assert pair.measured.seconds == record.timing.seconds
        assert pair.measured.weights_sha256 == f"w{pair.model}"


def test_the_results_stand_beside_the_records(tmp_path: Path) -> None:
    results = Bench().run(tmp_path / "new")

    assert read_results(tmp_path / "new") == results
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "one",
        "suite.json",
        "two",
    ]


def test_a_model_is_loaded_once_and_a_data_set_read_once(tmp_path: Path) -> None:
    bench = Bench()

    bench.run(tmp_path)

    assert (bench.loaded, bench.read) == (["one", "two"], ["first", "second"])
    assert sum(bench.asked) == len(PAIRS) * QUESTIONS


def test_progress_is_counted_pair_by_pair(tmp_path: Path) -> None:
    bench = Bench()

    bench.run(tmp_path)

    assert bench.shown[1] == "answering one on second: 3 of 3"
    assert len(bench.shown) == len(PAIRS)


def test_a_model_that_does_not_load_fails_its_pairs_alone_and_is_tried_once(tmp_path: Path) -> None:
    bench = Bench(missing=("one",))

    results = bench.run(tmp_path)

    error = "one: there is no such model"
    assert list(errors_of(results).values()) == [error, error, None, None]
    assert bench.loaded == ["one", "two"]
    assert bench.logged == [f"one on first failed: {error}", f"one on second failed: {error}"]


def test_data_that_cannot_be_read_fails_its_pairs_alone_and_is_tried_once(tmp_path: Path) -> None:
    bench = Bench(missing=("first",))

    results = bench.run(tmp_path)

    error = "first: cannot be read"
    assert list(errors_of(results).values()) == [error, None, error, None]
    assert bench.read == ["first", "second"]


def test_an_error_of_a_library_fails_its_pair_alone(tmp_path: Path) -> None:
    bench = Bench(broken=("one",))

    results = bench.run(tmp_path)

    error = "MemoryError: no reason is given; take less at once, or a machine with more memory"
    assert list(errors_of(results).values()) == [error, error, None, None]
    assert read_results(tmp_path) == results


def test_no_model_is_loaded_where_no_data_can_be_read(tmp_path: Path) -> None:
    bench = Bench(missing=SETS)

    assert len(bench.run(tmp_path).failed) == len(PAIRS)
    assert bench.loaded == []


def test_a_record_that_cannot_be_written_fails_its_pair_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/first").touch()

    errors = errors_of(Bench().run(tmp_path))

    assert errors.pop("one/first") == (
        f"{tmp_path / 'one/first'}: is a file; name a folder for the record"
    )
    assert set(errors.values()) == {None}


def test_a_finished_pair_is_taken_as_it_is(tmp_path: Path) -> None:
    first = Bench().run(tmp_path)
    before = hashes(tmp_path)
    again = Bench()

    second = again.run(tmp_path)

    assert second == first
    assert hashes(tmp_path) == before
    assert again.asked == []
    assert again.logged[0] == (
        f"one on first: was finished before; its record in {tmp_path / 'one/first'} is kept"
    )


def test_a_stopped_suite_goes_on_where_it_stopped(tmp_path: Path) -> None:
    stopped = Bench(stop_after=QUESTIONS + 2)  # a chunk of the second pair
    with pytest.raises(KeyboardInterrupt):
        stopped.run(tmp_path)
    finished = hashes(tmp_path / "one/first")
    again = Bench()

    results = again.run(tmp_path)

    assert hashes(tmp_path / "one/first") == finished
    assert sum(stopped.asked) + sum(again.asked) == len(PAIRS) * QUESTIONS
    assert f"{tmp_path / 'one/second/.work'}: goes on with 2 of 3 examples answered before" in (
        again.logged
    )
    assert [pair.error for pair in results.pairs] == [None] * len(PAIRS)


def test_a_stopped_suite_leaves_no_results_of_an_earlier_one(tmp_path: Path) -> None:
    Bench().run(tmp_path)

    with pytest.raises(KeyboardInterrupt):
        Bench(weights="other", stop_after=2).run(tmp_path, overwrites=True)

    assert not (tmp_path / "suite.json").exists()


@dataclass(slots=True)
class Interrupted(Bench):
    """A bench that is interrupted when it logs anything."""

    @override
    def log(self, message: str) -> None:
        """Ends the run."""
        raise KeyboardInterrupt


def test_a_suite_that_is_stopped_before_it_replaces_a_record_keeps_its_results(
    tmp_path: Path,
) -> None:
    results = Bench().run(tmp_path)

    with pytest.raises(KeyboardInterrupt):
        Interrupted().run(tmp_path)

    assert read_results(tmp_path) == results


@pytest.mark.parametrize(
    ("other", "differing"),
    [(Bench(weights="v"), "weights"), (Bench(question="Who went?"), "data")],
)
def test_a_record_of_something_else_fails_the_pair_and_stays(
    tmp_path: Path, other: Bench, differing: str
) -> None:
    Bench().run(tmp_path)
    before = hashes(tmp_path / "one")

    results = other.run(tmp_path)

    assert errors_of(results)["one/first"] == (
        f"{tmp_path / 'one/first'}: holds a record with other {differing}; name another folder or "
        "add --overwrite"
    )
    assert len(results.failed) == len(PAIRS)
    assert hashes(tmp_path / "one") == before


def test_a_record_of_something_else_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    Bench().run(tmp_path)
    other = Bench(weights="v")

    results = other.run(tmp_path, overwrites=True)

    assert results.failed == ()
    assert sum(other.asked) == len(PAIRS) * QUESTIONS
    assert other.logged[0] == f"{tmp_path / 'one/first'}: has another record, which is replaced"
    assert read_evaluation(tmp_path / "one/first/evaluation.json").model.weights_sha256 == "vone"


def test_overwriting_takes_finished_pairs_too_and_makes_missing_ones(tmp_path: Path) -> None:
    Bench().run(tmp_path, replace(SUITE, models=SUITE.models[:1]))
    again = Bench()

    again.run(tmp_path, overwrites=True)

    assert sum(again.asked) == 2 * QUESTIONS


def test_files_of_others_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "one/first").mkdir(parents=True)
    (tmp_path / "one/first/predictions.json").write_text("mine")

    results = Bench().run(tmp_path)

    assert [pair.folder for pair in results.failed] == ["one/first"]
    assert (tmp_path / "one/first/predictions.json").read_text() == "mine"


def test_warnings_of_a_record_are_logged_shortly(tmp_path: Path) -> None:
    bench = Bench(question="a " * 40)

    bench.run(tmp_path)

    assert bench.logged[0] == "one on first: its record has warnings: cut question (3)"


def test_two_suites_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = Bench(), Bench()
    refusals: list[str] = []

    def run_again(_: SuiteData) -> DataSet:
        with pytest.raises(OutputError) as caught:
            second.run(tmp_path)
        refusals.append(str(caught.value))
        return first.read_data(SUITE.data[0])

    callbacks = SuiteCallbacks(first.load, run_again, first.progress, first.log)
    run_suite(SUITE, tmp_path, callbacks)

    assert "is writing a record there; wait until it has ended" in refusals[0]
    assert second.read == []
