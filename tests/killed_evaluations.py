"""Evaluates a tiny model again and again in processes that are stopped at chosen moments.

    python -m tests.killed_evaluations FOLDER

Torch is imported once; each run is a fork of that process in which the command line runs. A run
that was stopped is started again by the same command. FOLDER/CASE holds the record, and how each of
the two runs ended.
"""

import gc
import importlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch

from qareport.cli.app import main as run_command_line
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE
from tests.builders import example, squad_json
from tests.stopping_files import FILE_EVENTS
from tests.tiny_models import SENTENCES, build_tiny_model

UNDISTURBED = "undisturbed"
TERMINATED = "terminated"
INTERRUPTED = "interrupted"
NO_ROOM_FOR_RECORD = "no room for the record"
NO_ROOM_FOR_SHARD = "no room for a shard"
FULL_DISK = "full disk"
KILLS = 8
SEED = 42
QUESTIONS = 12
BATCH_TOKENS = 2 * TOKENS_PER_CHUNK_EXAMPLE
"""Two examples to a shard."""
TINY_DISK = "64k"


@dataclass(slots=True)
class Stop:
    """What stops a run, and when: before one of its events on files of its record."""

    at: int = -1
    """Which of those events, from 0."""
    by: int = signal.SIGKILL
    file_bytes: int | None = None
    """Bytes that no file may pass."""
    seen: int = 0

    def arm(self, record: Path) -> None:
        """Watches this process."""
        if self.file_bytes is not None:
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes, most))

        def watch(event: str, details: tuple[object, ...]) -> None:
            if event in FILE_EVENTS and str(details[0]).startswith(str(record)):
                self.seen += 1
                if self.seen == self.at + 1:
                    os.kill(os.getpid(), self.by)

        sys.addaudithook(watch)


def named_stops(events: int) -> Mapping[str, Stop]:
    """The cases, the kills in equal stretches of the events of an undisturbed run."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    ends = [events * number // KILLS for number in range(KILLS + 1)]
    moments = [chance.randrange(start, end) for start, end in pairwise(ends)]
    return {
        **{f"killed {number}": Stop(at) for number, at in enumerate(moments)},
        TERMINATED: Stop(events // 2, signal.SIGTERM),
        INTERRUPTED: Stop(events // 2, signal.SIGINT),
        NO_ROOM_FOR_RECORD: Stop(file_bytes=12000),
        NO_ROOM_FOR_SHARD: Stop(file_bytes=2000),
    }


def start(case: Path, run: str, stop: Stop) -> int:
    """How a run of the command in a fork ended; what it printed and did is in files of its name."""
    child = os.fork()
    if child == 0:
        try:
            record = case / "record"
            with (case / f"{run}.out").open("w") as out, (case / f"{run}.err").open("w") as err:
                stop.arm(record)
                with redirect_stdout(out), redirect_stderr(err):
                    code = _evaluate(case.parent, record)
            (case / f"{run}.events").write_text(str(stop.seen))
            os._exit(code)
        except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
            traceback.print_exc()
            os._exit(99)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    (case / f"{run}.code").write_text(str(code))
    return code


def write_model_and_questions(folder: Path, questions: int) -> None:
    """What is evaluated, as `model` and `data.json`: a tiny model, and questions that differ."""
    build_tiny_model("bert", folder / "model")
    context = " ".join(SENTENCES[:3])
    examples = [
        example(f"q{number}", f"Who came {'and ' * number}when?", context=context)
        for number in range(questions)
    ]
    (folder / "data.json").write_text(squad_json(*examples))


def main() -> None:
    """Runs every case."""
    # Where the tests run in the background, Ctrl-C may be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch.set_num_threads(1)
    importlib.import_module("qareport.evaluation.evaluate")  # costs each fork a second otherwise
    gc.freeze()
    results = Path(sys.argv[1])
    write_model_and_questions(results, QUESTIONS)
    (results / UNDISTURBED).mkdir()
    start(results / UNDISTURBED, "first", Stop())
    events = int((results / UNDISTURBED / "first.events").read_text())
    for name, stop in named_stops(events).items():
        (results / name).mkdir()
        start(results / name, "first", stop)
        start(results / name, "second", Stop())
    _fill_disk(results / FULL_DISK)


def _evaluate(results: Path, record: Path) -> int:
    try:
        run_command_line(
            [
                *("evaluate", str(results / "model"), "--data", str(results / "data.json")),
                *("--output", str(record), "--device", "cpu", "--dtype", "float32"),
                *("--batch-tokens", str(BATCH_TOKENS), "--no-report"),
            ]
        )
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _fill_disk(case: Path) -> None:
    """Runs on a disk that is too small, and again when it has grown; does nothing without one."""
    record = case / "record"
    record.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={TINY_DISK}", "none", str(record)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode != 0:
        return
    try:
        start(case, "first", Stop())
        subprocess.run(["mount", "-o", "remount,size=10m", str(record)], check=True)  # noqa: S607
        start(case, "second", Stop())
        shutil.copytree(record, case / "copy")
    finally:
        subprocess.run(["umount", str(record)], check=True)  # noqa: S607
    record.rmdir()
    (case / "copy").rename(record)


if __name__ == "__main__":
    main()
