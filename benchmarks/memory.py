"""Measures the memory of one evaluation after ever more questions, each way in its own process.

    python benchmarks/memory.py MODEL DATA [--questions N N ...] [--ways ENGINE,DTYPE ...]

An evaluation writes its record into a folder for a while, as `qareport evaluate` does; where the
data has fewer questions they come again with new ids. Memory is what the process has resident, and
its peak so far. Linux alone tells both.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from qareport.analysis.examples.rows import ExampleRow
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataSet, Example
from qareport.evaluation.evaluate import evaluate_into
from qareport.inference.answerer import load_answerer
from qareport.inference.options import EngineOptions

QUESTIONS = (500, 2000, 10_000, 20_000)
WAYS = (
    "torch,float32",
    "torch,bfloat16",
    "torch,int8",
    "openvino,float32",
    "openvino,bfloat16",
    "openvino,int8",
)
MEBIBYTE = 1024
"""Kibibytes, in which the system counts memory."""


def repeat(examples: Sequence[Example]) -> Iterator[Example]:
    """The examples without end, with new ids from the second time on."""
    yield from examples
    for number in count(2):
        for each in examples:
            yield replace(each, id=f"{each.id}-{number}")


def memory_mib(name: str) -> int:
    """A figure of this process that the system keeps, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith(name)).split()[1]) // MEBIBYTE


def noting_memory(way: str, marks: Sequence[int]) -> Callable[[Sequence[ExampleRow]], None]:
    """A callback that prints the memory when so many questions are scored."""
    left, done = sorted(marks), 0

    def watch(rows: Sequence[ExampleRow]) -> None:
        nonlocal done
        done += len(rows)
        while left and done >= left[0]:
            figures = (left.pop(0), memory_mib("VmRSS"), memory_mib("VmHWM"))
            print(f"{way:20}{figures[0]:10}{figures[1]:12.1f}{figures[2]:12.1f}", flush=True)

    return watch


def measure(way: str, model: str, data_set: DataSet, marks: Sequence[int]) -> None:
    """One evaluation in this process."""
    engine, dtype = way.split(",")
    answerer = load_answerer(model, engine=EngineOptions(engine=engine, dtype=dtype, device="cpu"))
    with tempfile.TemporaryDirectory() as folder:
        watch = noting_memory(way, marks)
        evaluate_into(Path(folder) / "record", answerer, data_set, watch=watch)


def main() -> None:
    """Measures every way in a process of its own, and prints a row for each number of questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, nargs="+", default=QUESTIONS)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--measure", choices=WAYS, help="this way only, in this process")
    arguments = parser.parse_args()
    if arguments.measure:
        data_set = read_squad_file(arguments.data)
        examples = islice(repeat(data_set.examples), max(arguments.questions))
        whole = replace(data_set, examples=tuple(examples))
        measure(arguments.measure, arguments.model, whole, arguments.questions)
        return
    print("way                  questions    resident        peak, MiB", flush=True)
    command = [sys.executable, __file__, arguments.model, str(arguments.data)]
    marks = ["--questions", *map(str, arguments.questions)]
    for way in arguments.ways:
        subprocess.run([*command, *marks, "--measure", way], check=True)  # noqa: S603 - this script


if __name__ == "__main__":
    main()
