"""Measures what an evaluation takes beside its model, next to a plain run_qa script.

    python -m benchmarks.around MODEL DATA [--rounds N] [--copies N] [--every MS]

The model is a stand-in of one layer and width 32, made here from a seed, with the tokenizer of
MODEL: it is nearly free, as a model is on a fast device, so what is left is all the rest. Both
commands are whole processes with the same model in float32 and take turns; the median round
counts. `--copies` repeats the questions under new ids. The last table tells where the wall time of
one `qareport evaluate --output` goes: every few milliseconds a thread looks at what each other
thread is at. `waiting` of the main thread is for threads of its own, whose work the second column
has; `start` is imports.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PHASES: Mapping[str, tuple[str, ...]] = {
    "read": ("qareport/data/readers/",),
    "windows": ("qareport/inference/windows.py",),
    "model": ("qareport/inference/engines/",),
    "search": ("qareport/inference/span_search.py", "qareport/inference/best_spans.py"),
    "choose": ("qareport/inference/n_best.py", "qareport/inference/decoding.py"),
    "score": ("qareport/metrics/",),
    "examine": ("qareport/analysis/examples/",),
    "write": ("qareport/evaluation/record/", "qareport/data/files.py"),
    "intervals": ("qareport/analysis/statistics/",),
    "report": ("qareport/report/", "qareport/cli/report.py"),
    "start": ("<frozen importlib",),
}
"""By phase, what the names of its files hold; the innermost frame of any of them counts."""
WAITING = ("threading.py", "concurrent/futures/", "queue.py")
OTHER, WAIT = "other", "waiting"
SCRIPT = Path(__file__).with_name("plain_run_qa.py")
MEBIBYTE = 1024
"""Kibibytes, in which the system counts memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one whole process took."""

    wall: float
    processor: float
    peak_mib: int


@dataclass(slots=True)
class Sampler:
    """Counts at what phase each thread is, every few milliseconds."""

    every: float
    """Seconds."""
    main: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    is_ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Looks at all threads until the end."""
        own, main = threading.get_ident(), threading.main_thread().ident
        while not self.is_ended.wait(self.every):
            for ident, frame in sys._current_frames().items():  # noqa: SLF001 - there is no other
                if ident == main:
                    self.main[phase_of(frame)] += 1
                elif ident != own:
                    self.others[phase_of(frame)] += 1


def phase_of(frame: FrameType | None) -> str:
    """The phase of the innermost frame that belongs to one."""
    if frame is not None and any(each in frame.f_code.co_filename for each in WAITING):
        return WAIT
    while frame is not None:
        name = frame.f_code.co_filename
        for phase, parts in PHASES.items():
            if any(part in name for part in parts):
                return phase
        frame = frame.f_back
    return OTHER


def make_stand_in(tokenizer: str, folder: Path) -> None:
    """Saves a model of one layer and width 32 with random weights, and the tokenizer."""
    import torch  # noqa: PLC0415 - only the first process needs it
    from transformers import (  # noqa: PLC0415 - likewise
        AutoTokenizer,
        BertConfig,
        BertForQuestionAnswering,
    )

    known = AutoTokenizer.from_pretrained(tokenizer)
    torch.manual_seed(42)
    config = BertConfig(
        vocab_size=len(known),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertForQuestionAnswering(config).eval().save_pretrained(folder)
    known.save_pretrained(folder)


def repeat_questions(data: Path, copies: int, output: Path) -> None:
    """Writes the questions several times, each time with ids of their own."""
    articles = json.loads(data.read_text(encoding="utf-8"))["data"]
    repeated = [
        {
            "title": article["title"],
            "paragraphs": [
                {
                    "context": paragraph["context"],
                    "qas": [{**asked, "id": f"{asked['id']}-{copy}"} for asked in paragraph["qas"]],
                }
                for paragraph in article["paragraphs"]
            ],
        }
        for copy in range(copies)
        for article in articles
    ]
    output.write_text(json.dumps({"version": "v2.0", "data": repeated}), encoding="utf-8")


def run(command: Sequence[str]) -> Run:
    """Runs a command to its end."""
    clock = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own scripts
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with exit code {process.returncode}")
    wall = time.perf_counter() - clock
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // MEBIBYTE)


def evaluate_words(model: Path, data: Path, output: Path) -> list[str]:
    """The words of the command that is measured."""
    options = ["--data", str(data), "--output", str(output), "--device", "cpu"]
    return ["evaluate", str(model), *options, "--dtype", "float32"]


def sample(words: Sequence[str], every: float) -> None:
    """Runs a command in this process, and prints seconds by phase as JSON."""
    sampler, clock = Sampler(every), time.perf_counter()
    watcher = threading.Thread(target=sampler.watch, daemon=True)
    watcher.start()
    from qareport.cli.app import main as run_command  # noqa: PLC0415 - its start is sampled too

    with contextlib.redirect_stdout(sys.stderr), contextlib.suppress(SystemExit):
        run_command(list(words))
    sampler.is_ended.set()
    watcher.join()
    wall = time.perf_counter() - clock
    each = wall / sampler.main.total()
    counts = (sampler.main, sampler.others)
    print(json.dumps([{name: n * each for name, n in count.items()} for count in counts]))


def print_phases(words: Sequence[str], every: float) -> None:
    """A row for each phase of one run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.around", "--sample", str(every), *words]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very script
    main, others = json.loads(ended.stdout.splitlines()[-1])
    others.pop(WAIT, None)
    print("\nphase        main thread   other threads")
    for phase in (*PHASES, WAIT, OTHER):
        print(f"{phase:12}{main.get(phase, 0.0):12.2f}{others.get(phase, 0.0):16.2f}")
    print(f"{'all but model':13}{sum(main.values()) - main.get('model', 0.0):11.2f}")


def print_rounds(runs: Mapping[str, Sequence[Run]]) -> None:
    """A row for each command; seconds of the median round, with the span of all rounds."""
    print("command        wall, s   (rounds)         processor, s   peak MiB   times as fast")
    medians = {name: statistics.median(each.wall for each in of) for name, of in runs.items()}
    slowest = max(medians.values())
    for name, of in runs.items():
        walls = f"({min(each.wall for each in of):.1f} to {max(each.wall for each in of):.1f})"
        processor = statistics.median(each.processor for each in of)
        peak = max(each.peak_mib for each in of)
        print(
            f"{name:12}{medians[name]:10.1f}   {walls:18}{processor:10.1f}{peak:11d}"
            f"{slowest / medians[name]:14.2f}"
        )


def compare(arguments: argparse.Namespace, folder: Path) -> None:
    """Both commands in turns, then the phases of one more run."""
    model, data = folder / "model", arguments.data
    make_stand_in(arguments.model, model)
    if arguments.copies > 1:
        data = folder / "data.json"
        repeat_questions(arguments.data, arguments.copies, data)
    words = evaluate_words(model, data, folder / "record")
    plain = [sys.executable, str(SCRIPT), str(model), str(data), str(folder / "plain")]
    commands = {"run_qa": plain, "qareport": [sys.executable, "-m", "qareport", *words]}
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(arguments.rounds):
        for name, command in commands.items():
            shutil.rmtree(folder / "record", ignore_errors=True)
            runs[name].append(run(command))
    print_rounds(runs)
    shutil.rmtree(folder / "record", ignore_errors=True)
    print_phases(words, arguments.every / 1000)


def main() -> None:
    """Compares, or samples one command where it is asked for."""
    if sys.argv[1:2] == ["--sample"]:
        sample(sys.argv[3:], float(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--every", type=float, default=5.0, help="milliseconds between two looks")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, Path(folder))


if __name__ == "__main__":
    main()
