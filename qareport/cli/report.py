"""`qareport report`: records in, one self-contained page out."""

from pathlib import Path
from typing import Annotated

import typer

from qareport.cli.progress import waiting
from qareport.cli.report_file import require_report_place, write_report
from qareport.errors import UsageError
from qareport.evaluation.record.report_page import REPORT


def report(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...", help="The record to show, then others to compare with it."
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the page goes.", show_default="DIR/report.html"),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace a file that is no earlier report."),
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave out passages, questions and answers.")
    ] = False,
    teacher: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record of the teacher.", show_default="none")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Record of the student without it.", show_default="none"),
    ] = None,
) -> None:
    """Write one page that shows records: scores, abstention, failures, every answer."""
    if (teacher is None) != (baseline is None):
        raise UsageError("--teacher and --baseline go together; give both or neither")
    path = output or folders[0] / REPORT
    if not overwrite:
        require_report_place(path)
    with waiting(f"reading {folders[0]}"):
        from qareport.report.gather import ReportChoice  # noqa: PLC0415 - charts are slow

        others = tuple(folders[1:])
        write_report(path, ReportChoice(folders[0], others, teacher, baseline, is_redacted=redact))
    typer.echo(str(path))
