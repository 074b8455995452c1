"""`qareport rescore`: a record and other rules in, the scores by these rules out, in seconds."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qareport.cli.options import (
    Format,
    OtherMaxAnswerLength,
    OtherNBestSize,
    OtherNormaliser,
    OtherNullRule,
    OtherNullThreshold,
    OutputFormat,
    Overwrite,
    RecordFolder,
)
from qareport.evaluation import Evaluation, evaluation_json
from qareport.recording.record import read_record, read_record_candidates
from qareport.recording.record_folder import check_output
from qareport.reporting.tables import totals_table
from qareport.rescoring import describe_changes, rescore, write_rescored


def rescore_record(  # noqa: PLR0913 - one parameter for each option of the command
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Record that evaluate wrote.")],
    *,
    null_threshold: OtherNullThreshold = None,
    null_rule: OtherNullRule = None,
    max_answer_length: OtherMaxAnswerLength = None,
    n_best_size: OtherNBestSize = None,
    normaliser: OtherNormaliser = None,
    output: RecordFolder = None,
    overwrite: Overwrite = False,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Choose and score answers again by other rules, without the model."""
    if output is not None and not overwrite:
        check_output(output)
    recorded = read_record(record)
    candidates = read_record_candidates(recorded)
    known = recorded.evaluation.options
    options = replace(
        known,
        null_threshold=known.null_threshold if null_threshold is None else null_threshold,
        null_rule=null_rule or known.null_rule,
        max_answer_length=max_answer_length or known.max_answer_length,
        n_best_size=n_best_size or known.n_best_size,
    )
    rescored = rescore(
        recorded,
        candidates,
        options=options,
        normaliser=recorded.evaluation.normaliser if normaliser is None else normaliser,
    )
    if output is not None:
        write_rescored(output, rescored, candidates)
    _print(recorded.evaluation, rescored.evaluation, output_format)


def _print(before: Evaluation, after: Evaluation, output_format: OutputFormat) -> None:
    if output_format is OutputFormat.JSON:
        typer.echo(evaluation_json(after), nl=False)
        return
    console = Console()
    for line in describe_changes(before, after) or ("no rule is changed",):
        console.print(line, markup=False, highlight=False)
    console.print("before:")
    console.print(totals_table(before.scores, before.intervals))
    console.print("after:")
    console.print(totals_table(after.scores, after.intervals))
