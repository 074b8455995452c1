"""Stops every command that writes, again and again, and prints what was lost or left behind.

    python -m tests.faulted_commands FOLDER SEED [NAME ...]

Torch is imported once; each run is a fork of that process in which the command line runs, on a copy
of sound files. After each fault the same command is run again, undisturbed. Prints a line for each
case that did not end as it must, then how many cases there were of each fault.
"""

import gc
import importlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from itertools import product
from pathlib import Path

import torch

from qareport.cli.app import main as run_command_line
from qareport.cli.commands import COMMANDS
from qareport.errors import EXIT_CODES
from qareport.evaluation.record.replacement import NEXT, NEXT_PART
from qareport.evaluation.record.writer import ANSWER_FILES, EVALUATION, EXAMPLES
from qareport.evaluation.suite.suite_json import SUITE
from tests.killed_evaluations import Stop
from tests.mutated_inputs import LEFT, UNKNOWN, build

Snapshot = Mapping[str, Mapping[str, object]]
"""Contents of files, by folder and name."""
TIMES = {
    "timing",
    "sha256",
    "mark",
    "seconds",
    "started",
    "examples_per_second",
    "files",
    "command",
    "peak_memory_bytes",
    "computed_windows",
}
"""Keys of what differs from run to run."""


WORK = "work"
"""The folder in which a training keeps its checkpoints."""
RECORD = {EVALUATION, *ANSWER_FILES}


@dataclass(frozen=True, slots=True)
class Whole:
    """What an undisturbed run gives."""

    code: int
    events: int
    files: Snapshot


@dataclass(frozen=True, slots=True)
class Writer:
    """A command that writes."""

    line: str
    """It can be run again where it has ended."""
    before: str = ""
    """The command that wrote what stands there already."""


EVALUATE = "evaluate model --data asked.json --no-report --batch-tokens 400"
WRITERS: Mapping[str, Writer] = {
    "evaluate": Writer(f"{EVALUATE} --output out --overwrite"),
    "evaluate over": Writer(
        f"{EVALUATE} --output out --overwrite",
        before="rescore record --null-threshold 9 --output out",
    ),
    "rescore": Writer("rescore record --null-threshold 9 --output out --overwrite"),
    "rescore over": Writer(
        "rescore record --null-threshold 9 --output out --overwrite",
        before="rescore record --null-threshold -9 --output out",
    ),
    "redact": Writer("redact run --output out --overwrite"),
    "redact over": Writer(
        "redact record --output out --overwrite",
        before="rescore record --null-threshold 9 --output out",
    ),
    "suite": Writer("suite suite.toml --output out --overwrite"),
    "report": Writer("report record other --output out.html --overwrite"),
    "report beside": Writer("report record", before="report record other"),
    "card": Writer("card card --no-run --model-id a/c"),
    "import": Writer("import card --output out --overwrite"),
    "score": Writer("score asked.json predictions.json --output out.json --overwrite"),
    "lint --fix": Writer("lint untidy --fix"),
    "train": Writer("train recipe.toml --output out"),
}
"""By name."""


def kill(number: int) -> Callable[[random.Random, int], Stop]:
    """A signal at a random moment."""
    return lambda chance, events: Stop(chance.randrange(events), number)


FAULTS: Mapping[str, Callable[[random.Random, int], Stop]] = {
    "killed early": lambda chance, events: Stop(chance.randrange(max(1, events // 2))),
    "killed": kill(signal.SIGKILL),
    "killed late": lambda chance, events: Stop(events - 1 - chance.randrange(max(1, events // 4))),
    "killed at the end": lambda chance, events: Stop(events - 1 - chance.randrange(min(6, events))),
    "terminated": kill(signal.SIGTERM),
    "interrupted": kill(signal.SIGINT),
    "hung up": kill(signal.SIGHUP),
    "full disk": lambda chance, _: Stop(file_bytes=chance.choice((0, 500, 3000))),
}
"""What stops a command, by a source of chance and the number of file events of the whole run."""


def link_to_file(name: str) -> Callable[[Path], None]:
    """Puts a link there that leads to a file of somebody else."""
    return lambda output: (output / name).symlink_to(output.parent / "victim/file")


def link_to_folder(name: str) -> Callable[[Path], None]:
    """Puts a link there that leads to a folder of somebody else."""
    return lambda output: (output / name).symlink_to(output.parent / "victim")


def put_in_the_way(make: Callable[[Path], None], name: str) -> Callable[[Path], None]:
    """Puts something there that is no file."""
    return lambda output: make(output / name)


OBSTACLES: Mapping[str, Callable[[Path], None]] = {
    **{
        f"{name} is a link to a file": link_to_file(name)
        for name in (".lock", ".work", NEXT, NEXT_PART, EVALUATION, "report.html")
    },
    **{
        f"{name} is a link to a folder": link_to_folder(name)
        for name in (".lock", ".work", NEXT, NEXT_PART, EXAMPLES, "charts")
    },
    "the record is a folder": put_in_the_way(Path.mkdir, EVALUATION),
    "the lock is a folder": put_in_the_way(Path.mkdir, ".lock"),
    "the record is a pipe": put_in_the_way(os.mkfifo, EVALUATION),
    "the examples are a pipe": put_in_the_way(os.mkfifo, EXAMPLES),
}
"""What is in the way in the folder that a command is to write, by name."""
VICTIM = {"file": "of somebody else"}
"""What stands in the folder that links lead to."""
OBSTRUCTED = ("evaluate", "rescore", "redact", "suite", "train", "import")
"""The writers that make a folder."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a fork ended."""

    code: int
    """Its exit code, or less than 0 for the signal that killed it."""
    errors: str
    events: int


def run(line: str, world: Path, stop: Stop) -> Ended:
    """How a command line ended in a fork of which a copy of the sound files is the folder."""
    # Their names do not begin with that of the folder, whose files are watched.
    errors, events = (world.with_name(f"{kind} of {world.name}") for kind in ("errors", "events"))
    for left in (errors, events):
        left.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            said = StringIO()
            with chdir(world), redirect_stdout(said), redirect_stderr(said):
                stop.arm(world)
                code = _run_line(_absolute(line, world))
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            errors.write_text(said.getvalue())
            events.write_text(str(stop.seen))
            os._exit(code)
        except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
            traceback.print_exc(file=sys.__stdout__)
            os._exit(99)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = errors.read_text() if errors.exists() else ""
    return Ended(code, told, int(events.read_text()) if events.exists() else 0)


def snapshot(world: Path) -> Snapshot:
    """The content of all files by folder and name, without what differs from run to run."""
    found: dict[str, dict[str, object]] = {}
    for path in sorted(world.rglob("*")):
        name = path.relative_to(world)
        is_passing = any(part.startswith(".") or part == WORK for part in name.parts)
        if path.is_file() and not is_passing:
            found.setdefault(str(name.parent), {})[name.name] = _content(path, world)
    return found


def judge(before: Snapshot, after: Snapshot, whole: Snapshot) -> Iterator[str]:
    """Whatever a stopped command may not have done.

    A record is the old one, the new one, or none yet; any other file is the old or the new one.
    """
    for folder in before.keys() | after.keys() | whole.keys():
        old, now, new = (each.get(folder, {}) for each in (before, after, whole))
        records = [
            {name: each[name] for name in RECORD if name in each} for each in (old, now, new)
        ]
        if records[1] not in (records[0], records[2]):
            yield f"{folder} has neither the old record nor the new one"
        # A suite goes on past a pair that fails, and its results say why that failed.
        for name in {*old, *now} - RECORD - {SUITE}:
            if now.get(name) not in (old.get(name), new.get(name)):
                yield f"{folder}/{name} is neither the old file nor the new one"


def run_case(case: Path, sound: Path, writer: Writer, stop: Stop, whole: Whole) -> Iterator[str]:
    """What was lost or left when a command was stopped and run again."""
    world = shutil.copytree(sound, case)
    if writer.before:
        assert run(writer.before, world, Stop()).code == 0, writer
    before = snapshot(world)
    stopped = run(writer.line, world, stop)
    is_killed = stopped.code == -signal.SIGKILL
    if not is_killed:
        yield from _badly_ended(stopped, whole.code)
        yield from _left(world)
    for folder in (path.parent for path in world.rglob(NEXT)):
        ended = run(f"analyse {folder.relative_to(world)}", world, Stop())
        if ended.code:
            yield f"{folder} is not finished by the next command: {ended.errors}"
    yield from judge(before, snapshot(world), whole.files)
    # What a killed process left is removed when it has been there for long.
    for path in world.rglob(".*.part"):
        os.utime(path, (0, 0))
    again = run(writer.line, world, Stop())
    if again.code != whole.code:
        yield f"ends with {again.code} when it is run again: {again.errors}"
    if snapshot(world) != whole.files:
        yield f"gives others when it is run again: {_differing(snapshot(world), whole.files)}"
    yield from _left(world, works=True)


def run_obstructed(case: Path, sound: Path, line: str, obstacle: str) -> Iterator[str]:
    """What was lost where something was in the way of what a command writes."""
    world = shutil.copytree(sound, case)
    for folder in ("victim", "out"):
        (world / folder).mkdir()
    (world / "victim/file").write_text(VICTIM["file"])
    OBSTACLES[obstacle](world / "out")
    (in_the_way,) = (world / "out").iterdir()
    ended = run(line, world, Stop())
    yield from _badly_ended(ended, 0)
    if {path.name: path.read_text() for path in (world / "victim").iterdir()} != VICTIM:
        yield "wrote through a link"
    yield from _left(world, but=in_the_way)


def main(folder: Path, seed: str, *names: str) -> None:
    """Runs every case, or those of some writers."""
    # Where the tests run in the background, signals may be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch.set_num_threads(1)
    commands = (place.partition(":")[0] for place in COMMANDS.values())
    for module in (
        "qareport.evaluation.evaluate",
        "trainer.training",
        "trainer.command",
        *commands,
    ):
        importlib.import_module(module)  # costs each fork seconds otherwise
    gc.freeze()
    sound = folder / "sound"
    _build_in_fork(sound)
    counted = Counter[str]()
    for name in names or WRITERS:
        writer = WRITERS[name]
        whole = _run_undisturbed(folder / name, sound, writer)
        for fault, stop_at in FAULTS.items():
            chance = random.Random(f"{seed} {name} {fault}")  # noqa: S311 - no secret
            case = folder / f"{name}, {fault}"
            for told in run_case(case, sound, writer, stop_at(chance, whole.events), whole):
                sys.stdout.write(f"{case.name}: {told}\n")
            counted[fault] += 1
            shutil.rmtree(case)
    for name, obstacle in product(OBSTRUCTED, OBSTACLES):
        if not names or name in names:
            case = folder / f"{name}, {obstacle}"
            for told in run_obstructed(case, sound, WRITERS[name].line, obstacle):
                sys.stdout.write(f"{case.name}: {told}\n")
            counted["in the way"] += 1
            shutil.rmtree(case)
    told = ", ".join(f"{fault} {count}" for fault, count in counted.items())
    sys.stdout.write(f"{counted.total()} faults: {told}\n")


def _run_undisturbed(world: Path, sound: Path, writer: Writer) -> Whole:
    shutil.copytree(sound, world)
    if writer.before:
        assert run(writer.before, world, Stop()).code == 0, writer
    ended = run(writer.line, world, Stop())
    assert ended.code in {0, 3}, (writer, ended)
    return Whole(ended.code, ended.events, snapshot(world))


def _build_in_fork(folder: Path) -> None:
    """Builds the sound files in a fork, so that this process has no threads yet."""
    child = os.fork()
    if child == 0:
        folder.mkdir()
        build(folder)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def _run_line(words: list[str]) -> int:
    try:
        run_command_line(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _absolute(line: str, world: Path) -> list[str]:
    """The words of a line; those that are paths with the folder before them, as events name it."""
    command, *words = line.split()
    paths = [
        str(world / word) if word.startswith("out") or (world / word).exists() else word
        for word in words
    ]
    return [command, *paths]


def _content(path: Path, world: Path) -> object:
    if path.suffix == ".html":
        # A report tells times.
        return None
    content = path.read_bytes().replace(str(world).encode(), b".")
    return _without_times(json.loads(content)) if path.suffix == ".json" else content


def _without_times(document: object) -> object:
    if isinstance(document, dict):
        return {key: _without_times(each) for key, each in document.items() if key not in TIMES}
    return [*map(_without_times, document)] if isinstance(document, list) else document


def _badly_ended(ended: Ended, usual: int) -> Iterator[str]:
    if ended.code not in EXIT_CODES or "Traceback" in ended.errors:
        yield f"ended with {ended.code}: {ended.errors}"
    if ended.code not in {0, usual} and UNKNOWN.search(ended.errors):
        yield f"an error that was not foreseen: {ended.errors}"


def _left(world: Path, *, works: bool = False, but: Path | None = None) -> Iterator[str]:
    found = (path for path in world.rglob("*") if path != but)
    left = [str(path) for path in found if LEFT.search(path.name)]
    left += [str(path) for path in world.rglob(".work") if works]
    if left:
        yield f"left {left}"


def _differing(some: Snapshot, others: Snapshot) -> list[str]:
    return [
        f"{folder}/{name}"
        for folder in some.keys() | others.keys()
        for name in some.get(folder, {}).keys() | others.get(folder, {}).keys()
        if some.get(folder, {}).get(name) != others.get(folder, {}).get(name)
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
