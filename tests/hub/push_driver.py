"""Runs `qareport` with the arguments in each line of JSON, and prints how it ended as JSON.

The client library reads the Hub's address when it is imported, and starting Python costs a second;
so one process serves many tests.
"""

import json
import os
import sys
import time

from tests.command_line import run_qareport

HURRY = 0.01
"""Factor that shortens the pauses between retries."""


def main() -> None:
    """Runs until the input ends."""
    really_sleep = time.sleep
    time.sleep = lambda seconds: really_sleep(float(seconds) * HURRY)
    for line in sys.stdin:
        wanted = json.loads(line)
        before = dict(os.environ)
        os.environ.update(wanted["environment"])
        run = run_qareport(*wanted["arguments"])
        os.environ.clear()
        os.environ.update(before)
        answer = {"exit_code": run.exit_code, "output": run.output, "errors": run.errors}
        print(json.dumps(answer), flush=True)  # noqa: T201 - its way to answer


if __name__ == "__main__":
    main()
