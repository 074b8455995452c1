"""`qareport analyse`: a record in, what its scores mean out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer
from pydantic import ConfigDict, TypeAdapter
from rich.console import Console

from qareport.analysing.analysis import Analysis, analyse, worst_groups
from qareport.cli.options import Format, OutputFormat
from qareport.cli.progress import waiting
from qareport.recording.record import Record, read_record, read_record_candidates
from qareport.reporting.analysis_tables import (
    abstention_lines,
    ceilings_table,
    groups_table,
    mistakes_table,
    protocols_table,
    thresholds_table,
)
from qareport.rescoring import Limits, find_limits

WORST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class Printed:
    """What the command prints as JSON."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_inf_nan="strings")

    analysis: Analysis
    limits: Limits


def analyse_record(
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Record that evaluate wrote.")],
    *,
    worst: Annotated[
        int, typer.Option(min=0, help="Groups with the lowest F1 to show.")
    ] = WORST_GROUPS,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Tell what the scores of a record mean: thresholds, weak groups, mistakes, limits."""
    with waiting(f"analysing {record}"):
        recorded = read_record(record)
        analysis = analyse(recorded.rows)
        limits = find_limits(recorded, read_record_candidates(recorded))
    if output_format is OutputFormat.JSON:
        printed = TypeAdapter(Printed).dump_json(Printed(analysis, limits), indent=2)
        typer.echo(printed.decode())
    else:
        _print(recorded, analysis, limits, worst=worst)


def _print(record: Record, analysis: Analysis, limits: Limits, *, worst: int) -> None:
    console = Console()
    for table in (
        thresholds_table(analysis),
        groups_table(worst_groups(analysis, worst)),
        mistakes_table(analysis),
        ceilings_table(limits.ceilings),
        protocols_table(record.evaluation.scores, limits.token_level),
    ):
        console.print(table)
    for line in (limits.difference, *abstention_lines(analysis.abstention)):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
