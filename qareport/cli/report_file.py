"""Reports to files, and never over what is no report of ours."""

from pathlib import Path
from typing import TYPE_CHECKING

from qareport.errors import OutputError
from qareport.files import write_text

if TYPE_CHECKING:
    from qareport.showing import ReportChoice

REPORT = "report.html"
MARK = '<meta name="generator" content="qareport'
"""What only pages of this tool have."""
MARK_WITHIN = 4096
"""Characters from the start in which the mark stands."""


def require_report_place(path: Path) -> None:
    """Nothing, when no other file than an earlier report stands there.

    Raises:
        OutputError: something else does.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file for the page")
    if path.exists() and MARK not in _beginning(path):
        raise OutputError(f"{path}: is no report of qareport; name another file or add --overwrite")


def write_report(path: Path, choice: "ReportChoice") -> None:
    """Writes the page of a choice of records.

    Raises:
        DataError: a record cannot be read, or one is of other data or rules than the first.
        OutputError: the page cannot be written.
    """
    from qareport.showing import make_report  # noqa: PLC0415 - charts are slow

    write_text(path, make_report(choice))


def _beginning(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(MARK_WITHIN)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be read ({error.strerror}); name another file or add --overwrite"
        ) from error
