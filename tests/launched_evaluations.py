"""Evaluates a tiny model again and again by several processes, some of which are lost on the way.

    python -m tests.launched_evaluations FOLDER

Torch is imported once; each process is a fork of that one in which the command line runs, with what
torchrun would tell it. FOLDER/CASE holds the record, and what each process of each run printed and
ended with.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import sleep

import torch

from qareport.cli.app import main as run_command_line
from qareport.errors import LostProcessError
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE
from qareport.inference.distributed.launch import read_launch
from qareport.inference.distributed.process_group import join_group
from tests.killed_evaluations import write_model_and_questions

QUESTIONS = 23
BATCH_TOKENS = 2 * TOKENS_PER_CHUNK_EXAMPLE
"""Two examples to a shard."""
HOST = "127.0.0.1"
WAIT = timedelta(seconds=2)
WHOLE_EVENT = "os.rename"
"""What Python is about to do, by `sys.audit`, when a shard or a checkpoint is whole."""
WHOLE_ENDS = (".shard", "sealed.json")
"""How the paths end that it then gives to them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Which process gets which signal when the first one is about to finish its third part."""

    rank: int
    signal: signal.Signals


@dataclass(frozen=True, slots=True)
class Case:
    """A command, by how many processes it is run, and how it is disturbed."""

    processes: int
    options: Sequence[str] = ()
    loss: Loss | None = None
    processes_again: int | None = None
    """Who run the same command once more."""


ALONE = "alone"
REFUSALS: Mapping[str, Case] = {
    "unknown normaliser": Case(2, ("--normaliser", "klingon")),
    "unknown option": Case(2, ("--klingon",)),
    "window too long": Case(2, ("--max-seq-length", "100000")),
}
LOSSES: Mapping[str, Case] = {
    "helper killed": Case(2, loss=Loss(1, signal.SIGKILL), processes_again=1),
    "one of three helpers killed": Case(4, loss=Loss(2, signal.SIGKILL), processes_again=2),
    "leader killed": Case(2, loss=Loss(0, signal.SIGKILL), processes_again=4),
    "leader terminated": Case(2, loss=Loss(0, signal.SIGTERM), processes_again=2),
}
SHARED: Mapping[str, Case] = {"two": Case(2), "four": Case(4)}
BY_TRIAL = "by trial"
"""Where each process alone might choose another engine."""
CASES: Mapping[str, Case] = {
    ALONE: Case(1),
    **SHARED,
    **REFUSALS,
    **LOSSES,
    BY_TRIAL: Case(2, ("--engine", "auto")),
}
HANGING = "hanging"


def evaluate_into(record: Path, inputs: Path) -> list[str]:
    """The arguments of the command that all runs have; `inputs` holds model and questions."""
    return [
        *("evaluate", str(inputs / "model"), "--data", str(inputs / "data.json")),
        *("--output", str(record), "--device", "cpu", "--dtype", "float32"),
        *("--batch-tokens", str(BATCH_TOKENS), "--no-report"),
    ]


def record_of(folder: Path) -> dict[str, object]:
    """The content of every file of a record, the evaluation without its timing."""
    record: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    evaluation = json.loads((folder / "evaluation.json").read_text())
    del evaluation["sha256"], evaluation["mark"]
    for name in ("started", "seconds", "examples_per_second"):
        del evaluation["timing"][name]
    return {**record, "evaluation.json": evaluation}


def arm(loss: Loss, id_of: Callable[[int], int]) -> None:
    """Watches this process, the first one; `id_of` gives a process's id for its rank."""
    seen: list[str] = []

    def watch(event: str, details: tuple[object, ...]) -> None:
        if event == WHOLE_EVENT and str(details[1]).endswith(WHOLE_ENDS):
            seen.append(event)
            if len(seen) == 3:
                os.kill(id_of(loss.rank), loss.signal)

    sys.addaudithook(watch)


def main() -> None:
    """Runs every case."""
    torch.set_num_threads(1)
    for module in ("qareport.evaluation.evaluate", "qareport.inference.distributed.follower"):
        importlib.import_module(module)  # costs each fork seconds otherwise
    gc.freeze()
    results = Path(sys.argv[1])
    write_model_and_questions(results, QUESTIONS)
    for name, case in CASES.items():
        folder = results / name
        folder.mkdir()
        _run(folder, "first", case)
        if case.processes_again is not None:
            _run(folder, "second", Case(case.processes_again))
    (results / HANGING).mkdir()
    launch(results / HANGING, "first", [_notice, _hang])


def _hang(_: Sequence[int]) -> int:
    """A process that joins the others and then hangs; it is ended by who misses it."""
    with join_group(read_launch(os.environ)):
        sleep(WAIT.total_seconds() * 100)
    return 0


def _notice(process_ids: Sequence[int]) -> int:
    """A process that waits for one that hangs."""
    try:
        with join_group(read_launch(os.environ), wait=WAIT) as group:
            group.gather(None)
    except LostProcessError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the test reads it
        return 1
    finally:
        os.kill(process_ids[0], signal.SIGKILL)
    return 0


def _run(folder: Path, run: str, case: Case) -> None:
    def evaluate(process_ids: Sequence[int]) -> int:
        # Only the first process, which is started last, knows the others.
        if case.loss is not None and len(process_ids) == case.processes - 1:
            arm(case.loss, [*process_ids, os.getpid()][::-1].__getitem__)
        return _evaluate(folder, case.options)

    launch(folder, run, [evaluate] * case.processes)


def launch(folder: Path, run: str, works: Sequence[Callable[[Sequence[int]], int]]) -> None:
    """Starts a process for each work, the first one last; each is told who was started before."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
    started: list[int] = []
    for rank in reversed(range(len(works))):
        child = os.fork()
        if child == 0:
            if len(works) > 1:
                place = {"MASTER_ADDR": HOST, "MASTER_PORT": port, "GLOO_SOCKET_IFNAME": "lo"}
                ranks = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": len(works)}
                os.environ.update({name: str(value) for name, value in {**place, **ranks}.items()})
            _end(works[rank], started, folder / f"{run}.{rank}")
        started.append(child)
    for rank, child in enumerate(reversed(started)):
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        (folder / f"{run}.{rank}.code").write_text(str(code))


def _end(work: Callable[[Sequence[int]], int], started: Sequence[int], place: Path) -> None:
    """Does the work of a fork, and ends it; what it printed is in files beside `place`."""
    try:
        with (
            Path(f"{place}.out").open("w") as out,
            Path(f"{place}.err").open("w") as err,
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = work(started)
        os._exit(code)
    except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
        traceback.print_exc()
        os._exit(99)


def _evaluate(folder: Path, options: Sequence[str]) -> int:
    try:
        run_command_line([*evaluate_into(folder / "record", folder.parent), *options])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


if __name__ == "__main__":
    main()
