"""`qareport evaluate`: a model and a data set in, scores and a record out."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from qareport.cli.data_source import choose_source, read_source
from qareport.cli.model_choice import ModelChoice, load_choice
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
    Format,
    Limit,
    MaxAnswerLength,
    MaxSeqLength,
    ModelName,
    ModelRevision,
    NBestSize,
    NormaliserName,
    NullRule,
    NullThreshold,
    OutputFormat,
    Overwrite,
    RecordFolder,
    Revision,
    Split,
    TrustRemoteCode,
)
from qareport.cli.progress import counting, tell
from qareport.cli.stopping import stopping
from qareport.evaluation import Evaluation, evaluation_json
from qareport.options import AnsweringOptions, EngineOptions
from qareport.records import DataSet
from qareport.reporting.tables import evaluation_lines, finding_lines, totals_table
from qareport.scoring.normalisers import SQUAD_EN, Normaliser, normaliser_named

if TYPE_CHECKING:
    from qareport.answering.answerer import Answerer
    from qareport.pipeline import ScoredChunk


def evaluate(  # noqa: PLR0913 - one parameter for each option of the command
    model: ModelName,
    *,
    data: DataFile = None,
    dataset: DataSetName = None,
    config: Config = None,
    split: Split = None,
    revision: Revision = None,
    limit: Limit = None,
    output: RecordFolder = None,
    overwrite: Overwrite = False,
    model_revision: ModelRevision = None,
    trust_remote_code: TrustRemoteCode = False,
    max_seq_length: MaxSeqLength = ANSWERING.max_seq_length,
    doc_stride: DocStride = ANSWERING.doc_stride,
    max_answer_length: MaxAnswerLength = ANSWERING.max_answer_length,
    n_best_size: NBestSize = ANSWERING.n_best_size,
    null_threshold: NullThreshold = ANSWERING.null_threshold,
    null_rule: NullRule = ANSWERING.null_rule,
    normaliser: NormaliserName = SQUAD_EN.name,
    device: Device = ENGINE.device,
    dtype: Dtype = ENGINE.dtype,
    batch_tokens: BatchTokens = ENGINE.batch_tokens,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Score a model on SQuAD v2 or data like it: exact match and F1, HasAns and NoAns."""
    options = AnsweringOptions(
        max_seq_length, doc_stride, max_answer_length, n_best_size, null_threshold, null_rule
    )
    choice = ModelChoice(model, model_revision, trust_remote_code)
    engine = EngineOptions(device, dtype, batch_tokens)
    rules = normaliser_named(normaliser)
    source = choose_source(data, dataset)
    if output is not None and not overwrite:
        _require_room(output)
    with stopping(output):
        data_set = read_source(source, config=config, split=split, revision=revision, limit=limit)
        answerer = load_choice(choice, options, engine)
        evaluation = _measure(answerer, data_set, rules, output=output)
    _print(evaluation, output_format)


def _require_room(output: Path) -> None:
    from qareport.recording.work_folder import (  # noqa: PLC0415 - pyarrow is slow
        check_evaluation_output,
    )

    check_evaluation_output(output)


def _measure(
    answerer: "Answerer", data_set: DataSet, rules: Normaliser, *, output: Path | None
) -> Evaluation:
    """The evaluation, written into the folder of `output` if one was named."""
    from qareport import pipeline  # noqa: PLC0415 - torch is slow

    with counting("answering", len(data_set.examples)) as advance:

        def watch(chunk: "ScoredChunk") -> None:
            advance(len(chunk.rows))

        if output is None:
            return pipeline.evaluate(answerer, data_set, normaliser=rules.name, watch=watch)
        return pipeline.evaluate_into(
            output, answerer, data_set, normaliser=rules.name, watch=watch, tell=tell
        )


def _print(evaluation: Evaluation, output_format: OutputFormat) -> None:
    for line in finding_lines(evaluation.findings):
        typer.echo(line, err=True)
    if output_format is OutputFormat.JSON:
        typer.echo(evaluation_json(evaluation), nl=False)
        return
    console = Console()
    console.print(totals_table(evaluation.scores, evaluation.intervals))
    for line in evaluation_lines(evaluation):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
