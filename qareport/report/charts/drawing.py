"""Has charts drawn by another process, since what draws them may end the process that it is in.

The library is native code: it aborts where memory or open files run out.
"""

import atexit
import base64
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Timer

from qareport.errors import DrawingError

PROGRAM = Path(__file__).with_name("drawing_process.py")
MOST_SECONDS = 300
"""For one chart, which takes a tenth of a second, and the first one a second."""
REMEDY = "allow more memory and open files (ulimit), and run the same command again"


def start_drawing() -> None:
    """Starts the process that draws, which gets ready while this one does other work."""
    # What keeps it from starting is said by the first chart that is asked for.
    with suppress(OSError, RuntimeError):
        _drawer()


def draw_svg(chart: str) -> str:
    """The SVG document of a chart in Vega-Lite's JSON.

    Raises:
        DrawingError: it cannot be drawn.
    """
    return _draw("svg", chart)


def draw_png(chart: str) -> bytes:
    """The PNG file of a chart in Vega-Lite's JSON.

    Raises:
        DrawingError: it cannot be drawn.
    """
    return base64.b64decode(_draw("png", chart))


def stop_drawing() -> None:
    """Ends the process that draws; the next chart starts another one."""
    if not _drawer.cache_info().currsize:
        return
    drawer = _drawer()
    _drawer.cache_clear()
    atexit.unregister(stop_drawing)
    drawer.kill()
    for stream in (drawer.stdin, drawer.stdout):
        if stream:
            with suppress(OSError):
                stream.close()
    drawer.wait()


def _draw(form: str, chart: str) -> str:
    request = f"{json.dumps((form, chart))}\n".encode()
    try:
        answer = _exchange(_drawer(), request)
    except (OSError, RuntimeError) as error:
        # There are no more files, processes or threads.
        raise DrawingError(f"cannot be drawn ({error}); {REMEDY}") from error
    return str(json.loads(answer))


def _exchange(drawer: subprocess.Popen[bytes], request: bytes) -> bytes:
    """The answer of the process that draws, which is used again only if it has answered."""
    answer = b""
    overdue = Timer(MOST_SECONDS, drawer.kill)
    try:
        overdue.start()
        if drawer.stdin and drawer.stdout:
            with suppress(BrokenPipeError):
                drawer.stdin.write(request)
                drawer.stdin.flush()
            answer = drawer.stdout.readline()
    finally:
        overdue.cancel()
        if not answer.endswith(b"\n"):
            stop_drawing()
    if not answer.endswith(b"\n"):
        raise DrawingError(
            f"cannot be drawn (the process that draws ended with {_ending(drawer)}); {REMEDY}"
        )
    return answer


@cache
def _drawer() -> subprocess.Popen[bytes]:
    """The process that draws; it ends when its standard input is closed, or this process ends."""
    drawer = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # What can be imported here can be imported there.
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONIOENCODING": "utf-8",
        },
    )
    atexit.register(stop_drawing)
    return drawer


def _ending(drawer: subprocess.Popen[bytes]) -> str:
    """How the process ended, in words."""
    code = drawer.returncode
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
