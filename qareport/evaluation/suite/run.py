"""Evaluates every pair of a suite, keeps records that are finished, and goes on after a failure."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import TypeVar

from qareport.data.outputs import refuse_links, require_apart
from qareport.data.secrets import hide_all_secrets
from qareport.data.types import DataSet
from qareport.errors import DataError, OutputError, explain
from qareport.evaluation.evaluate import clear_finished, evaluate_into
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.record.reader import evaluation_in, read_record, require_whole
from qareport.evaluation.record.replacement import require_place, settle, writing
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.resume import check_evaluation_output, engine_of_unfinished
from qareport.evaluation.suite.read import Pair, Suite, SuiteData, SuiteModel
from qareport.evaluation.suite.suite_json import (
    FORMAT,
    PairResult,
    PairScores,
    SuiteResults,
    remove_results,
    write_results,
)
from qareport.inference.answerer import Answerer
from qareport.inference.callback import Log
from qareport.metrics.measures import Scoring
from qareport.metrics.squad import PROTOCOL

Choice = TypeVar("Choice")
Made = TypeVar("Made")
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Starts a step, by its name and size; gives a function to call with each advance."""


@dataclass(frozen=True, slots=True)
class SuiteCallbacks:
    """How a suite loads models, reads data and reports progress."""

    load: Callable[[SuiteModel], Answerer]
    """Called at most once per model."""
    read: Callable[[SuiteData], DataSet]
    """Called once per data set."""
    progress: Progress
    log: Log
    overwrites: bool = False
    """Whether records of other weights, data or options are replaced."""


def run_suite(suite: Suite, folder: Path, callbacks: SuiteCallbacks) -> SuiteResults:
    """The results of every pair; writes their records below `folder`, and suite.json into it.

    Models are in memory one at a time; data sets, which are small, stay until the end.
    A finished record is kept, and an interrupted evaluation is resumed.

    Raises:
        OutputError: the folder cannot be written, would replace or lie inside data that is read,
            or another process is writing there.
    """
    sources = [data.source for data in suite.data]
    require_apart(folder, *map(Path, sources))
    for model, data in product(suite.models, suite.data):
        require_place(folder / Pair(model, data).folder, *sources)
    with writing(folder):
        run = _SuiteRun(suite, folder, callbacks, cache(partial(_attempt, callbacks.read)))
        pairs = [result for model in suite.models for result in run.measure(model)]
        results = SuiteResults(FORMAT, tuple(pairs))
        write_results(results, folder)
    return results


def is_finished(folder: Path) -> bool:
    """Whether there is a record in `folder`, of any model and data.

    Raises:
        DataError: replacing a record was interrupted, and cannot be finished.
    """
    settle(folder)
    return (folder / EVALUATION).exists()


def engine_before(folder: Path) -> str | None:
    """The engine of the record in `folder`, finished or not; None if there is no record."""
    with suppress(DataError):
        return evaluation_in(folder).hardware.engine
    return engine_of_unfinished(folder)


def take_finished(
    folder: Path, answerer: Answerer, data_set: DataSet, scoring: Scoring
) -> Evaluation:
    """The record in `folder`, if its model, data and options are the same.

    Device, batches and versions may differ: they change speed and rounding, nothing else.

    Raises:
        DataError: it cannot be read, or was changed.
        OutputError: something differs; the message says what.
    """
    evaluation = evaluation_in(folder)
    model, data = evaluation.model, evaluation.data
    loaded = answerer.model
    compared = {
        "weights": (model.weights_sha256, loaded.identity.weights_sha256),
        "configuration": (evaluation.configuration_sha256, loaded.configuration_sha256),
        "tokenizer": (model.tokenizer.sha256, loaded.identity.tokenizer.sha256),
        "data": (data.sha256, data_set.identity.sha256),
        "questions left out": (evaluation.exclusions, data_set.exclusions),
        "options": (evaluation.options, answerer.options),
        "normaliser": (evaluation.normaliser, scoring.normaliser),
        "measures": (tuple(evaluation.scores.overall.measures), scoring.all_measures),
        "protocol": (evaluation.protocol, PROTOCOL),
        "engine": (evaluation.hardware.engine, loaded.hardware.engine),
        "dtype": (evaluation.hardware.dtype, loaded.hardware.dtype),
    }
    if differing := [name for name, (found, wanted) in compared.items() if found != wanted]:
        raise OutputError(
            f"{folder}: holds a record with other {', '.join(differing)}; "
            "name another folder or add --overwrite"
        )
    require_whole(folder, evaluation)
    return read_record(folder).evaluation


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a step failed; not the error itself, whose traceback would keep its frames in memory."""

    sentence: str


@dataclass(frozen=True, slots=True)
class _SuiteRun:
    """A suite that is being evaluated."""

    suite: Suite
    folder: Path
    callbacks: SuiteCallbacks
    read: Callable[[SuiteData], DataSet | _Failure]
    """Reads each data set once."""

    def measure(self, model: SuiteModel) -> Iterator[PairResult]:
        """The results of the model on each data set; it is loaded after the first one is read."""
        load = cache(partial(_attempt, self.callbacks.load))
        for data in self.suite.data:
            pair = Pair(model, data)
            outcome = self._outcome(pair, load)
            if isinstance(outcome, _Failure):
                self.callbacks.log(f"{pair.label} failed: {outcome.sentence}")
            yield _result(pair, outcome)

    def _outcome(
        self, pair: Pair, load: Callable[[SuiteModel], Answerer | _Failure]
    ) -> Evaluation | _Failure:
        data_set = self.read(pair.data)
        if isinstance(data_set, _Failure):
            return data_set
        answerer = load(pair.model)
        if isinstance(answerer, _Failure):
            return answerer
        return _attempt(partial(self._take_or_evaluate, answerer, data_set), pair)

    def _take_or_evaluate(self, answerer: Answerer, data_set: DataSet, pair: Pair) -> Evaluation:
        folder = self.folder / pair.folder
        refuse_links(self.folder, folder)
        if not is_finished(folder):
            if not self.callbacks.overwrites:
                check_evaluation_output(folder)
            return self._evaluate(answerer, data_set, pair)
        try:
            taken = take_finished(folder, answerer, data_set, pair.data.scoring)
        except (DataError, OutputError):
            if not self.callbacks.overwrites:
                raise
            self.callbacks.log(f"{folder}: has another record, which is replaced")
            return self._evaluate(answerer, data_set, pair)
        clear_finished(folder)
        self.callbacks.log(f"{pair.label}: was finished before; its record in {folder} is kept")
        return taken

    def _evaluate(self, answerer: Answerer, data_set: DataSet, pair: Pair) -> Evaluation:
        callbacks = self.callbacks
        # Until this run has ended, no results may describe a record that it replaces.
        remove_results(self.folder)
        with callbacks.progress(f"answering {pair.label}", len(data_set.examples)) as advance:
            evaluation = evaluate_into(
                self.folder / pair.folder,
                answerer.reporting_to(advance),
                data_set,
                scoring=pair.data.scoring,
                log=callbacks.log,
            )
        if evaluation.findings:
            kinds = ", ".join(f"{group.kind} ({group.count})" for group in evaluation.findings)
            callbacks.log(f"{pair.label}: its record has warnings: {kinds}")
        return evaluation


def _attempt(step: Callable[[Choice], Made], choice: Choice) -> Made | _Failure:
    """The result of a step, or why it failed."""
    try:
        return step(choice)
    except Exception as error:  # noqa: BLE001 - whatever a library raises, the other pairs go on
        return _Failure(explain(error, hide_all_secrets))


def _result(pair: Pair, outcome: Evaluation | _Failure) -> PairResult:
    found, error = (None, outcome.sentence) if isinstance(outcome, _Failure) else (outcome, None)
    return PairResult(
        model=pair.model.name,
        data=pair.data.name,
        folder=pair.folder,
        measured=None if found is None else _measured(found),
        error=error,
    )


def _measured(evaluation: Evaluation) -> PairScores:
    return PairScores(
        scores=evaluation.scores,
        intervals=evaluation.intervals,
        questions_read=evaluation.questions_read,
        seconds=evaluation.timing.seconds,
        weights_sha256=evaluation.model.weights_sha256,
        data_sha256=evaluation.data.sha256,
    )
