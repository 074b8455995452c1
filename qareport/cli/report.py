"""Writes the page of one or several records."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cli.terminal import waiting
from qareport.data.files import write_text
from qareport.errors import DrawingError, OutputError, UsageError, name_list
from qareport.report.printing import print_lines

if TYPE_CHECKING:
    from qareport.report.gather import ReportChoice


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
        typer.Option("--overwrite", help="Replace a file that is not an earlier report."),
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
    from qareport.cli.outputs import require_no_record_file
    from qareport.evaluation.record.writer import REPORT

    if (teacher is None) != (baseline is None):
        raise UsageError("--teacher and --baseline go together; give both or neither")
    path = output or folders[0] / REPORT
    require_no_record_file(path)
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file for the page")
    if not overwrite:
        require_free_path(path)
    with waiting(f"reading {folders[0]}"):
        from qareport.report.gather import ReportChoice

        others = tuple(folders[1:])
        choice = ReportChoice(folders[0], others, teacher, baseline, is_redacted=redact)
        fault = write_report(path, choice)
    print_lines(str(path))
    if fault:
        raise DrawingError(fault)


def require_free_path(path: Path) -> None:
    """Refuses to replace anything but an earlier report.

    Raises:
        OutputError: something else does.
    """
    from qareport.evaluation.record.writer import is_report

    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file for the page")
    if path.exists() and not is_report(path):
        raise OutputError(
            f"{path}: is not a report of qareport; name another file or add --overwrite"
        )


def write_report(path: Path, choice: "ReportChoice") -> str:
    """Writes the page of a choice of records; the sentence that it lacks pictures, or nothing.

    Nothing else writes into the first record's folder as long as a page for it is made.

    Raises:
        DataError: a record cannot be read, or one is of other data or rules than the first.
        OutputError: the page cannot be written, or another process is writing into that folder.
    """
    from qareport.evaluation.record.replacement import writing
    from qareport.report.charts.drawing import start_drawing

    # It gets ready while the rest is imported and the records are read.
    start_drawing()
    from qareport.report.gather import make_report

    folder = choice.folder
    is_inside = folder.is_dir() and path.parent.resolve() == folder.resolve()
    with writing(folder) if is_inside else nullcontext():
        page = make_report(choice)
        write_text(path, page.html)
    missing = page.missing_pictures
    if not missing:
        return ""
    names = name_list(tuple(repr(each.title) for each in missing))
    return f"{path}: is written without the pictures {names}, which {missing[0].fault}"
