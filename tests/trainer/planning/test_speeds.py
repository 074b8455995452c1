"""Devices that are not here are as fast as their data sheets and one named share say."""

import math

import pytest

from qareport.inference.engines.devices import TORCH_DTYPES
from qareport.inference.options import AUTO
from tests.starting_builders import tiny_model
from trainer.planning.speeds import GPUS, Gpu, measure_speed

V100, H100 = GPUS


@pytest.mark.parametrize(
    ("gpu", "precision", "peak"),
    [
        (V100, "float32", 15.7e12),
        (V100, "float16", 125e12),
        (V100, "bfloat16", 15.7e12),
        (V100, AUTO, 15.7e12),
        (H100, "float32", 67e12),
        (H100, "bfloat16", 989e12),
        (H100, AUTO, 989e12),
    ],
)
def test_a_third_of_the_peak_is_sustained(gpu: Gpu, precision: str, peak: float) -> None:
    assert gpu.sustained(precision) == pytest.approx(0.35 * peak)


def test_every_device_has_a_speed_for_every_precision() -> None:
    assert all(set(gpu.peak) == {AUTO, *TORCH_DTYPES} for gpu in GPUS)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_trial_measures_a_speed_and_learns_nothing(precision: str) -> None:
    model = tiny_model("roberta")
    before = {name: weight.clone() for name, weight in model.state_dict().items()}

    speed = measure_speed(model, precision)

    assert math.isfinite(speed)
    assert speed > 0
    assert all(weight.equal(before[name]) for name, weight in model.state_dict().items())
    assert not model.training
