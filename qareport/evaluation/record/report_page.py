"""The page beside a record, told from pages of others, and removed with the record it shows."""

from pathlib import Path

from qareport.errors import OutputError

REPORT = "report.html"
MARK = '<meta name="generator" content="qareport'
"""What only pages of this tool have."""
MARK_WITHIN = 4096
"""Characters from the start in which the mark stands."""


def is_report(path: Path) -> bool:
    """Whether a file is a page of this tool.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return MARK in stream.read(MARK_WITHIN)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be read ({error.strerror}); name another file or add --overwrite"
        ) from error


def remove_report(folder: Path) -> None:
    """Removes the page of a record that is replaced; what is no page of this tool stays.

    Raises:
        OutputError: it cannot be read or removed.
    """
    path = folder / REPORT
    if not path.is_file() or not is_report(path):
        return
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed ({error.strerror})") from error
