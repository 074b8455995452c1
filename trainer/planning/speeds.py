"""Estimates seconds from operations, by a short trial here and by data sheets elsewhere."""

import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from qareport.inference.engines.devices import TORCH_DTYPES, choose_attention, pick_dtype
from qareport.inference.options import AUTO
from trainer.planning.costs import measure_size, training_flops
from trainer.planning.padded_tokens import TokenLoad
from trainer.processes import processes
from trainer.recipe import Training

TERA = 1e12
SUSTAINED_SHARE = 0.35
"""Of the peak. An assumption: Chowdhery et al. 2022, "PaLM", table 3, report 21 to 46 % of large
language models; small models on short windows are at the lower end."""
TRIAL_WINDOWS = 8
TRIAL_TOKENS = 192
"""About the mean of SQuAD's windows."""
TRIALS = 3

Speed = Callable[[PreTrainedModel, str], float]
"""Operations in a second that training such a model sustains on this device, by precision."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A device that is not here."""

    name: str
    peak: Mapping[str, float]
    """Operations in a second by precision, on dense matrices."""

    def sustained(self, precision: str) -> float:
        """Operations in a second that training is assumed to reach."""
        return SUSTAINED_SHARE * self.peak[precision]


GPUS = (
    # NVIDIA V100 data sheet, SXM2. It has no bfloat16, and products in it are those of float32.
    Gpu(
        "V100",
        {
            "float32": 15.7 * TERA,
            "float16": 125 * TERA,
            "bfloat16": 15.7 * TERA,
            AUTO: 15.7 * TERA,
        },
    ),
    # NVIDIA H100 data sheet, SXM, without sparsity.
    Gpu(
        "H100",
        {"float32": 67 * TERA, "float16": 989 * TERA, "bfloat16": 989 * TERA, AUTO: 989 * TERA},
    ),
)


def measure_speed(model: PreTrainedModel, precision: str) -> float:
    """Operations in a second of a model like this one, with random weights, that learns here."""
    device = processes().device
    dtype = TORCH_DTYPES[pick_dtype(precision, device)]
    with torch.random.fork_rng(devices=()), device:
        learner: PreTrainedModel = type(model)(copy(model.config)).train()
    choose_attention(learner, device)
    ids = torch.ones(TRIAL_WINDOWS, TRIAL_TOKENS, dtype=torch.long, device=device)
    # The first trial is slower: memory is taken and kernels are chosen.
    seconds = min([_try_once(learner, ids, dtype) for _ in range(TRIALS)])
    load = TokenLoad(TRIAL_WINDOWS, ids.numel(), TRIAL_WINDOWS * TRIAL_TOKENS**2)
    return training_flops(measure_size(model), load, Training()) / seconds


def _try_once(learner: PreTrainedModel, ids: torch.Tensor, dtype: torch.dtype) -> float:
    """Seconds of a forward and a backward pass."""
    _finish(ids.device)
    start = time.perf_counter()
    with torch.autocast(ids.device.type, dtype=dtype, enabled=dtype is not torch.float32):
        output = learner(input_ids=ids)
    (output.start_logits.float().sum() + output.end_logits.float().sum()).backward()
    _finish(ids.device)
    return time.perf_counter() - start


def _finish(device: torch.device) -> None:
    """Waits for an accelerator, which computes while Python goes on."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
