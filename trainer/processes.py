"""Joins the processes of a training run, and ends them together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
from accelerate import PartialState
from accelerate.utils import parse_flag_from_env
from torch import distributed

from qareport.inference.distributed.launch import read_launch
from qareport.inference.distributed.process_group import LOST, is_of_others, lost, meet

LONGEST_WAIT = timedelta(days=1)
"""Longest wait for another process, as for the one that scores the development data."""
CPU = torch.device("cpu")


def processes() -> PartialState:
    """The state of this process and the others; the first call joins them.

    accelerate joins processes on CPUs only if `cpu` is set, and the first call decides how long
    they wait for each other.

    Raises:
        LostProcessError: the others are not there.
        UsageError: the launcher does not give the address where they meet.
    """
    found = torch.accelerator.current_accelerator(check_available=True) or CPU
    device = CPU if parse_flag_from_env("ACCELERATE_USE_CPU") else found
    launch = read_launch(os.environ)
    # Left to itself, accelerate would have processes that were started again meet the lost ones.
    if launch.count > 1 and not distributed.is_initialized():
        backend = distributed.get_default_backend_for_device(device)
        meet(launch, backend=backend, wait=LONGEST_WAIT)
    return PartialState(cpu=device == CPU, timeout=LONGEST_WAIT)


@contextmanager
def ending_together() -> Iterator[None]:
    """Reports in a sentence that another process ended during the block.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    try:
        yield
    except RuntimeError as error:
        if is_of_others(error):
            raise lost(LOST, error, remedy="; the same command goes on with the run") from error
        raise
