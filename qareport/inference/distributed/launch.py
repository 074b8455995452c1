"""Reads from the environment which of the processes of a launcher such as torchrun this one is."""

from collections.abc import Mapping
from dataclasses import dataclass

from qareport.errors import UsageError


@dataclass(frozen=True, slots=True)
class Launch:
    """Which of the processes that were launched together this one is.

    Raises:
        UsageError: there cannot be such a process.
    """

    rank: int = 0
    """Among all processes; rank 0 reads the data, asks the others and writes the record."""
    count: int = 1
    local_rank: int = 0
    """Among the processes on this machine."""
    restarts: int = 0
    """How often the launcher has started all of them again."""

    def __post_init__(self) -> None:
        if not 0 <= self.local_rank <= self.rank < self.count:
            raise UsageError(
                f"RANK {self.rank} of WORLD_SIZE {self.count}, LOCAL_RANK {self.local_rank}: there "
                "cannot be such a process; leave these variables to torchrun"
            )

    @property
    def follows(self) -> bool:
        """Whether this process answers requests of rank 0."""
        return self.rank > 0


def read_launch(environment: Mapping[str, str]) -> Launch:
    """The launch that the environment describes; without a launcher, a single process.

    Raises:
        UsageError: a variable of the launcher holds something else.
    """
    if not {"RANK", "WORLD_SIZE"} <= environment.keys():
        return Launch()
    return Launch(
        rank=_number(environment, "RANK"),
        count=_number(environment, "WORLD_SIZE"),
        local_rank=_number(environment, "LOCAL_RANK"),
        restarts=_number(environment, "TORCHELASTIC_RESTART_COUNT"),
    )


def _number(environment: Mapping[str, str], name: str) -> int:
    """The value of a variable, 0 where it is not set."""
    text = environment.get(name, "0")
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(
            f"the environment's {name} is {text!r} and not a number; leave it to torchrun"
        ) from error
