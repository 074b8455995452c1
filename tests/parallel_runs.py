"""Fits tiny models by two processes, forks of one that has imported torch.

    python -m tests.parallel_runs FOLDER

Every process writes the weights and facts that it ended with into FOLDER/RANK.
"""

import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from pydantic import TypeAdapter
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedModel

from qareport.data.types import Totals
from qareport.evaluation.training_json import StageFacts
from tests.builders import total_of
from tests.fitting_builders import (
    changed,
    fit_quietly,
    plain_fitting,
    tiny_model,
    training_windows,
    weights_of,
)
from tests.launched_evaluations import launch
from trainer.errors import TrainerError
from trainer.fitting.layers import comparing_layers
from trainer.processes import processes
from trainer.recipe import IntermediateStage

FACTS = TypeAdapter(tuple[StageFacts, ...])


@dataclass(frozen=True, slots=True)
class RankScores:
    """Development scores that show which process was asked."""

    def __call__(self, _model: PreTrainedModel) -> Totals:
        """An F1 of 0.25 in the first process, more in others."""
        rank = processes().process_index
        return Totals(total_of(n=1, exact=0.0, f1=0.25 + rank / 4), None, None)


def run_two_stages(
    folder: Path, *, micro_batch_size: int
) -> tuple[Mapping[str, Tensor], tuple[StageFacts, ...]]:
    """First the teacher's layers, then labels, with one and the same student."""
    student, teacher = tiny_model(), tiny_model(seed=1, layers=4)
    windows = training_windows(10)
    training = changed(micro_batch_size=micro_batch_size)
    stage = IntermediateStage(training=training)
    with comparing_layers(student, teacher, stage, seed=42) as objective:
        fitting = replace(plain_fitting(training), objective=objective)
        first = fit_quietly(student, windows, fitting, folder / "layers")
    scored = changed(training, evaluate_every=2)
    fitting = replace(plain_fitting(scored), is_haystack=True, score=RankScores())
    second = fit_quietly(student, windows, fitting, folder / "labels")
    return weights_of(student), (first, second)


def fit_and_write(folder: Path) -> int:
    """Runs both stages, and writes down how a batch is refused that cannot be shared out."""
    weights, facts = run_two_stages(folder / "work", micro_batch_size=1)
    result = folder / os.environ["RANK"]
    result.mkdir()
    save_file(dict(weights), result / "weights.safetensors")
    (result / "facts.json").write_bytes(FACTS.dump_json(facts))
    try:
        odd = plain_fitting(changed(batch_size=3))
        fit_quietly(tiny_model(), training_windows(10), odd, folder / "odd")
    except TrainerError as error:
        (result / "refusal.txt").write_text(str(error))
    return 0


def main() -> None:
    """Starts both processes."""
    torch.set_num_threads(1)
    gc.freeze()
    folder = Path(sys.argv[1])
    launch(folder, "run", [lambda _: fit_and_write(folder)] * 2)


if __name__ == "__main__":
    main()
