"""Several processes learn what one learns from the same batches."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from qareport.evaluation.training_json import StageFacts
from tests.parallel_runs import FACTS, run_two_stages
from tests.repository import ROOT

RANKS = ("0", "1")
TOLERANCE = 1e-5
WEIGHT_TOLERANCE = 1e-4
WITHOUT_EFFECT = ("key.bias", "encoder.layer.1.output.LayerNorm.bias", "qa_outputs.bias")
"""They move all that a softmax compares alike: their gradient is rounding, blown up by Adam."""


@dataclass(frozen=True, slots=True)
class Parallel:
    """What two processes ended with, and one process with the same batches."""

    folder: Path
    alone: tuple[StageFacts, ...]
    weights_alone: dict[str, Tensor]

    def facts(self, rank: str) -> tuple[StageFacts, ...]:
        """Of both stages, as a process wrote them."""
        return FACTS.validate_json((self.folder / rank / "facts.json").read_bytes())

    def weights(self, rank: str) -> dict[str, Tensor]:
        """Those that a process has."""
        return load_file(self.folder / rank / "weights.safetensors")


@pytest.fixture(scope="module")
def parallel(tmp_path_factory: pytest.TempPathFactory) -> Parallel:
    """Both stages fitted by two processes, and here."""
    folder = tmp_path_factory.mktemp("parallel")
    start = [sys.executable, "-m", "tests.parallel_runs", str(folder)]
    subprocess.run(start, cwd=ROOT, check=True)
    assert [(folder / f"run.{rank}.code").read_text() for rank in range(2)] == ["0", "0"], (
        folder / "run.0.err"
    ).read_text()
    weights, facts = run_two_stages(folder / "alone", micro_batch_size=4)
    return Parallel(folder, facts, dict(weights))


@pytest.mark.slow
@pytest.mark.parametrize("stage", [0, 1])
def test_two_processes_have_the_loss_curve_of_one(parallel: Parallel, stage: int) -> None:
    together, alone = parallel.facts("0")[stage], parallel.alone[stage]

    assert together.processes == 2
    assert together.updates == alone.updates == 6
    for point, expected in zip(together.loss_curve, alone.loss_curve, strict=True):
        assert point.parts == pytest.approx(expected.parts, rel=TOLERANCE)
        assert point.loss == pytest.approx(expected.loss, rel=TOLERANCE)
        assert point.gradient_norm == pytest.approx(expected.gradient_norm, rel=TOLERANCE)


@pytest.mark.slow
def test_two_processes_end_with_the_weights_of_one(parallel: Parallel) -> None:
    for rank in RANKS:
        weights = parallel.weights(rank)
        assert weights.keys() == parallel.weights_alone.keys()
        for name, weight in weights.items():
            if not name.endswith(WITHOUT_EFFECT):
                torch.testing.assert_close(
                    weight, parallel.weights_alone[name], rtol=0, atol=WEIGHT_TOLERANCE
                )


@pytest.mark.slow
def test_first_process_scores_for_all(parallel: Parallel) -> None:
    for rank in RANKS:
        assert [point.f1 for point in parallel.facts(rank)[1].development] == [25.0] * 3


@pytest.mark.slow
def test_only_the_first_process_writes_but_for_its_random_state(parallel: Parallel) -> None:
    names = sorted(path.name for path in (parallel.folder / "work/labels/checkpoint-6").iterdir())

    alone = sorted(path.name for path in (parallel.folder / "alone/labels/checkpoint-6").iterdir())
    assert [name for name in names if "rng_state" not in name] == [
        name for name in alone if "rng_state" not in name
    ]
    assert len(list((parallel.folder / "work/labels/tensorboard").iterdir())) == 1


@pytest.mark.slow
def test_batch_that_cannot_be_shared_out_is_refused(parallel: Parallel) -> None:
    for rank in RANKS:
        assert (parallel.folder / rank / "refusal.txt").read_text() == (
            "batch_size 3 cannot be shared out evenly among 2 processes in micro-batches of any "
            "size; choose a multiple of 2"
        )
