"""Prints what models of several training seeds score together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from qareport.analysis.statistics.seeds import SeedScores
from qareport.cli.options import Format, OutputFormat
from qareport.data.percent import percent_document
from qareport.data.types import Total
from qareport.evaluation.record.reader import Record, read_record
from qareport.evaluation.seeds import combine_records, unknown_seeds
from qareport.report.printing import print_json, print_table, print_warning
from qareport.report.tables.seeds import seeds_table
from qareport.report.tables.terminal import TerminalTable


@dataclass(frozen=True, slots=True)
class SeedModel:
    """One of the models that are put together."""

    record: str
    training_seed: int | None
    weights_sha256: str
    scores: Total


@dataclass(frozen=True, slots=True)
class PrintedSeeds:
    """What the command prints as JSON."""

    models: tuple[SeedModel, ...]
    scores: Mapping[str, SeedScores]
    """By measure, of those by which all were scored."""
    warnings: tuple[str, ...]
    """Records whose seed is not known, in sentences."""


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
    together, warnings = combine_records(records), unknown_seeds(records)
    for warning in warnings:
        print_warning(warning)
    if output_format is OutputFormat.JSON:
        printed = PrintedSeeds(tuple(map(_model_of, records)), together, warnings)
        print_json(percent_document(printed))
        return
    table = seeds_table([record.evaluation for record in records], together)
    print_table(TerminalTable(table))


def _model_of(record: Record) -> SeedModel:
    evaluation = record.evaluation
    model = evaluation.model
    return SeedModel(
        record.folder.as_posix(),
        model.training_seed,
        model.weights_sha256,
        evaluation.scores.overall,
    )
