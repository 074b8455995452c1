"""Reports to files, and never over what is no report of ours."""

from pathlib import Path
from typing import TYPE_CHECKING

from qareport.data.files import write_text
from qareport.errors import OutputError
from qareport.evaluation.record.report_page import is_report

if TYPE_CHECKING:
    from qareport.report.gather import ReportChoice


def require_report_place(path: Path) -> None:
    """Nothing, when no other file than an earlier report stands there.

    Raises:
        OutputError: something else does.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file for the page")
    if path.exists() and not is_report(path):
        raise OutputError(f"{path}: is no report of qareport; name another file or add --overwrite")


def write_report(path: Path, choice: "ReportChoice") -> None:
    """Writes the page of a choice of records.

    Raises:
        DataError: a record cannot be read, or one is of other data or rules than the first.
        OutputError: the page cannot be written.
    """
    from qareport.report.gather import make_report  # noqa: PLC0415 - charts are slow

    write_text(path, make_report(choice))
