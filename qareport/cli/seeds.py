"""Prints what models of several training seeds score together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qareport.analysis.statistics.seeds import SeedScores
from qareport.cli.options import Format, OutputFormat
from qareport.cli.terminal import print_json
from qareport.data.percent import percent_document
from qareport.evaluation.record.reader import differing_options, read_record
from qareport.evaluation.seeds import combine_records
from qareport.report.tables.seeds import seeds_table
from qareport.report.tables.terminal import TerminalTable


@dataclass(frozen=True, slots=True)
class PrintedSeeds:
    """What the command prints as JSON."""

    records: tuple[str, ...]
    scores: Mapping[str, SeedScores]
    """By measure, of those by which all were scored."""


def seeds(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="RECORD...", help="Records of models of one training, by seed."),
    ],
    *,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Put records of several training seeds together: mean, spread, and an interval of both."""
    records = [read_record(folder) for folder in folders]
    together = combine_records(records)
    first, *others = records
    for other in others:
        for warning in differing_options(other, first):
            typer.echo(f"Warning: {other.folder} and {first.folder}: {warning}", err=True)
    if output_format is OutputFormat.JSON:
        printed = PrintedSeeds(tuple(map(str, folders)), together)
        print_json(percent_document(printed))
        return
    table = seeds_table([record.evaluation for record in records], together)
    Console().print(TerminalTable(table))
