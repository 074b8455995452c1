"""Prepares the standard streams, so that printing to them works or ends in a sentence."""

import codecs
import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper

from qareport.cli.secrets import hiding_secrets
from qareport.data.printable import printable_streams
from qareport.errors import OutputError

STANDARD_STREAMS = (0, 1, 2)
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Of a stream that leads into a file on a full disk, or to a terminal that is gone."""
ESCAPING = "qareport.escape"


@contextmanager
def printing_safely(words: Sequence[str]) -> Iterator[None]:
    """Has all that is printed while a command runs arrive whole, printable, and without secrets."""
    open_closed_streams()
    escape_unprintable()
    with hiding_secrets(words), printable_streams():
        yield


def open_closed_streams() -> None:
    """Opens standard streams that are closed on the null device.

    Else the next file that is opened would take their number, and what a library prints would be
    written into it.
    """
    for stream in STANDARD_STREAMS:
        try:
            os.fstat(stream)
        except OSError:
            # The lowest free number is taken, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - no keyword


def escape_unprintable() -> None:
    r"""Has characters that a stream cannot hold printed as `\u2192`, which JSON reads as before."""
    codecs.register_error(ESCAPING, _escape)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=ESCAPING)


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


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _drop_output() -> None:
    """Discards what is still to be printed, lest Python complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
