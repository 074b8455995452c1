"""Standard streams that are closed, or that cannot be written, without harm or traceback."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from qareport.errors import OutputError

STANDARD_STREAMS = (0, 1, 2)
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Of a stream that leads into a file on a full disk, or to a terminal that is gone."""


def open_closed_streams() -> None:
    """Leads standard streams that are closed to nowhere.

    Else the next file that is opened would take their number, and what a library prints would be
    written into it.
    """
    for stream in STANDARD_STREAMS:
        try:
            os.fstat(stream)
        except OSError:
            # The lowest free number is taken, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - no keyword


@contextmanager
def printing() -> Iterator[None]:
    """Has what is printed within it end in a sentence where it cannot be written.

    Raises:
        OutputError: the standard output cannot be written.
    """
    try:
        yield
    except OSError as error:
        # An error about a file names it.
        if error.filename is not None or error.errno not in UNWRITABLE:
            raise
        _drop_output()
        raise OutputError(
            f"the standard output cannot be written ({error.strerror}); lead it elsewhere"
        ) from error


def _drop_output() -> None:
    """Leads what is still to be printed to nowhere, lest Python complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
