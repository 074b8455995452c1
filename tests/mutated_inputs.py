"""Runs every command that reads files on files with a change, and prints what ended badly.

    python -m tests.mutated_inputs FOLDER SEED CASES [quick]

Prints a line for each case that did not end as it must, then how many cases there were of each
command. With `quick`, only commands that need no model are run.
"""

import json
import random
import re
import shutil
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType

import pyarrow as pa
import torch
from pyarrow import parquet

from qareport.data.readers.read import DataSource, read_data_set
from qareport.data.types import Example
from qareport.errors import EXIT_CODES
from tests.command_line import Run, run_qareport
from tests.mutations import mutate, seal_again
from tests.repository import ROOT
from tests.training_builders import run_recipe, write_recipe

RECORD = "run/student"
READERS: Mapping[str, tuple[str, ...]] = {
    "asked.json": (
        "score asked.json predictions.json",
        "doctor asked.json",
        "analyse --data asked.json --predictions predictions.json",
        "evaluate model --data asked.json --output out",
    ),
    "asked.jsonl": ("doctor asked.jsonl", "evaluate model --data asked.jsonl --output out"),
    "asked.parquet": ("doctor asked.parquet", "evaluate model --data asked.parquet --output out"),
    "predictions.json": (
        "score asked.json predictions.json --output out",
        "analyse --data asked.json --predictions predictions.json",
    ),
    "odds.json": (
        "score asked.json predictions.json --null-odds odds.json",
        "analyse --data asked.json --predictions predictions.json --null-odds odds.json",
    ),
    "card/README.md": (
        "lint card",
        "lint card --format json",
        "verify card --record record",
        "import card --output out",
        "card card --no-run --model-id a/b --diff",
    ),
    "card/card.toml": ("card card --no-run --model-id a/b --diff", "lint card"),
    "card/card.json": ("card card --no-run --model-id a/b --diff", "verify card"),
    "card/claims.json": ("verify card --record record",),
    "untidy/README.md": ("lint untidy --fix",),
    "template.md.jinja": ("card record --no-run --model-id a/b --template template.md.jinja",),
    "suite.toml": ("suite suite.toml --output out",),
    "suite/suite.json": ("suite suite.toml --output suite", "seeds suite/tiny/asked record"),
    "recipe.toml": ("train recipe.toml --plan", "train recipe.toml --show"),
    "run/recipe.json": ("train recipe.toml --output run",),
    "run/training.json": (
        "card run --no-run --model-id a/b --diff",
        "report run/student --output out",
        "redact run --output out",
    ),
    "run/comparison.json": ("redact run --output out", "card run --no-run --model-id a/b --diff"),
    "model/config.json": ("evaluate model --data asked.json --output out",),
    "model/tokenizer.json": ("evaluate model --data asked.json --output out",),
    "model/tokenizer_config.json": ("ask model --question who? --context Norman",),
    "model/model.safetensors": ("evaluate model --data asked.json --output out",),
    **dict.fromkeys(
        ("record/evaluation.json", "record/examples.parquet"),
        (
            "analyse record",
            "compare record other",
            "check record --min f1=1",
            "check record --baseline other --max-drop f1=50",
            "report record other --output out",
            "rescore record --null-threshold 1 --output out",
            "redact record --output out",
            "card record --no-run --model-id a/b --diff",
            "verify card --record record",
            "seeds record other",
            "push record a/b --dry-run",
        ),
    ),
    **dict.fromkeys(
        ("record/candidates.parquet", "record/predictions.json", "record/nbest_predictions.json"),
        (
            "analyse record",
            "rescore record --null-threshold 1 --output out",
            "report record --output out",
            "verify card --record record",
            "push record a/b --dry-run",
        ),
    ),
    "redacted/evaluation.json": ("analyse redacted", "compare redacted redacted"),
    "redacted/examples.parquet": ("analyse redacted", "report redacted --output out"),
}
"""Command lines that read a file, by its path."""
MODEL_COMMANDS = {"ask", "evaluate", "suite", "train"}
CHECK_CODES = {3, 4}
"""Of commands that say in their own words what did not hold."""
ERROR = re.compile(r"^(Error: |╭─ Error ─)", re.MULTILINE)
UNKNOWN = re.compile(r"^Error: \w+(Error|Exception|Invalid)\b", re.MULTILINE)
"""The last guard's words for what nobody foresaw."""
PRINTED = "\n\t"
"""Of the characters that nobody sees, those that may be printed."""
OVER_TIME = "the case took too long"
RESEALED = 0.8
"""Share of changed records whose hashes are made to fit again."""
REPLACED: Mapping[str, tuple[str, ...]] = {
    "lint": ("untidy/",),
    "suite": ("suite/",),
    "train": ("run/",),
}
"""Where a command may replace what is there."""
TEMPLATE = """
{% extends "model_card.md.jinja" %}
{% block headline %}
# {{ card.title }} of {{ card.main.questions }} questions
{% endblock %}
"""
UNTIDY = """---
language: English
license: Apache 2.0
---
# A card
F1 is 80.0
"""
SUITE = """
[[models]]
model = "model"
name = "tiny"

[[data]]
data = "asked.json"
name = "asked"
"""
LEFT = re.compile(r"\.part$|\.lock$|\.next|\.tmp")
"""In names of what is in the way of being written."""
SECONDS = 60
"""Longer than any case may take."""
MADE_BY = (
    "evaluate model --data asked.json --output record --no-report",
    "rescore record --null-threshold 0.5 --output other",
    "redact record --output redacted",
    "suite suite.toml --output suite",
    "evaluate model --data asked.json --output card --no-report",
    "card card --no-run --model-id a/b",
    "import card --output imported",
)


def build(folder: Path) -> None:
    """A sound file of every kind that a command reads."""
    recipe = write_recipe(folder)
    run_recipe(recipe, folder / "run")
    (folder / "tiny-teacher").rename(folder / "model")
    relative = recipe.read_text().replace(f"{folder}/", "").replace("tiny-teacher", "model")
    recipe.write_text(relative, encoding="utf-8")
    (folder / "template.md.jinja").write_text(TEMPLATE)
    (folder / "suite.toml").write_text(SUITE)
    rows = [
        row_of(each) for each in read_data_set(DataSource(name=str(folder / "asked.json"))).examples
    ]
    (folder / "asked.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    parquet.write_table(pa.Table.from_pylist(rows), folder / "asked.parquet")
    (folder / "untidy").mkdir()
    (folder / "untidy/README.md").write_text(UNTIDY)
    with chdir(folder):
        for line in MADE_BY:
            run = run_qareport(*line.split())
            assert run.exit_code == 0, (line, run)
        shutil.copy("imported/claims.json", "card")
        shutil.copy(ROOT / "demo/card.toml", "card")
        shutil.copy("record/predictions.json", ".")
        shutil.copy("record/null_odds.json", "odds.json")


def row_of(example: Example) -> dict[str, object]:
    """The example in the columns of SQuAD."""
    return {
        "id": example.id,
        "title": example.title,
        "context": example.context,
        "question": example.question,
        "answers": {
            "text": [gold.text for gold in example.gold_answers],
            "answer_start": [gold.start for gold in example.gold_answers],
        },
    }


def cases(chance: random.Random, *, quick: bool) -> Iterator[tuple[str, str]]:
    """Endless pairs of a file to change and a command line that reads it."""
    pairs = [(path, line) for path, lines in READERS.items() for line in lines]
    if quick:
        pairs = [pair for pair in pairs if pair[1].split()[0] not in MODEL_COMMANDS]
    while True:
        chance.shuffle(pairs)
        yield from pairs


def faults(run: Run, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Whatever a command may not do, however its input is."""
    if run.exit_code not in EXIT_CODES:
        yield f"exit code {run.exit_code}"
    if "Traceback" in run.errors or OVER_TIME in run.errors:
        yield run.errors
    is_check = run.exit_code in CHECK_CODES
    if run.exit_code and not is_check and len(ERROR.findall(run.errors)) != 1:
        yield f"no sentence, or several: {run.errors}"
    if run.exit_code and UNKNOWN.search(run.errors):
        yield f"an error that was not foreseen: {run.errors}"
    unseen = [
        each
        for each in run.output + run.errors
        if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp", "Cs"} and each not in PRINTED
    ]
    if unseen:
        yield f"printed {unseen[:5]!r}"
    lost = [name for name, content in before.items() if after.get(name) != content]
    if lost:
        yield f"changed or removed {lost}"
    left = [name for name in after if LEFT.search(name)]
    if left:
        yield f"left {left}"


def run_case(world: Path, path: str, line: str, chance: random.Random) -> Iterator[str]:
    """What went wrong when a file was changed and a command read it."""
    how = mutate(world / path, chance)
    if chance.random() < RESEALED:
        seal_again((world / path).parent)
    before = _files(world)
    with chdir(world), _ended_in_time():
        run = run_qareport(*line.split())
    own = REPLACED.get(line.split(maxsplit=1)[0], ())
    kept = {name: content for name, content in before.items() if not name.startswith(own)}
    for fault in faults(run, kept, _files(world)):
        yield f"{how}: {line}: {fault}"


def main(folder: Path, seed: str, number: str, *choice: str) -> None:
    """Runs the cases."""
    torch.set_num_threads(1)
    build(folder / "sound")
    chance = random.Random(seed)  # noqa: S311 - no secret
    drawn = islice(cases(chance, quick="quick" in choice), int(number))
    counted = Counter[str]()
    for case, (path, line) in enumerate(drawn):
        world = shutil.copytree(folder / "sound", folder / str(case))
        # What a case draws does not depend on the others.
        for fault in run_case(world, path, line, random.Random(f"{seed} {case}")):  # noqa: S311
            sys.stdout.write(f"{case}: {fault}\n")
        counted[line.split()[0]] += 1
        shutil.rmtree(world)
    told = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
    sys.stdout.write(f"{counted.total()} cases: {told}\n")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def _ended_in_time() -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(OVER_TIME)

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
