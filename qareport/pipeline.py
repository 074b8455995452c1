"""A model and a data set to an evaluation: the one place where the rooms meet."""

import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from qareport.analysing.totals import total_intervals
from qareport.answering.answerer import AnsweredChunk, Answerer
from qareport.evaluation import FORMAT, Evaluation, Timing, write_evaluation
from qareport.examining.rows import ExampleRow, summarise_all
from qareport.findings import group_findings
from qareport.recording.record_folder import (
    EVALUATION,
    answer_file_hashes,
    open_answer_files,
)
from qareport.records import DataSet, Example, ExampleScore, Finding
from qareport.scoring.languages import note_language
from qareport.scoring.normalisers import SQUAD_EN, Normaliser, normaliser_named
from qareport.scoring.official import PROTOCOL
from qareport.scoring.totals import total

PACKAGES = ("qareport", "datasets", "numpy", "tokenizers", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """Some examples in a row, answered and scored."""

    answered: AnsweredChunk
    rows: tuple[ExampleRow, ...]


Watcher = Callable[[ScoredChunk], None]
"""Is shown every chunk as soon as it is scored."""


def ignore(_: ScoredChunk) -> None:
    """Watches nothing."""


def evaluate(
    answerer: Answerer,
    data_set: DataSet,
    *,
    normaliser: str = SQUAD_EN.name,
    watch: Watcher = ignore,
) -> Evaluation:
    """The scores of the answerer's model on the data set, with everything that led to them.

    Raises:
        ModelError: the model's logits are not finite, or its tokenizer has no null token.
        UsageError: there is no such normaliser.
    """
    rules = normaliser_named(normaliser)
    started, clock = datetime.now(UTC), time.perf_counter()
    scores: list[ExampleScore] = []
    findings: list[Finding] = []
    windows = 0
    for chunk in _scored_chunks(answerer, data_set.examples, rules):
        scores += [row.score for row in chunk.rows]
        findings += chunk.answered.findings
        windows += len(chunk.answered.windows)
        watch(chunk)
    seconds = time.perf_counter() - clock
    return Evaluation(
        format=FORMAT,
        protocol=PROTOCOL,
        normaliser=rules.name,
        scores=total(scores),
        intervals=total_intervals(data_set.examples, scores),
        options=answerer.options,
        data=data_set.identity,
        questions_read=data_set.questions_read,
        exclusions=data_set.exclusions,
        is_partial=bool(data_set.exclusions),
        model=answerer.model.identity,
        hardware=answerer.model.hardware,
        timing=Timing(started, seconds, len(scores) / seconds, windows),
        versions=_versions(),
        findings=note_language(
            (*data_set.findings, *group_findings(findings)), data_set.examples, rules
        ),
        files={},
    )


def evaluate_into(
    folder: Path,
    answerer: Answerer,
    data_set: DataSet,
    *,
    normaliser: str = SQUAD_EN.name,
    watch: Watcher = ignore,
) -> Evaluation:
    """The same, with the whole record written into `folder`; evaluation.json comes last.

    What a record there holds already is replaced.

    Raises:
        ModelError: as for `evaluate`.
        UsageError: likewise.
        OutputError: the folder cannot be written, or the disk is full.
    """
    with open_answer_files(folder) as files:

        def write_and_watch(chunk: ScoredChunk) -> None:
            files.add(chunk.answered.predictions, chunk.answered.candidates, chunk.rows)
            watch(chunk)

        evaluation = evaluate(answerer, data_set, normaliser=normaliser, watch=write_and_watch)
    recorded = replace(evaluation, files=answer_file_hashes(folder))
    write_evaluation(recorded, folder / EVALUATION)
    return recorded


def _scored_chunks(
    answerer: Answerer, examples: Sequence[Example], normaliser: Normaliser
) -> Iterator[ScoredChunk]:
    for chunk in answerer.answer_all(examples):
        rows = summarise_all(
            chunk.examples,
            chunk.predictions,
            candidates=chunk.candidates,
            options=answerer.options,
            cut_questions=chunk.cut_questions,
            normaliser=normaliser,
        )
        yield ScoredChunk(chunk, rows)


def _versions() -> Mapping[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
