"""Fits a tiny model again and again in processes that are killed at chosen moments.

    python -m tests.killed_runs FOLDER

Torch is imported once; each run is a fork of that process, and ends with SIGKILL or with its
weights and facts in FOLDER/SCENARIO/MOMENT.
"""

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from pydantic import TypeAdapter
from safetensors.torch import load_file, save_file
from torch import Tensor

from qareport.evaluation.training_json import StageFacts
from tests.fitting_builders import (
    ScriptedScores,
    Steps,
    changed,
    plain_fitting,
    teacher_logits,
    tiny_model,
    training_windows,
    weights_of,
)
from trainer.fitting.batching import Collator
from trainer.fitting.callbacks import UpdateProgress
from trainer.fitting.fitting import fit
from trainer.fitting.layers import comparing_layers
from trainer.fitting.objectives import TeacherLogitsAndLabels
from trainer.losses.distillation import LossWeights
from trainer.recipe import IntermediateStage

UNDISTURBED = "undisturbed"
CALLED_AGAIN = "called again when it was finished"
FACTS = TypeAdapter(StageFacts)
FROM_OUTSIDE = "when another process sees a checkpoint"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: after an update, or when Python is about to do something to a path."""

    update: int | None = None
    event: str = ""
    """As `sys.audit` names it."""
    path: str = ""
    """How the path ends."""

    def arm(self) -> None:
        """Kills this process when the event comes."""

        def kill(event: str, details: tuple[object, ...]) -> None:
            if event == self.event and any(str(each).endswith(self.path) for each in details[:2]):
                os.kill(os.getpid(), signal.SIGKILL)

        if self.event:
            sys.addaudithook(kill)


MOMENTS: Mapping[str, Moment] = {
    "before any checkpoint": Moment(update=1),
    "in the second epoch": Moment(update=5),
    "after an update, before its checkpoint": Moment(update=6),
    "first file of a checkpoint": Moment(event="open", path="checkpoint-4/config.json"),
    "last file of a checkpoint": Moment(event="open", path="checkpoint-4/trainer_state.json"),
    "seal not yet in its place": Moment(event="os.rename", path="checkpoint-6/sealed.json"),
    "old checkpoint half removed": Moment(event="os.remove", path="optimizer.pt"),
}
"""Of the run with chance everywhere, which has 9 updates in 3 epochs."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Counts updates, and kills the process after one of them."""

    steps: Steps
    moment: Moment

    def __call__(self, progress: UpdateProgress) -> None:
        """Keeps how far the run is."""
        self.steps(progress)
        if progress.updates == self.moment.update:
            os.kill(os.getpid(), signal.SIGKILL)


def run_with_chance(folder: Path, moment: Moment) -> tuple[Mapping[str, Tensor], StageFacts]:
    """Dropout, groups by length, accumulation, a teacher, a temperature, an odd last batch."""
    model, windows, steps = tiny_model(dropout=0.1), training_windows(10), Steps()
    training = changed(epochs=3, micro_batch_size=2, head_dropout=0.1, evaluate_every=4)
    fitting = replace(
        plain_fitting(training),
        collator=Collator(0, takes_type_ids=True, teacher=teacher_logits(folder, windows)),
        objective=TeacherLogitsAndLabels("kl", 1.5, LossWeights(soft=1.5, hard=0.25)),
        is_haystack=True,
        score=ScriptedScores({4: 0.25, 8: 0.5, 9: 0.75}, steps),
    )
    facts = fit(model, windows, fitting, folder=folder, watch=Watcher(steps, moment))
    return weights_of(model), facts


def run_until_patience_ends(
    folder: Path, moment: Moment
) -> tuple[Mapping[str, Tensor], StageFacts]:
    """The best scores come first; after two worse ones it stops, at the 6th of 9 updates."""
    model, windows, steps = tiny_model(dropout=0.1), training_windows(10), Steps()
    training = changed(epochs=3, evaluate_every=2, patience=2, keep="best")
    fitting = replace(
        plain_fitting(training), score=ScriptedScores({2: 0.75, 4: 0.5, 6: 0.25}, steps)
    )
    facts = fit(model, windows, fitting, folder=folder, watch=Watcher(steps, moment))
    return weights_of(model), facts


def run_through_layers(folder: Path, moment: Moment) -> tuple[Mapping[str, Tensor], StageFacts]:
    """An intermediate stage, whose projections are trained and are in checkpoints."""
    student, teacher = tiny_model(dropout=0.1), tiny_model(seed=1, layers=4)
    training = changed(gradient_checkpointing=True)
    stage = IntermediateStage(training=training)
    with comparing_layers(student, teacher, stage, seed=42) as objective:
        fitting = replace(plain_fitting(training), objective=objective)
        facts = fit(
            student,
            training_windows(10),
            fitting,
            folder=folder,
            watch=Watcher(Steps(), moment),
        )
        projections = student.get_submodule("projections").state_dict()
    return {
        **weights_of(student),
        **{f"map {name}": each for name, each in projections.items()},
    }, facts


Scenario = Callable[[Path, Moment], tuple[Mapping[str, Tensor], StageFacts]]
SCENARIOS: Mapping[str, tuple[Scenario, Mapping[str, Moment]]] = {
    "chance": (run_with_chance, MOMENTS),
    "patience": (run_until_patience_ends, {"while it waits": Moment(update=5)}),
    "layers": (run_through_layers, {"in the second epoch": Moment(update=5)}),
}


def read_result(results: Path, scenario: str, case: str) -> tuple[dict[str, Tensor], StageFacts]:
    """The weights and facts that a run ended with."""
    folder = results / scenario / case
    facts = FACTS.validate_json((folder / "facts.json").read_bytes())
    return load_file(folder / "weights.safetensors"), facts


def main() -> None:
    """Runs every scenario undisturbed, and once for each moment; prints what was not killed."""
    torch.set_num_threads(1)
    gc.freeze()
    results = Path(sys.argv[1])
    for name, (scenario, moments) in SCENARIOS.items():
        for case, moment in {UNDISTURBED: Moment(), **moments}.items():
            work, result = results / name / case / "work", results / name / case
            work.mkdir(parents=True)
            if case in moments and _wait(_fork(scenario, work, result, moment)) != -signal.SIGKILL:
                sys.stdout.write(f"{name}, {case}: was not killed")
            _wait(_fork(scenario, work, result, Moment()))
        again = results / name / CALLED_AGAIN
        again.mkdir()
        _wait(_fork(scenario, results / name / UNDISTURBED / "work", again, Moment()))
    result = results / "chance" / FROM_OUTSIDE
    work = result / "work"
    work.mkdir(parents=True)
    child = _fork(run_with_chance, work, result, Moment())
    while not (work / "checkpoint-6").exists():
        time.sleep(0.0001)
    os.kill(child, signal.SIGKILL)
    _wait(child)
    _wait(_fork(run_with_chance, work, result, Moment()))


def _fork(scenario: Scenario, work: Path, result: Path, moment: Moment) -> int:
    """The id of a process that runs the scenario and writes its result."""
    child = os.fork()
    if child == 0:
        try:
            moment.arm()
            weights, facts = scenario(work, moment)
            save_file(dict(weights), result / "weights.safetensors")
            (result / "facts.json").write_bytes(FACTS.dump_json(facts))
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
            traceback.print_exc()
            os._exit(1)
    return child


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
