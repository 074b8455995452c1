"""A launcher's environment says which process this is, or is refused in a sentence."""

import pytest

from qareport.errors import UsageError
from qareport.inference.distributed.launch import Launch, read_launch


def test_launcher_tells_which_process_this_is() -> None:
    ranks = {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1"}

    launch = read_launch({**ranks, "TORCHELASTIC_RESTART_COUNT": "2"})

    assert launch == Launch(rank=5, count=8, local_rank=1, restarts=2)


@pytest.mark.parametrize("environment", [{}, {"RANK": "3"}, {"WORLD_SIZE": "4"}])
def test_process_without_launcher_is_the_only_one(environment: dict[str, str]) -> None:
    assert read_launch(environment) == Launch(rank=0, count=1, local_rank=0, restarts=0)


def test_machines_with_one_process_need_no_local_rank() -> None:
    assert read_launch({"RANK": "1", "WORLD_SIZE": "2"}) == Launch(rank=1, count=2, local_rank=0)


def test_all_but_the_first_follow() -> None:
    assert [Launch(rank, count=3).follows for rank in range(3)] == [False, True, True]


def test_number_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        read_launch({"RANK": "x\n", "WORLD_SIZE": "2"})

    assert str(caught.value) == (
        r"the environment's RANK is 'x\n' and not a number; leave it to torchrun"
    )


@pytest.mark.parametrize(("rank", "count", "local_rank"), [(2, 2, 0), (-1, 2, 0), (0, 2, 1)])
def test_process_that_cannot_be_is_refused(rank: int, count: int, local_rank: int) -> None:
    with pytest.raises(UsageError) as caught:
        Launch(rank, count, local_rank)

    assert str(caught.value) == (
        f"RANK {rank} of WORLD_SIZE {count}, LOCAL_RANK {local_rank}: there cannot be such a "
        "process; leave these variables to torchrun"
    )
