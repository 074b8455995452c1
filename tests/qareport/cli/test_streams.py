"""What is printed can be printed, or the command ends in a sentence."""

import errno
import json
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from qareport.cli.streams import STANDARD_STREAMS, escape_unprintable, printing

FULL = Path("/dev/full")
"""A device on which every write fails as on a full disk."""
SHOW_NUMBER = """
import sys
from qareport.cli.streams import open_closed_streams
open_closed_streams()
with open(sys.argv[1], "w") as file:
    file.write(str(file.fileno()))
"""
WIDE = "é→\U0001f600\udcff"


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_output_onto_a_full_disk_ends_in_a_sentence() -> None:
    with FULL.open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "qareport", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert run.returncode == 1
    assert run.stderr == (
        "Error: the standard output cannot be written (No space left on device); "
        "lead it elsewhere\n"
    )


@pytest.mark.parametrize("stream", STANDARD_STREAMS)
def test_no_file_takes_the_place_of_a_closed_stream(stream: int, tmp_path: Path) -> None:
    closing = f'exec "$@" {stream}>&-'
    python = [sys.executable, "-c", SHOW_NUMBER, str(tmp_path / "file")]

    subprocess.run(["/bin/sh", "-c", closing, "", *python], check=True)

    assert int((tmp_path / "file").read_text()) > max(STANDARD_STREAMS)


def test_an_error_about_a_file_is_none_about_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), printing():
        (tmp_path / "missing").read_text()


def test_an_error_that_no_writing_gives_is_none_about_the_output() -> None:
    with pytest.raises(OSError, match="no memory"), printing():
        raise OSError(errno.ENOMEM, "no memory")


def test_what_a_stream_cannot_hold_is_printed_so_that_json_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = BytesIO()
    stream = TextIOWrapper(printed, encoding="ascii")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        escape_unprintable()
    stream.write(json.dumps(WIDE, ensure_ascii=False))
    stream.flush()

    assert printed.getvalue() == b'"\\u00e9\\u2192\\ud83d\\ude00\\udcff"'
    assert json.loads(printed.getvalue()) == WIDE


def test_bytes_that_are_no_text_stay_an_error() -> None:
    escape_unprintable()

    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "qareport.escape")
