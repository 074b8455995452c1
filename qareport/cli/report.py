"""`qareport report`: records in, one self-contained page out."""

from pathlib import Path
from typing import Annotated

import typer

from qareport.cli.progress import waiting
from qareport.errors import OutputError, UsageError
from qareport.files import write_text

REPORT = "report.html"
MARK = '<meta name="generator" content="qareport'
"""What only pages of this command have."""
MARK_WITHIN = 4096
"""Characters from the start in which the mark stands."""


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
        _check_place(path)
    with waiting(f"reading {folders[0]}"):
        from qareport.showing import ReportChoice, make_report  # noqa: PLC0415 - charts are slow

        page = make_report(
            ReportChoice(folders[0], tuple(folders[1:]), teacher, baseline, is_redacted=redact)
        )
    write_text(path, page)
    typer.echo(str(path))


def _check_place(path: Path) -> None:
    """Nothing, when no other file than an earlier report stands there."""
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file for the page")
    if path.exists() and MARK not in _beginning(path):
        raise OutputError(f"{path}: is no report of qareport; name another file or add --overwrite")


def _beginning(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(MARK_WITHIN)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be read ({error.strerror}); name another file or add --overwrite"
        ) from error
