"""The processes that were launched together: joined once, and asked ever after."""

from datetime import timedelta

import torch
from accelerate import PartialState
from accelerate.utils import parse_flag_from_env

LONGEST_WAIT = timedelta(days=1)
"""Of processes for each other, as for the one that scores the development data."""


def processes() -> PartialState:
    """The state of this process and the others; the first call joins them.

    accelerate joins processes on CPUs only if it is told that there is nothing else, and whoever
    asks first decides how long they wait for each other.
    """
    is_cpu = parse_flag_from_env("ACCELERATE_USE_CPU") or not torch.accelerator.is_available()
    return PartialState(cpu=is_cpu, timeout=LONGEST_WAIT)
