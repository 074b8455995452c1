"""Arguments to what the command line prints and the exit code it ends with."""

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO

from qareport.cli.app import main

HEAVY = ("torch", "transformers", "datasets")


@dataclass(frozen=True, slots=True)
class Run:
    """How one run of the command line ended."""

    exit_code: int
    output: str
    errors: str


def run_qareport(*arguments: object) -> Run:
    """`qareport` with these arguments, in this process."""
    with redirect_stdout(StringIO()) as output, redirect_stderr(StringIO()) as errors:
        try:
            main([str(argument) for argument in arguments])
            exit_code = 0
        except SystemExit as end:
            exit_code = end.code if isinstance(end.code, int) else 0
    return Run(exit_code, output.getvalue(), errors.getvalue())


def heavy_imports_of(code: str) -> list[str]:
    """The heavy packages that a fresh Python has imported after `code`."""
    probe = f"{code}\nimport sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1].split()
