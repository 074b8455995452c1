"""Prints what models of several training seeds score together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cli.options import Format, OutputFormat
from qareport.data.percent import percent_document
from qareport.report.printing import print_json, print_table, print_warning

if TYPE_CHECKING:
    from qareport.cli.documents import SeedModel
    from qareport.evaluation.record.reader import Record


def seeds(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="RECORD...", help="Records of models of one training, by seed."),
    ],
    *,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Put records of several training seeds together: mean, spread, and an interval of both."""
    from qareport.cli.documents import PrintedSeeds
    from qareport.evaluation.record.reader import read_record
    from qareport.evaluation.seeds import combine_records, unknown_seeds
    from qareport.report.tables.seeds import seeds_table
    from qareport.report.tables.terminal import TerminalTable

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


def _model_of(record: "Record") -> "SeedModel":
    from qareport.cli.documents import SeedModel

    evaluation = record.evaluation
    model = evaluation.model
    return SeedModel(
        record.folder.as_posix(),
        model.training_seed,
        model.weights_sha256,
        evaluation.scores.overall,
    )
