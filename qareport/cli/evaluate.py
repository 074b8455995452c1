"""Evaluates a model on a data set, and writes a record and its report."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qareport.cli.launching import help_out, sharing
from qareport.cli.options import (
    ANSWERING,
    ENGINE,
    BatchTokens,
    Config,
    DataFile,
    DataSetName,
    Device,
    DocStride,
    Dtype,
    Engine,
    Format,
    Limit,
    MaxAnswerLength,
    MaxSeqLength,
    Measures,
    ModelName,
    ModelRevision,
    NBestSize,
    NormaliserName,
    NullRule,
    NullThreshold,
    OutputFormat,
    Overwrite,
    RecordFolder,
    ReportWanted,
    Revision,
    SampleSeed,
    SampleSize,
    Split,
    TrustRemoteCode,
)
from qareport.cli.report import require_free_path, write_report
from qareport.cli.sources import ModelChoice, as_begun, choose_source, load_choice, read_source
from qareport.cli.terminal import counting, stopping, waiting
from qareport.data.percent import percent_document
from qareport.data.sampling import choose_part
from qareport.data.types import DataSet
from qareport.inference.distributed.launch import Launch, read_launch
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import Scoring
from qareport.metrics.normalisers import SQUAD_EN
from qareport.report.printing import (
    print_json,
    print_lines,
    print_note,
    print_remarks,
    print_table,
    print_warning,
)

if TYPE_CHECKING:
    from qareport.analysis.examples.rows import ExampleRow
    from qareport.evaluation.evaluation_json import Evaluation
    from qareport.inference.answerer import Answerer
    from qareport.inference.distributed.leader import Answering


def evaluate(  # noqa: PLR0913 - one parameter for each option of the command
    model: ModelName,
    *,
    data: DataFile = None,
    dataset: DataSetName = None,
    config: Config = None,
    split: Split = None,
    revision: Revision = None,
    limit: Limit = None,
    sample: SampleSize = None,
    seed: SampleSeed = None,
    output: RecordFolder = None,
    overwrite: Overwrite = False,
    report: ReportWanted = True,
    model_revision: ModelRevision = None,
    trust_remote_code: TrustRemoteCode = False,
    max_seq_length: MaxSeqLength = ANSWERING.max_seq_length,
    doc_stride: DocStride = ANSWERING.doc_stride,
    max_answer_length: MaxAnswerLength = ANSWERING.max_answer_length,
    n_best_size: NBestSize = ANSWERING.n_best_size,
    null_threshold: NullThreshold = ANSWERING.null_threshold,
    null_rule: NullRule = ANSWERING.null_rule,
    normaliser: NormaliserName = SQUAD_EN.name,
    measures: Measures = None,
    device: Device = ENGINE.device,
    dtype: Dtype = ENGINE.dtype,
    engine: Engine = ENGINE.engine,
    batch_tokens: BatchTokens = ENGINE.batch_tokens,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Score a model on SQuAD v2 or data like it: exact match and F1, HasAns and NoAns."""
    from qareport.evaluation.record.writer import REPORT

    options = AnsweringOptions(
        max_seq_length=max_seq_length,
        doc_stride=doc_stride,
        max_answer_length=max_answer_length,
        n_best_size=n_best_size,
        null_threshold=null_threshold,
        null_rule=null_rule,
    )
    running = EngineOptions(device=device, dtype=dtype, batch_tokens=batch_tokens, engine=engine)
    scoring = Scoring(normaliser, tuple(measures or ()))
    source = choose_source(
        data=data, dataset=dataset, config=config, split=split, revision=revision
    )
    part = choose_part(limit=limit, sample=sample, seed=seed)
    choice = ModelChoice(name=model, revision=model_revision, trust_remote_code=trust_remote_code)
    load = partial(load_choice, choice, options)
    launch = read_launch(os.environ)
    if launch.follows:
        _follow(launch, load, running)
        return
    page = output / REPORT if output is not None and report else None
    with stopping(output), sharing(launch, device=device) as share:
        if output is not None:
            from qareport.evaluation.resume import require_room

            require_room(output, source.name, overwrite=overwrite)
        if page is not None and not overwrite:
            require_free_path(page)
        data_set = read_source(source, part)
        answerer = share(load(as_begun(running, _engine_before(output))))
        measured = _measure(answerer, data_set, scoring, output=output)
    if page is not None:
        _draw(page)
    _print(measured, output_format, page=page)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a run found."""

    evaluation: "Evaluation"
    mistakes: Mapping[str, int]
    """Questions with each kind of answer."""


def _follow(
    launch: Launch, load: Callable[[EngineOptions], "Answerer"], running: EngineOptions
) -> None:
    """Answers what the first process hands out."""
    help_out(
        launch,
        # What "auto" left to the machine, the first process has chosen for all.
        lambda chosen: load(replace(running, engine=chosen.engine, dtype=chosen.dtype)),
        device=running.device,
    )


def _engine_before(output: Path | None) -> str | None:
    from qareport.evaluation.resume import engine_of_unfinished

    return None if output is None else engine_of_unfinished(output)


def _measure(
    answerer: "Answering", data_set: DataSet, scoring: Scoring, *, output: Path | None
) -> _Measured:
    """What the model answers right and wrong; the folder of `output` gets its record."""
    from qareport.analysis.examples.mistakes import count_kinds
    from qareport.evaluation.evaluate import evaluate as measure
    from qareport.evaluation.evaluate import evaluate_into

    kinds: list[str] = []
    with counting("answering", len(data_set.examples)) as advance:

        def watch(rows: "Sequence[ExampleRow]") -> None:
            kinds.extend(row.mistake for row in rows)

        reporting = answerer.reporting_to(advance)
        if output is None:
            found = measure(reporting, data_set, scoring=scoring, watch=watch)
        else:
            found = evaluate_into(
                output, reporting, data_set, scoring=scoring, watch=watch, log=print_note
            )
    return _Measured(found, count_kinds(kinds))


def _draw(page: Path) -> None:
    """Writes the report of the record in whose folder the page stands."""
    with waiting("drawing the report"):
        from qareport.report.gather import ReportChoice

        fault = write_report(page, ReportChoice(page.parent))
    if fault:
        # The record, which was asked for, is whole.
        print_warning(fault)


def _print(measured: _Measured, output_format: OutputFormat, *, page: Path | None) -> None:
    from qareport.report.tables.analysis import mistakes_table
    from qareport.report.tables.scores import evaluation_lines, finding_lines, totals_table
    from qareport.report.tables.terminal import TerminalTable

    evaluation = measured.evaluation
    print_remarks(*finding_lines(evaluation.findings))
    if output_format is OutputFormat.JSON:
        print_json(percent_document(evaluation))
        return
    print_table(TerminalTable(totals_table(evaluation.scores, evaluation.intervals)))
    print_table(TerminalTable(mistakes_table(measured.mistakes)))
    print_lines(*evaluation_lines(evaluation))
    if page is not None:
        print_lines(f"report: {page}")
