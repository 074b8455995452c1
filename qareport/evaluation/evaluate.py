"""Evaluates a model on a data set, and writes the record where one is wanted."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from qareport.analysis.examples.rows import ExampleRow, summarise_chunk
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.findings import Finding, group_findings
from qareport.data.types import DataSet, ExampleScore
from qareport.errors import OutputError
from qareport.evaluation.background import work_behind
from qareport.evaluation.evaluation_json import FORMAT, Evaluation, Timing
from qareport.evaluation.precision_check import check_precision, sampled_indices
from qareport.evaluation.record.replacement import (
    WritableFolder,
    complete_record,
    replacing_record,
    writing,
)
from qareport.evaluation.record.shard_file import Fingerprint
from qareport.evaluation.record.writer import AnswerFiles, open_answer_files
from qareport.evaluation.resume import WorkFolder, remove_shards, resume_chunks
from qareport.evaluation.training_json import with_training_seed
from qareport.inference.callback import Log, ignore
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.distributed.leader import Answering
from qareport.inference.engines.table import ENGINES
from qareport.metrics.measures import OFFICIAL, Scoring
from qareport.metrics.normaliser_findings import note_normaliser
from qareport.metrics.normalisers import Normaliser, normaliser_named
from qareport.metrics.squad import PROTOCOL
from qareport.metrics.totals import total

PACKAGES = ("qareport", "datasets", "numpy", "tokenizers", "torch", "transformers")


Watcher = Callable[[tuple[ExampleRow, ...]], None]
"""Callback that gets the rows of every chunk as soon as they are scored."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A chunk of answers with what was found out about them."""

    indices: range
    """Those of its examples in the data."""
    chunk: AnsweredChunk
    rows: tuple[ExampleRow, ...]


Keeper = Callable[[Examined], None]
"""Callback that keeps a chunk in files."""


def evaluate(
    answerer: Answering,
    data_set: DataSet,
    *,
    scoring: Scoring = OFFICIAL,
    watch: Watcher = ignore,
) -> Evaluation:
    """The scores of the answerer's model on the data set, with everything that led to them.

    Raises:
        EngineError: the model cannot be calibrated.
        ModelError: the model's logits are not finite, or its tokenizer has no null token.
        LostProcessError: the answerer is shared, and another process has ended or hangs.
    """
    run = _prepare(answerer, data_set, scoring)
    return run.measure(run.answerer.answer_at(run.ranges, data_set.examples), watch=watch)


def evaluate_into(
    folder: Path,
    answerer: Answering,
    data_set: DataSet,
    *,
    scoring: Scoring = OFFICIAL,
    watch: Watcher = ignore,
    log: Log = ignore,
) -> Evaluation:
    """The same, with the whole record written into `folder`.

    A record that is there stays until the new one is complete. A run that is stopped, however that
    happens, leaves what it finished in the folder; a run with the same model, data, options and
    versions goes on from there and ends with the same record. `log` gets a sentence on what is
    reused, and one on each reason why something is not.

    Raises:
        EngineError: as for `evaluate`.
        ModelError: likewise.
        OutputError: the folder cannot be written, the disk is full, or another process is writing
            a record there.
    """
    with writing(folder) as own:
        run = _prepare(answerer, data_set, scoring)
        work = WorkFolder(folder, run.fingerprint())
        reusable = work.find_reusable(run.ranges)
        for remark in reusable.remarks:
            log(remark)
        if reusable.finished:
            run.answerer.advance(sum(map(len, reusable.finished)))
        chunks = resume_chunks(run.answerer, data_set.examples, work, finished=reusable.finished)
        try:
            recorded = _record(own, run, chunks, work=work, watch=watch)
        except OutputError as error:
            raise OutputError(
                f"{error}; once that is fixed, the same command continues from what is answered"
            ) from error
        remove_shards(folder)
    return recorded


def clear_finished(folder: Path) -> None:
    """Removes what a process left in the folder of a record that was killed when it was complete.

    Raises:
        OutputError: the folder cannot be written, or another process is writing there.
    """
    with writing(folder):
        remove_shards(folder)


@dataclass(frozen=True, slots=True)
class _Run:
    """An answerer, the data it is evaluated on, and the normaliser."""

    answerer: Answering
    data_set: DataSet
    scoring: Scoring

    @property
    def ranges(self) -> list[range]:
        """The indices of the examples of each chunk."""
        return self.answerer.chunk_ranges(len(self.data_set.examples))

    def measure(
        self, chunks: Iterable[AnsweredChunk], *, watch: Watcher, keep: Keeper = ignore
    ) -> Evaluation:
        """The evaluation of the chunks of the whole data set.

        Chunks are scored and kept in a thread, so that the model need not wait for that.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        scores: list[ExampleScore] = []
        findings: list[Finding] = []
        windows, earlier_seconds = 0, 0.0
        sampled = sampled_indices(self.answerer.model, len(self.data_set.examples))
        sample: list[ExampleRow] = []
        for examined in work_behind(
            zip(self.ranges, chunks, strict=True), lambda pair: self._examine(*pair, keep=keep)
        ):
            chunk, rows = examined.chunk, examined.rows
            pairs = zip(examined.indices, rows, strict=True)
            sample += [row for index, row in pairs if index in sampled]
            scores += [row.score for row in rows]
            findings += chunk.findings
            windows += len(chunk.candidates.example_ids)
            earlier_seconds += chunk.seconds if chunk.is_resumed else 0.0
            watch(rows)
        seconds = time.perf_counter() - clock + earlier_seconds
        timing = Timing(started, seconds, len(scores) / seconds, windows)
        check = check_precision(self.answerer.model, self.answerer.options, sample, self._rules)
        return replace(self._evaluation(scores, findings, timing), precision_check=check)

    def fingerprint(self) -> Fingerprint:
        """All that the answers and scores of the run depend on."""
        model, data_set = self.answerer.model, self.data_set
        return Fingerprint(
            # Weights without a hash may differ next time, so nothing may equal them.
            weights=model.identity.weights_sha256 or uuid4().hex,
            configuration=model.configuration_sha256,
            tokenizer=model.identity.tokenizer.sha256,
            data=data_set.identity.sha256,
            exclusions=data_set.exclusions,
            options=self.answerer.options,
            normaliser=self.scoring.normaliser,
            hardware=model.hardware,
            versions=_versions(model.hardware.engine),
        )

    def _examine(self, indices: range, chunk: AnsweredChunk, *, keep: Keeper) -> Examined:
        examined = Examined(indices, chunk, summarise_chunk(chunk, self.scoring))
        keep(examined)
        return examined

    @property
    def _rules(self) -> Normaliser:
        return normaliser_named(self.scoring.normaliser)

    def _evaluation(
        self, scores: Sequence[ExampleScore], findings: Sequence[Finding], timing: Timing
    ) -> Evaluation:
        answerer, data_set = self.answerer, self.data_set
        found = (*data_set.findings, *group_findings(findings))
        return Evaluation(
            format=FORMAT,
            protocol=PROTOCOL,
            normaliser=self.scoring.normaliser,
            scores=total(scores),
            intervals=total_intervals(data_set.examples, scores),
            options=answerer.options,
            data=data_set.identity,
            questions_read=data_set.questions_read,
            exclusions=data_set.exclusions,
            is_partial=bool(data_set.exclusions),
            sampling=data_set.sampling,
            model=with_training_seed(answerer.model.identity),
            hardware=answerer.model.hardware,
            timing=timing,
            versions=_versions(answerer.model.hardware.engine),
            findings=note_normaliser(found, data_set.examples, self._rules),
            files={},
            configuration_sha256=answerer.model.configuration_sha256,
        )


def _prepare(answerer: Answering, data_set: DataSet, scoring: Scoring) -> _Run:
    """The run, its engine calibrated on the data where it can be."""
    return _Run(answerer.calibrated(data_set.examples), data_set, scoring)


def _record(
    folder: WritableFolder,
    run: _Run,
    chunks: Iterable[AnsweredChunk],
    *,
    work: WorkFolder,
    watch: Watcher,
) -> Evaluation:
    with replacing_record(folder) as new:
        with open_answer_files(new, run.scoring.all_measures) as files:
            keep = partial(_keep, work, files)
            evaluation = run.measure(chunks, watch=watch, keep=keep)
        return complete_record(new, evaluation)


def _keep(work: WorkFolder, files: AnswerFiles, examined: Examined) -> None:
    chunk = examined.chunk
    if not chunk.is_resumed:
        work.store(examined.indices, chunk)
    files.add(chunk.predictions, chunk.candidates, examined.rows)


def _versions(engine: str) -> Mapping[str, str]:
    # An engine of the caller's own need not be in the table.
    names = (*PACKAGES, *(ENGINES[engine].packages if engine in ENGINES else ()))
    return {"python": platform.python_version(), **{name: version(name) for name in names}}
