"""Makes folders to push, and runs a process that pushes them with the real client."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from qareport.data.types import Exclusion
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from tests.builders import example
from tests.command_line import Run
from tests.hub.state import Account, Hub
from tests.hub_server import hub_server
from tests.repository import ROOT
from tests.row_builders import row, write_record

SECRET = "hf_neverToBeToldToAnybodyWhoeverAsks"  # noqa: S105 - the token of nobody
OWNER = "someone"
PATIENCE_SECONDS = 600
CARD = """---
license: cc-by-4.0
pipeline_tag: question-answering
---

<!-- qareport:begin results -->

The model is good.

<!-- qareport:end results -->
"""


FOREIGN_CARD = """---
license: mit  # theirs
model-index:
- name: their-model
  results:
  - task: {type: question-answering}
    dataset: {type: squad_v2, name: SQuAD v2}
    metrics: [{type: f1, value: 70.5}]
---

# Theirs

Written by hand.
"""


@dataclass(slots=True)
class Pusher:
    """A process that pushes, and everything that it printed."""

    process: "subprocess.Popen[str]"
    hub: Hub
    said: list[str] = field(default_factory=list)

    def push(
        self,
        folder: Path,
        repository: str,
        *options: str,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """`qareport push` with --yes, unless it is a dry run."""
        consent = () if "--dry-run" in options else ("--yes",)
        return self.run(
            "push", str(folder), repository, *consent, *options, environment=environment
        )

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Run:
        """`qareport` with these arguments."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        wanted = {"arguments": arguments, "environment": dict(environment or {})}
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        self.said.append(answer)
        ended = json.loads(answer)
        return Run(ended["exit_code"], ended["output"], ended["errors"])


@contextmanager
def pusher(folder: Path) -> Iterator[Pusher]:
    """A Hub with its files in `folder`, and a process that pushes to it with a secret token.

    When the block ends well, the token must be in nothing that was said or written.
    """
    (folder / "hub").mkdir(parents=True)
    with hub_server(folder / "hub") as hub:
        hub.accounts = {SECRET: Account(OWNER, ("some-org",))}
        environment = {**os.environ, **hub.environment(folder), "HF_TOKEN": SECRET}
        with (
            (folder / "driver.log").open("w") as log,
            subprocess.Popen(
                [sys.executable, "-m", "tests.hub.push_driver"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as process,
        ):
            running = Pusher(process, hub)
            yield running
        require_no_secret(running.said, folder)
        assert hub.complaints == [], hub.complaints


def require_no_secret(said: list[str], *folders: Path) -> None:
    """Fails if the secret token was printed, or is in a file."""
    assert not [text for text in said if SECRET in text]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def model_folder(folder: Path, *, card: str = CARD, weights: bytes = b"weights") -> Path:
    """A folder with the smallest files that the client accepts as a model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "README.md").write_text(card)
    return folder


def on_hub(hub: Hub, name: str, files: Mapping[str, str] | None = None) -> None:
    """Creates a repository on the Hub, as somebody else might have."""
    repository = hub.repository(name)
    repository.folder.mkdir(parents=True, exist_ok=True)
    repository.write(".gitattributes", b"")
    for path, content in (files or {}).items():
        repository.write(path, content.encode())


def add_record(folder: Path, *, left_out: int = 0) -> None:
    """A record of one question, of more than were asked."""
    write_record(folder, row(example()))
    path = folder / EVALUATION
    if left_out:
        whole = read_evaluation(path)
        partial = replace(
            whole,
            exclusions=(Exclusion("beyond --limit 1", left_out),),
            questions_read=whole.questions_read + left_out,
            is_partial=True,
        )
        write_evaluation(partial, path)


def environment(hub: Hub, home: Path) -> Mapping[str, str]:
    """Variables for a process of its own that pushes with the secret token."""
    return {**os.environ, **hub.environment(home), "HF_TOKEN": SECRET}


def asked(hub: Hub, method: str, part: str) -> int:
    """How often something was asked for."""
    return sum(request.method == method and part in request.path for request in hub.requests)


def push_command(folder: Path, name: str, *options: str) -> list[str]:
    """The command that pushes a folder."""
    return [sys.executable, "-m", "qareport", "push", str(folder), name, *options]


def run_hurried(folder: Path, name: str, variables: Mapping[str, str]) -> Run:
    """`qareport push --yes` in a process of its own, with short pauses."""
    wanted = {"arguments": ["push", str(folder), name, "--yes"], "environment": {}}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.push_driver"],
        cwd=ROOT,
        env=variables,
        input=json.dumps(wanted) + "\n",
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    ended = json.loads(done.stdout)
    return Run(ended["exit_code"], ended["output"], ended["errors"])


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits until the condition holds; fails after ten minutes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
