"""Joins the processes that were launched together, and passes messages between them."""

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
from qareport.inference.distributed.messages import Message, Reply
from qareport.inference.options import AUTO

LONGEST_START = timedelta(minutes=10)
"""Time until all processes have started: longer than importing torch takes from a slow disk."""
LONGEST_WAIT = timedelta(hours=2)
"""Time that processes wait for each other: longer than loading a model from the Hub or answering
the largest chunk takes anywhere, so that only a process that hangs exceeds it. One that ends is
noticed at once."""
GLOO_SOURCE = re.compile(r"\[[^\]]*gloo[^\]]*\.\w+:\d+\] ")
"""The source file and line in an error of gloo; nothing else distinguishes its errors."""
LOST = "a process that shares the work has ended or hangs"
APART = "the processes that share the work do not reach each other"
NETWORK = "on several machines, GLOO_SOCKET_IFNAME must name the network between them, such as eth0"


@runtime_checkable
class ProcessGroup(Protocol):
    """Connects processes; rank 0 scatters and gathers, the others receive and reply.

    Raises:
        LostProcessError: another process has ended or hangs.
    """

    @property
    def launch(self) -> Launch:
        """Which of the processes this one is."""
        ...

    def scatter(self, messages: Sequence[Message]) -> None:
        """Sends each process its message, the first one to rank 0 itself."""
        ...

    def gather(self, reply: Reply) -> Sequence[Reply]:
        """The replies of all processes by rank, the one of rank 0 first."""
        ...

    def receive(self) -> Message:
        """The message to this process."""
        ...

    def send_reply(self, reply: Reply) -> None:
        """Sends the reply of this process to rank 0."""
        ...


@dataclass(frozen=True, slots=True)
class GlooGroup:
    """A process group on one machine or several, by torch's gloo."""

    launch: Launch
    group: distributed.ProcessGroup

    def scatter(self, messages: Sequence[Message]) -> None:
        """Sends each process its message, the first one to rank 0 itself."""
        self._scatter(list(messages))

    def gather(self, reply: Reply) -> Sequence[Reply]:
        """The replies of all processes by rank, the one of rank 0 first."""
        replies: list[Reply] = [None] * self.launch.count
        self._gather(reply, replies)
        return replies

    def receive(self) -> Message:
        """The message to this process."""
        return self._scatter(None)

    def send_reply(self, reply: Reply) -> None:
        """Sends the reply of this process to rank 0."""
        self._gather(reply, None)

    def _scatter(self, messages: list[Message] | None) -> Message:
        received: list[Message] = [None]
        with _missing(LOST):
            distributed.scatter_object_list(received, messages, src=0, group=self.group)
        return received[0]

    def _gather(self, reply: Reply, replies: list[Reply] | None) -> None:
        with _missing(LOST):
            distributed.gather_object(reply, replies, dst=0, group=self.group)


@contextmanager
def join_group(launch: Launch, *, wait: timedelta = LONGEST_WAIT) -> Iterator[GlooGroup]:
    """Joins the group of the processes that were launched with this one, until the block ends.

    Raises:
        LostProcessError: they cannot be reached.
        UsageError: the launcher does not say where they meet.
    """
    meet(launch, backend="gloo", wait=LONGEST_START)
    try:
        with _missing(APART):
            # The time that a group has to come together is also what each of its messages has.
            group = distributed.new_group(timeout=wait)
        yield GlooGroup(launch, group)
    finally:
        distributed.destroy_process_group()


def meet(launch: Launch, *, backend: str, wait: timedelta) -> None:
    """Makes the processes that were launched with this one torch's default process group.

    Once they have started, they wait for each other for `wait`.

    Raises:
        LostProcessError: they cannot be reached.
        UsageError: the launcher does not say where they meet.
    """
    with _missing(APART, remedy=f"; {NETWORK}"):
        store = _own_store(launch)
        distributed.init_process_group(
            backend, store=store, rank=launch.rank, world_size=launch.count, timeout=wait
        )


def is_of_others(error: RuntimeError) -> bool:
    """Whether an error of torch says that another process cannot be reached."""
    return isinstance(error, distributed.DistError) or bool(GLOO_SOURCE.search(str(error)))


def lost(what: str, error: RuntimeError, *, remedy: str) -> LostProcessError:
    """The error of a process that cannot be reached, with the cause that torch names."""
    cause = GLOO_SOURCE.sub("", str(error).strip()).split("\n")[0].split(". ")[0]
    return LostProcessError(f"{what} ({cause}){remedy}")


def take_own_gpu(launch: Launch, device: str) -> None:
    """Makes one of this machine's GPUs the "cuda" device of this process."""
    if device in {AUTO, "cuda"} and torch.cuda.is_available():
        torch.cuda.set_device(own_gpu(launch, torch.cuda.device_count()))


def own_gpu(launch: Launch, gpus: int) -> int:
    """The index of the GPU for this process; some launchers show each process only its own."""
    return launch.local_rank % gpus


def _own_store(launch: Launch) -> Store:
    """The store by which the processes find each other, once all of them have started."""
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
    """Turns torch's errors about other processes into errors of one sentence."""
    try:
        yield
    # gloo ends in a plain RuntimeError when another process does.
    except RuntimeError as error:
        raise lost(what, error, remedy=remedy) from error
