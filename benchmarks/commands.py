"""Measures the commands that read a finished record or saved predictions, each as a whole process.

    python benchmarks/commands.py RECORD DATA PREDICTIONS

Of a command's runs, which take turns with those of the others, the fastest counts: seconds by the
clock, and of the processor, which include those of the process that draws.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took."""

    wall_seconds: float
    processor_seconds: float


def measure(words: Sequence[str]) -> Run:
    """What the command with these words takes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "qareport", *words]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, processor)


def commands(record: Path, data: Path, predictions: Path, output: Path) -> dict[str, list[str]]:
    """The words of each command by its name; what it writes goes below `output`."""
    page, rescored = str(output / "report.html"), str(output / "rescored")
    questions, answers = ["--data", str(data)], ["--predictions", str(predictions)]
    return {
        "help": ["--help"],
        "score": ["score", str(data), str(predictions)],
        "analyse DIR": ["analyse", str(record)],
        "analyse --predictions": ["analyse", *questions, *answers],
        "report": ["report", str(record), "--output", page],
        "rescore": ["rescore", str(record), "--output", rescored, "--overwrite"],
        "compare": ["compare", str(record), str(record)],
    }


def main() -> None:
    """Prints a row for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words_by_name = commands(
            arguments.record, arguments.data, arguments.predictions, Path(folder)
        )
        runs: dict[str, list[Run]] = {name: [] for name in words_by_name}
        for _ in range(arguments.rounds):
            for name, words in words_by_name.items():
                runs[name].append(measure(words))
    print(f"{'command':24}{'wall s':>8}{'processor s':>13}")
    for name, of_name in runs.items():
        wall = min(run.wall_seconds for run in of_name)
        processor = min(run.processor_seconds for run in of_name)
        print(f"{name:24}{wall:8.2f}{processor:13.2f}")


if __name__ == "__main__":
    main()
