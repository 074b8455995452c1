"""Shares the chunks of a data set among processes, and collects their answers in order."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice

from qareport.data.types import Example
from qareport.errors import LostProcessError, QareportError
from qareport.inference.answerer import Answerer, calibration_sample
from qareport.inference.batches import TokenBudget
from qareport.inference.callback import Advance
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.distributed.launch import Launch
from qareport.inference.distributed.messages import End, Reply, Request, answer_request, setup_of
from qareport.inference.distributed.process_group import ProcessGroup, join_group, take_own_gpu
from qareport.inference.loading.models import LoadedModel
from qareport.inference.options import AnsweringOptions


@dataclass(slots=True)
class Leader:
    """Rank 0 of a process group: sends one request to each process, round after round."""

    group: ProcessGroup
    is_waiting: bool = False
    """Whether replies to the last requests have not been gathered yet."""

    def share(self, answerer: Answerer) -> "SharedAnswerer":
        """The answerer of all processes together."""
        return SharedAnswerer(answerer, self)

    def send_round(self, requests: Iterator[Request]) -> Sequence[Request]:
        """Sends the next requests, and returns them; the first is for this process itself."""
        sent = list(islice(requests, self.group.launch.count))
        if sent:
            idle = [None] * (self.group.launch.count - len(sent))
            self.group.scatter([None, *sent[1:], *idle])
            self.is_waiting = True
        return sent

    def gather(self, reply: Reply) -> Sequence[Reply]:
        """The replies of the round in the order of the data, this process's own first."""
        replies = self.group.gather(reply)
        self.is_waiting = False
        return replies

    def end_others(self, exit_code: int) -> None:
        """Ends the other processes with this exit code, after what they are working on."""
        # A process that has ended already need not be ended.
        with suppress(LostProcessError):
            if self.is_waiting:
                self.gather(None)
            self.group.scatter([End(exit_code)] * self.group.launch.count)


@dataclass(frozen=True, slots=True)
class SharedAnswerer:
    """An answerer whose chunks are shared among processes; its answers are the same as alone."""

    answerer: Answerer
    leader: Leader
    sample: tuple[Example, ...] = ()
    """What all processes have calibrated their number format on; empty where they have not."""

    @property
    def model(self) -> LoadedModel:
        """The model in this process; the other processes have the same one."""
        return self.answerer.model

    @property
    def options(self) -> AnsweringOptions:
        """The options of the answerer."""
        return self.answerer.options

    @property
    def advance(self) -> Advance:
        """What is called with how many more questions are answered."""
        return self.answerer.advance

    def reporting_to(self, advance: Advance) -> "SharedAnswerer":
        """As `Answerer.reporting_to`; questions of other processes count chunk by chunk."""
        return replace(self, answerer=self.answerer.reporting_to(advance))

    def chunk_ranges(self, count: int) -> list[range]:
        """Indices of the examples of each chunk, when `count` examples are answered."""
        return self.answerer.chunk_ranges(count)

    def calibrated(self, examples: Sequence[Example]) -> "SharedAnswerer":
        """As `Answerer.calibrated`, in all processes."""
        answerer = self.answerer.calibrated(examples)
        is_calibrated = answerer is not self.answerer
        sample = calibration_sample(examples) if is_calibrated else ()
        return replace(self, answerer=answerer, sample=sample)

    def answer_at(
        self, ranges: Iterable[range], examples: Sequence[Example]
    ) -> Iterator[AnsweredChunk]:
        """The chunks of the examples with these indices, in order, without their windows.

        As many chunks are in memory as there are processes, which answer the next ones while the
        caller works on these.

        Raises:
            LostProcessError: another process has ended or hangs.
            ModelError: as for `Answerer.answer_at`; or another process has not the same model.
            UsageError: as for `Answerer.answer_at`.
        """
        setup = setup_of(self.answerer)
        requests = (
            Request(tuple(examples[each.start : each.stop]), setup, self.sample) for each in ranges
        )
        budget = TokenBudget(self.model.hardware.batch_tokens)
        sent = self.leader.send_round(requests)
        while sent:
            replies = self.leader.gather(answer_request(sent[0], self.answerer, budget))
            self.advance(sum(len(each.examples) for each in sent[1:]))
            has_failed = any(isinstance(reply, QareportError) for reply in replies)
            next_sent = () if has_failed else self.leader.send_round(requests)
            # Processes without a request come last.
            for request, reply in zip(sent, replies, strict=False):
                yield _chunk(request, reply)
            sent = next_sent


Answering = Answerer | SharedAnswerer
"""Answers a data set chunk by chunk, in one process or several."""


@contextmanager
def leading(launch: Launch, device: str) -> Iterator[Leader]:
    """Joins the processes that were launched together, as their rank 0, until the block ends.

    The others end with the exit code of the error that the block raises, else with 0.

    Raises:
        LostProcessError: they are not there.
    """
    take_own_gpu(launch, device)
    with join_group(launch) as group:
        leader = Leader(group)
        try:
            yield leader
        except QareportError as error:
            if not isinstance(error, LostProcessError):
                leader.end_others(error.exit_code)
            raise
        leader.end_others(0)


def _chunk(request: Request, reply: Reply) -> AnsweredChunk:
    if isinstance(reply, QareportError):
        raise reply
    if reply is None:
        raise LostProcessError("a process has left out a chunk of examples")
    return replace(reply, examples=request.examples)
