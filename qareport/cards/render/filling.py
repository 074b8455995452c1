"""Fills a template: a shipped one at once, a file in a process of its own that cannot go on and on.

That process reads what to fill from its standard input, as `python -m` starts it.
"""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from typing import IO

from qareport.cards.render.templates import (
    MENDING,
    fill_file,
    fill_shipped,
    shipped_templates,
)
from qareport.errors import UsageError, explain

LONGEST_SECONDS = 10.0
"""Of filling a template file, once its process has started; our choice, cards take far less."""
LARGEST_MEMORY = 1 << 27
"""Bytes that filling may take on Linux; elsewhere the time alone is a limit."""
READY = b"ready\n"
"""What the process says when it begins to fill, from when its time counts."""


def render_template(name: str, variables: Mapping[str, object]) -> str:
    """The text of a shipped template, or of the one in a file, filled with variables.

    A file may extend a shipped one by its file name. Every value is shown as plain text unless it
    is Markdown already; an undefined one is an error.

    Raises:
        UsageError: there is no such template, or it cannot be filled, in the time and memory that
            it has.
    """
    if name in shipped_templates():
        return fill_shipped(name, variables)
    path = Path(name)
    if not path.is_file():
        raise UsageError(
            f"{name}: neither a template file nor a shipped one ({', '.join(shipped_templates())})"
        )
    return _fill_apart(path, variables)


def _fill_apart(path: Path, variables: Mapping[str, object]) -> str:
    with subprocess.Popen(
        # -P: nothing is imported from the working folder, which may be a stranger's.
        [sys.executable, "-P", "-X", "utf8", "-m", "qareport.cards.render.filling"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            answer = _ask(process, pickle.dumps((path, variables)))
        finally:
            process.kill()
    if answer is None:
        raise UsageError(
            f"{path}: takes longer than {LONGEST_SECONDS:g} seconds to fill; {MENDING}"
        )
    if not answer:
        raise UsageError(
            f"{path}: the process that filled it ended with exit status {process.returncode}; "
            f"{MENDING}"
        )
    filled = json.loads(answer)
    if "error" in filled:
        raise UsageError(filled["error"])
    return str(filled["text"])


def _ask(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    """What the process answers, nothing where it ends without an answer; None if it is late."""
    if process.stdin is None or process.stdout is None:
        return b""
    late = Event()

    def end() -> None:
        late.set()
        process.kill()

    # Where it has ended already, there is nobody to read.
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(request)
    is_ready = process.stdout.readline() == READY
    timer = Timer(LONGEST_SECONDS, end)
    timer.start()
    try:
        answer = process.stdout.read()
        process.wait()
    finally:
        timer.cancel()
    if late.is_set():
        return None
    return answer if is_ready else b""


def answer_request(request: IO[bytes], answer: IO[bytes]) -> None:
    """Fills the one template that is asked for, and writes its text, or why there is none."""
    path, variables = pickle.load(request)  # noqa: S301 - by the process that started this one
    answer.write(READY)
    answer.flush()
    limit_memory()
    try:
        filled = {"text": fill_file(path, variables)}
    except UsageError as error:
        filled = {"error": str(error)}
    except MemoryError:
        filled = {
            "error": f"{path}: takes more than {LARGEST_MEMORY >> 20} MiB of memory to fill; "
            f"{MENDING}"
        }
    except Exception as error:  # noqa: BLE001 - whatever a template makes Python raise is its fault
        filled = {"error": f"{path}: {explain(error)}; {MENDING}"}
    answer.write(json.dumps(filled).encode())


def limit_memory() -> None:
    """Keeps this process, on Linux, from taking much more memory than it has now."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Windows has none

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + LARGEST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    answer_request(sys.stdin.buffer, sys.stdout.buffer)
