"""Measures what commands take on small inputs: seconds of the processor, and of the clock.

    python benchmarks/start.py [--rounds N]

It is run in the repository. Each command runs N times in processes of its own, after once for the
caches of files, and the least of each figure counts.
"""

import argparse
import resource
import shlex
import subprocess
import sys
import time

RECORD = "reports/demo/stories"
LINES = (
    "--version",
    "--help",
    "evaluate --help",
    "analyse --help",
    "verify --help",
    "train --help",
    f"score demo/stories.json {RECORD}/predictions.json",
    f"check {RECORD} --min f1=1%",
    "lint reports/demo/README.md",
    f"compare {RECORD} {RECORD}",
    "ask demo/model --question 'Who wrote it?' --context 'Ada wrote it in 1843.'",
)
SHOWN_CHARACTERS = 60


def measure(line: str, rounds: int) -> tuple[float, float]:
    """The least seconds of the processor, and of the clock, that a command takes."""
    used = [_run(line) for _ in range(rounds + 1)][1:]
    return min(processor for processor, _ in used), min(clock for _, clock in used)


def _run(line: str) -> tuple[float, float]:
    before, begun = _processor_seconds(), time.perf_counter()
    command = [sys.executable, "-m", "qareport", *shlex.split(line)]
    # A check of the lint that does not hold ends with 3.
    subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own command line
    return _processor_seconds() - before, time.perf_counter() - begun


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints a row for each command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print("processor   clock  command")
    for line in LINES:
        processor, clock = measure(line, rounds)
        print(f"{processor:9.2f} {clock:7.2f}  {line[:SHOWN_CHARACTERS]}", flush=True)


if __name__ == "__main__":
    main()
