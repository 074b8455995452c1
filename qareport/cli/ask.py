"""Prints the answers of a model to one question about a text."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qareport.cli.options import (
    ANSWERING,
    ENGINE,
    Device,
    DocStride,
    Dtype,
    Engine,
    Format,
    MaxAnswerLength,
    MaxSeqLength,
    ModelName,
    ModelRevision,
    NullThreshold,
    OutputFormat,
    TrustRemoteCode,
    entries_option,
)
from qareport.cli.sources import ModelChoice, load_choice
from qareport.data.files import read_text
from qareport.errors import DataError, UsageError
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.report.printing import print_json, print_table

STANDARD_INPUT = "-"


def ask(  # noqa: PLR0913 - one parameter for each option of the command
    model: ModelName,
    *,
    question: Annotated[str, typer.Option(help="What to ask.")],
    context_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Text to look in; - is standard input.", show_default="none"
        ),
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="The text itself.", show_default="none")
    ] = None,
    top_k: Annotated[int, entries_option(help="Answers to show.")] = 3,
    model_revision: ModelRevision = None,
    trust_remote_code: TrustRemoteCode = False,
    max_seq_length: MaxSeqLength = ANSWERING.max_seq_length,
    doc_stride: DocStride = ANSWERING.doc_stride,
    max_answer_length: MaxAnswerLength = ANSWERING.max_answer_length,
    null_threshold: NullThreshold = ANSWERING.null_threshold,
    device: Device = ENGINE.device,
    dtype: Dtype = ENGINE.dtype,
    engine: Engine = ENGINE.engine,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Ask a model one question about a text of any length."""
    from qareport.report.tables.scores import answers_table
    from qareport.report.tables.terminal import TerminalTable

    options = AnsweringOptions(
        max_seq_length=max_seq_length,
        doc_stride=doc_stride,
        max_answer_length=max_answer_length,
        null_threshold=null_threshold,
    )
    text = _read_context(context, context_file)
    choice = ModelChoice(name=model, revision=model_revision, trust_remote_code=trust_remote_code)
    running = EngineOptions(device=device, dtype=dtype, engine=engine)
    answerer = load_choice(choice, options, running)
    prediction = answerer.answer(question, text, top_k=top_k)
    if output_format is OutputFormat.JSON:
        print_json({**asdict(prediction), "n_best": [asdict(each) for each in prediction.n_best]})
    else:
        print_table(TerminalTable(answers_table(prediction)))


def _read_context(context: str | None, context_file: str | None) -> str:
    """The one context that was named."""
    if (context is None) == (context_file is None):
        raise UsageError("name one context, by --context or by --context-file")
    if context_file is None:
        return context or ""
    if context_file != STANDARD_INPUT:
        return read_text(Path(context_file))
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{context_file}: not UTF-8 at byte {error.start}; save it in UTF-8"
        ) from error
