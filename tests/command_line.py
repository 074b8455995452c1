"""Arguments to what the command line prints and the exit code it ends with."""

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO

from qareport.cli.app import main


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
