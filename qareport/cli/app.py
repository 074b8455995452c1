"""Starts the command line, of which Ctrl-C shows no traceback from its first moment on."""

import signal
import sys


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; ends the process with the exit code of what happened."""
    python_s_own = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if python_s_own:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from qareport.cli.guard import run_guarded  # noqa: PLC0415 - Ctrl-C may come meanwhile

        run_guarded(sys.argv[1:] if arguments is None else arguments)
    finally:
        if python_s_own and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
