"""Prints how records of the same data differ, and how sure the differences are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE, parse_points
from qareport.cli.options import Format, OutputFormat
from qareport.data.percent import percent_document
from qareport.errors import UsageError
from qareport.report.printing import print_json, print_lines, print_table, print_warning

if TYPE_CHECKING:
    from qareport.analysis.statistics.comparison import Comparison
    from qareport.analysis.statistics.paired_tests import RecoveredGap
    from qareport.cli.documents import ComparedRecord
    from qareport.evaluation.record.reader import Record

SHOWN_GROUPS = 8


def compare(
    reference: Annotated[
        Path, typer.Argument(metavar="REFERENCE", help="Record that the others are compared with.")
    ],
    records: Annotated[list[Path], typer.Argument(metavar="RECORD...", help="Other records.")],
    *,
    margin: Annotated[
        str,
        typer.Option(
            metavar="POINTS", help="Points of 100 within which a score counts as reproduced."
        ),
    ] = f"{100 * DEFAULT_TOLERANCE:g}",
    teacher: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record of the teacher.", show_default="none")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Record of the student without it.", show_default="none"),
    ] = None,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Compare records of the same data: paired differences, who is right where, a verdict."""
    from qareport.cli.documents import ComparedRecord
    from qareport.evaluation.record.reader import differing_options, read_record
    from qareport.report.tables.scores import data_line, exclusion_lines

    points = parse_points(margin, "--margin")
    if points == 0:
        raise UsageError(f"--margin is {margin}; it must be above 0 points")
    if (teacher is None) != (baseline is None):
        raise UsageError("--teacher and --baseline go together; give both or neither")
    against = read_record(reference)
    roles = (read_record(teacher), read_record(baseline)) if teacher and baseline else None
    compared = [
        ComparedRecord(
            record=folder.as_posix(),
            reference=reference.as_posix(),
            data=against.evaluation.data,
            comparison=_compare(record, against, tolerance=points / 100),
            gap=_recover(record, *roles) if roles else None,
            warnings=differing_options(record, against),
        )
        for folder in records
        for record in (read_record(folder),)
    ]
    for each in compared:
        for warning in each.warnings:
            print_warning(f"{each.record} and {each.reference}: {warning}")
    if output_format is OutputFormat.JSON:
        print_json([percent_document(each) for each in compared])
    else:
        _print(compared, (data_line(against.evaluation), *exclusion_lines(against.evaluation)))


def _compare(record: "Record", reference: "Record", *, tolerance: float) -> "Comparison":
    from qareport.analysis.statistics.comparison import compare_rows
    from qareport.evaluation.record.reader import require_same_words

    require_same_words(record, reference)
    return compare_rows(record.rows, reference.rows, tolerance=tolerance)


def _recover(
    student: "Record", teacher: "Record", baseline: "Record"
) -> "Mapping[str, RecoveredGap]":
    from qareport.analysis.statistics.comparison import recover_gap
    from qareport.evaluation.record.reader import require_same_data

    require_same_data(student, teacher)
    require_same_data(student, baseline)
    return recover_gap(student.rows, teacher.rows, baseline.rows)


def _print(compared: "list[ComparedRecord]", data_lines: Sequence[str]) -> None:
    from qareport.report.tables.comparison import (
        comparison_lines,
        differences_table,
        gap_lines,
        right_wrong_table,
    )
    from qareport.report.tables.terminal import TerminalTable

    for each in compared:
        comparison = each.comparison
        print_lines(f"{each.record} against {each.reference}", *data_lines)
        print_table(TerminalTable(differences_table(comparison, groups=SHOWN_GROUPS)))
        print_table(TerminalTable(right_wrong_table(comparison.right_wrong)))
        print_lines(*comparison_lines(comparison), *(gap_lines(each.gap) if each.gap else ()))
