"""`qareport rescore`: a record and other rules in, the scores by these rules out, in seconds."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qareport.cli.options import Format, OutputFormat, Overwrite
from qareport.evaluation import Evaluation, evaluation_json
from qareport.recording.candidates_file import read_candidates
from qareport.recording.record import read_record
from qareport.recording.record_folder import CANDIDATES, check_output
from qareport.reporting.tables import totals_table
from qareport.rescoring import describe_changes, rescore, write_rescored

AS_RECORDED = "as recorded"


def rescore_record(  # noqa: PLR0913 - one parameter for each option of the command
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Record that evaluate wrote.")],
    *,
    null_threshold: Annotated[
        float | None,
        typer.Option(
            help="Answer nothing when the null margin is above this.", show_default=AS_RECORDED
        ),
    ] = None,
    max_answer_length: Annotated[
        int | None,
        typer.Option(min=1, help="Tokens of the longest answer.", show_default=AS_RECORDED),
    ] = None,
    n_best_size: Annotated[
        int | None,
        typer.Option(min=1, help="Entries of an n-best list.", show_default=AS_RECORDED),
    ] = None,
    normaliser: Annotated[
        str | None,
        typer.Option(
            help="How texts are compared: squad-en, xquad, mlqa-de, korquad, cmrc ...",
            show_default=AS_RECORDED,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the new record.", show_default="none"),
    ] = None,
    overwrite: Overwrite = False,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Choose and score answers again by other rules, without the model."""
    if output is not None and not overwrite:
        check_output(output)
    recorded = read_record(record)
    candidates = read_candidates(record / CANDIDATES)
    known = recorded.evaluation.options
    options = replace(
        known,
        null_threshold=known.null_threshold if null_threshold is None else null_threshold,
        max_answer_length=max_answer_length or known.max_answer_length,
        n_best_size=n_best_size or known.n_best_size,
    )
    rescored = rescore(
        recorded,
        candidates,
        options=options,
        normaliser=normaliser or recorded.evaluation.normaliser,
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
