"""Processes that were launched together, joined: messages go out, outcomes come back."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

import torch
from torch import distributed
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from qareport.errors import LostProcessError, UsageError
from qareport.inference.distributed.launch import Launch
from qareport.inference.distributed.messages import Message, Outcome
from qareport.inference.options import AUTO

LONGEST_START = timedelta(minutes=10)
"""Of waiting until all processes are there: longer than importing torch takes from a slow disk."""
LONGEST_WAIT = timedelta(hours=2)
"""Of processes for each other: longer than loading a model from the Hub or answering the largest
chunk takes anywhere, so that it ends waiting for a process that hangs. One that ends is missed at
once."""
GLOO_PLACE = re.compile(r"\[[^\]]*gloo[^\]]*\.\w+:\d+\] ")
"""Where in its source gloo found an error; nothing else tells its errors from others."""
LOST = "a process that shares the work has ended or hangs"
APART = "the processes that share the work do not reach each other"
NETWORK = "on several machines, GLOO_SOCKET_IFNAME must name the network between them, such as eth0"


@runtime_checkable
class ProcessLink(Protocol):
    """Whatever joins processes; the first one deals and collects, the others receive and hand in.

    Raises:
        LostProcessError: another process has ended or hangs.
    """

    @property
    def launch(self) -> Launch:
        """Which of the processes this one is."""
        ...

    def deal(self, messages: Sequence[Message]) -> None:
        """Sends each process its message, the first to this one."""
        ...

    def collect(self, outcome: Outcome) -> Sequence[Outcome]:
        """The outcomes of all processes in their order, this one's first."""
        ...

    def receive(self) -> Message:
        """The message to this process."""
        ...

    def hand_in(self, outcome: Outcome) -> None:
        """Sends the first process what it collects."""
        ...


@dataclass(frozen=True, slots=True)
class GlooLink:
    """The link between processes on one machine or several, through the memory of the hosts."""

    launch: Launch
    group: distributed.ProcessGroup

    def deal(self, messages: Sequence[Message]) -> None:
        """Sends each process its message, the first to this one."""
        self._scatter(list(messages))

    def collect(self, outcome: Outcome) -> Sequence[Outcome]:
        """The outcomes of all processes in their order, this one's first."""
        outcomes: list[Outcome] = [None] * self.launch.count
        self._gather(outcome, outcomes)
        return outcomes

    def receive(self) -> Message:
        """The message to this process."""
        return self._scatter(None)

    def hand_in(self, outcome: Outcome) -> None:
        """Sends the first process what it collects."""
        self._gather(outcome, None)

    def _scatter(self, messages: list[Message] | None) -> Message:
        received: list[Message] = [None]
        with _missing(LOST):
            distributed.scatter_object_list(received, messages, src=0, group=self.group)
        return received[0]

    def _gather(self, outcome: Outcome, outcomes: list[Outcome] | None) -> None:
        with _missing(LOST):
            distributed.gather_object(outcome, outcomes, dst=0, group=self.group)


@contextmanager
def joined(launch: Launch, *, wait: timedelta = LONGEST_WAIT) -> Iterator[GlooLink]:
    """Gives the link to the processes that were launched with this one, during the block.

    Raises:
        LostProcessError: they are not there.
        UsageError: the launcher does not say where they meet.
    """
    meet(launch, backend="gloo", wait=LONGEST_START)
    try:
        with _missing(APART):
            # The time that a group has to come together is also what each of its messages has.
            group = distributed.new_group(timeout=wait)
        yield GlooLink(launch, group)
    finally:
        distributed.destroy_process_group()


def meet(launch: Launch, *, backend: str, wait: timedelta) -> None:
    """Makes torch's default group of the processes that were launched with this one.

    They wait for each other for `wait`, once they are there.

    Raises:
        LostProcessError: they are not there.
        UsageError: the launcher does not say where they meet.
    """
    with _missing(APART, remedy=f"; {NETWORK}"):
        store = _own_store(launch)
        distributed.init_process_group(
            backend, store=store, rank=launch.rank, world_size=launch.count, timeout=wait
        )


def is_of_others(error: RuntimeError) -> bool:
    """Whether torch says that it does not reach another process."""
    return isinstance(error, distributed.DistError) or bool(GLOO_PLACE.search(str(error)))


def lost(what: str, error: RuntimeError, *, remedy: str) -> LostProcessError:
    """One sentence of what torch says of other processes."""
    cause = GLOO_PLACE.sub("", str(error).strip()).split("\n")[0].split(". ")[0]
    return LostProcessError(f"{what} ({cause}){remedy}")


def take_own_gpu(launch: Launch, wish: str) -> None:
    """Makes one of this machine's GPUs the one that this process means by "cuda"."""
    if wish in {AUTO, "cuda"} and torch.cuda.is_available():
        torch.cuda.set_device(own_gpu(launch, torch.cuda.device_count()))


def own_gpu(launch: Launch, gpus: int) -> int:
    """The number of the GPU for this process; some launchers show each process its own alone."""
    return launch.local_rank % gpus


def _own_store(launch: Launch) -> Store:
    """Where the processes leave each other word, when all of them are there."""
    try:
        store, _, _ = next(rendezvous("env://", launch.rank, launch.count, timeout=LONGEST_START))
    except ValueError as error:
        raise UsageError(
            f"the launcher does not say where its processes meet ({error}); start them by torchrun"
        ) from error
    # torchrun keeps the store when it starts all again, and in it where the lost ones were.
    own = PrefixStore(f"start {launch.restarts}", store)
    own.set(str(launch.rank), "here")
    own.wait([str(rank) for rank in range(launch.count)], LONGEST_START)
    return own


@contextmanager
def _missing(what: str, *, remedy: str = "") -> Iterator[None]:
    """Turns what torch says of other processes into one sentence."""
    try:
        yield
    # gloo ends in a plain RuntimeError when another process does.
    except RuntimeError as error:
        raise lost(what, error, remedy=remedy) from error
