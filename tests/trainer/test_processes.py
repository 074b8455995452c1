"""Processes that train together end together, in a sentence."""

import pytest
from torch import distributed

from qareport.errors import LostProcessError
from trainer.processes import ending_together, processes

OF_OTHERS = [
    # As torch 2.13 says it.
    RuntimeError(
        "[/__w/pytorch/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Read error "
        "[127.0.0.1]:41709: Connection reset by peer. This is typically caused by a remote worker"
    ),
    distributed.DistNetworkError("Read error [127.0.0.1]:41709: Connection reset by peer"),
]
OWN = [
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory",
    "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)",
]


@pytest.mark.parametrize("error", OF_OTHERS)
def test_loss_of_another_process_is_reported_in_a_sentence(error: RuntimeError) -> None:
    with pytest.raises(LostProcessError) as caught, ending_together():
        raise error

    assert str(caught.value) == (
        "a process that shares the work has ended or hangs (Read error [127.0.0.1]:41709: "
        "Connection reset by peer); the same command goes on with the run"
    )


@pytest.mark.parametrize("words", OWN)
def test_what_goes_wrong_in_this_process_is_left_as_it_is(words: str) -> None:
    error = RuntimeError(words)

    with pytest.raises(RuntimeError) as caught, ending_together():
        raise error

    assert caught.value is error


def test_process_that_was_launched_by_itself_is_the_only_one() -> None:
    state = processes()

    assert (state.num_processes, state.is_main_process) == (1, True)
