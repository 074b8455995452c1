"""Runs a suite: a record of each pair, finished ones taken as they are; failures stop no other."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from qareport.data.types import DataSet
from qareport.errors import DataError, OutputError, QareportError
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation
from qareport.evaluation.record.folder_lock import holding
from qareport.evaluation.record.reader import require_whole
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
from qareport.metrics.squad import PROTOCOL

Choice = TypeVar("Choice")
Made = TypeVar("Made")
Counting = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""A step and its size to a block with a function that is told how much more is done."""


@dataclass(frozen=True, slots=True)
class Means:
    """How a suite gets at what it names, and whom it tells."""

    load: Callable[[SuiteModel], Answerer]
    """Called at most once for a model."""
    read: Callable[[SuiteData], DataSet]
    """Called once for a data set."""
    counting: Counting
    tell: Log
    overwrites: bool = False
    """Whether records of other weights, data or rules are replaced."""


def run_suite(suite: Suite, folder: Path, means: Means) -> SuiteResults:
    """What every pair gave; their records stand in folders of `folder`, suite.json beside them.

    Models are in memory one at a time, and data sets, which are small beside them, to the end.
    A pair whose record is there already is taken as it is, and one that was stopped goes on.

    Raises:
        OutputError: the folder cannot be written, or another process is writing there.
    """
    with holding(folder):
        # Until this run has ended, nothing may tell of records that it replaces.
        remove_results(folder)
        run = _SuiteRun(suite, folder, means, cache(partial(_attempt, means.read)))
        pairs = [result for model in suite.models for result in run.measure(model)]
        results = SuiteResults(FORMAT, tuple(pairs))
        write_results(results, folder)
    return results


def is_finished(folder: Path) -> bool:
    """Whether a record stands in `folder`, of whatever."""
    return (folder / EVALUATION).exists()


def engine_before(folder: Path) -> str | None:
    """What ran the model for the record in `folder`, finished or not; None if there is none."""
    with suppress(DataError):
        return read_evaluation(folder / EVALUATION).hardware.engine
    return engine_of_unfinished(folder)


def take_finished(
    folder: Path, answerer: Answerer, data_set: DataSet, *, normaliser: str
) -> Evaluation:
    """The record in `folder`, which is of the same model, data and rules.

    Device, batches and versions may be others: they change speed and rounding, nothing else.

    Raises:
        DataError: it cannot be read, or was changed.
        OutputError: it is of something else; the message names what differs.
    """
    evaluation = read_evaluation(folder / EVALUATION)
    model, data = evaluation.model, evaluation.data
    asked = answerer.model
    compared = {
        "weights": (model.weights_sha256, asked.identity.weights_sha256),
        "configuration": (evaluation.configuration_sha256, asked.configuration_sha256),
        "tokenizer": (model.tokenizer.sha256, asked.identity.tokenizer.sha256),
        "data": (data.sha256, data_set.identity.sha256),
        "questions left out": (evaluation.exclusions, data_set.exclusions),
        "options": (evaluation.options, answerer.options),
        "normaliser": (evaluation.normaliser, normaliser),
        "protocol": (evaluation.protocol, PROTOCOL),
        "engine": (evaluation.hardware.engine, asked.hardware.engine),
        "dtype": (evaluation.hardware.dtype, asked.hardware.dtype),
    }
    if differing := [name for name, (found, wanted) in compared.items() if found != wanted]:
        raise OutputError(
            f"{folder}: holds a record with other {', '.join(differing)}; "
            "name another folder or add --overwrite"
        )
    require_whole(folder, evaluation)
    return evaluation


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why something could not be had; no error, which would keep all that it came through."""

    sentence: str


@dataclass(frozen=True, slots=True)
class _SuiteRun:
    """A suite on its way."""

    suite: Suite
    folder: Path
    means: Means
    read: Callable[[SuiteData], DataSet | _Failed]
    """Remembers what it has read."""

    def measure(self, model: SuiteModel) -> Iterator[PairResult]:
        """What the model gives on each data set; it is loaded when the first of them is there."""
        load = cache(partial(_attempt, self.means.load))
        for data in self.suite.data:
            pair = Pair(model, data)
            outcome = self._outcome(pair, load)
            if isinstance(outcome, _Failed):
                self.means.tell(f"{pair.label} failed: {outcome.sentence}")
            yield _result(pair, outcome)

    def _outcome(
        self, pair: Pair, load: Callable[[SuiteModel], Answerer | _Failed]
    ) -> Evaluation | _Failed:
        data_set = self.read(pair.data)
        if isinstance(data_set, _Failed):
            return data_set
        answerer = load(pair.model)
        if isinstance(answerer, _Failed):
            return answerer
        return _attempt(partial(self._take_or_evaluate, answerer, data_set), pair)

    def _take_or_evaluate(self, answerer: Answerer, data_set: DataSet, pair: Pair) -> Evaluation:
        folder, rules = self.folder / pair.folder, pair.data.normaliser
        if not is_finished(folder):
            if not self.means.overwrites:
                check_evaluation_output(folder)
            return self._evaluate(answerer, data_set, pair)
        try:
            taken = take_finished(folder, answerer, data_set, normaliser=rules)
        except (DataError, OutputError):
            if not self.means.overwrites:
                raise
            self.means.tell(f"{folder}: holds another record, which is replaced")
            return self._evaluate(answerer, data_set, pair)
        self.means.tell(f"{pair.label}: was finished before, and is taken from {folder}")
        return taken

    def _evaluate(self, answerer: Answerer, data_set: DataSet, pair: Pair) -> Evaluation:
        means = self.means
        with means.counting(f"answering {pair.label}", len(data_set.examples)) as advance:
            evaluation = evaluate_into(
                self.folder / pair.folder,
                answerer,
                data_set,
                normaliser=pair.data.normaliser,
                watch=lambda rows: advance(len(rows)),
                log=means.tell,
            )
        if evaluation.findings:
            kinds = ", ".join(f"{group.kind} ({group.count})" for group in evaluation.findings)
            means.tell(f"{pair.label}: its record has warnings: {kinds}")
        return evaluation


def _attempt(step: Callable[[Choice], Made], choice: Choice) -> Made | _Failed:
    """What the step makes, or why it cannot."""
    try:
        return step(choice)
    except QareportError as error:
        return _Failed(str(error))


def _result(pair: Pair, outcome: Evaluation | _Failed) -> PairResult:
    found, error = (None, outcome.sentence) if isinstance(outcome, _Failed) else (outcome, None)
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
