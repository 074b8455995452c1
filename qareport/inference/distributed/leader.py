"""Chunks of examples to answers in order, answered by all processes; the first one leads."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice

from qareport.data.types import Example
from qareport.errors import LostProcessError, QareportError
from qareport.inference.answerer import Answerer, calibration_sample
from qareport.inference.batches import TokenBudget
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.distributed.launch import Launch
from qareport.inference.distributed.messages import End, Order, Outcome, carry_out, likeness_of
from qareport.inference.distributed.process_group import ProcessLink, joined, take_own_gpu
from qareport.inference.loading.models import LoadedModel
from qareport.inference.options import AnsweringOptions


@dataclass(slots=True)
class Leader:
    """The first of the processes that answer together; deals chunks, one to each, in rounds."""

    link: ProcessLink
    is_owed: bool = False
    """Whether the others are at work on what it dealt."""

    def share(self, answerer: Answerer) -> "SharedAnswerer":
        """The answerer, helped by all processes."""
        return SharedAnswerer(answerer, self)

    def deal(self, orders: Iterator[Order]) -> Sequence[Order]:
        """The orders of the next round, of which this process has the first; empty at the end."""
        dealt = list(islice(orders, self.link.launch.count))
        if dealt:
            idle = [None] * (self.link.launch.count - len(dealt))
            self.link.deal([None, *dealt[1:], *idle])
            self.is_owed = True
        return dealt

    def collect(self, outcome: Outcome) -> Sequence[Outcome]:
        """The outcomes of the round in the order of the data, this process's own first."""
        outcomes = self.link.collect(outcome)
        self.is_owed = False
        return outcomes

    def dismiss(self, exit_code: int) -> None:
        """Ends the other processes with this exit code, when they are done with what they have."""
        # Whoever is gone already need not be dismissed.
        with suppress(LostProcessError):
            if self.is_owed:
                self.collect(None)
            self.link.deal([End(exit_code)] * self.link.launch.count)


@dataclass(frozen=True, slots=True)
class SharedAnswerer:
    """A model and how it is asked, by all processes; it answers as its answerer would alone."""

    answerer: Answerer
    leader: Leader
    sample: tuple[Example, ...] = ()
    """What its number format was fitted to, by all processes."""

    @property
    def model(self) -> LoadedModel:
        """The model in this process; the others have the same."""
        return self.answerer.model

    @property
    def options(self) -> AnsweringOptions:
        """How it is asked."""
        return self.answerer.options

    def chunk_ranges(self, count: int) -> list[range]:
        """Indices of the examples of each chunk, when `count` examples are answered."""
        return self.answerer.chunk_ranges(count)

    def calibrated(self, examples: Sequence[Example]) -> "SharedAnswerer":
        """As `Answerer.calibrated`, in all processes."""
        answerer = self.answerer.calibrated(examples)
        was_fitted = answerer is not self.answerer
        sample = calibration_sample(examples) if was_fitted else ()
        return replace(self, answerer=answerer, sample=sample)

    def answer_at(
        self, ranges: Iterable[range], examples: Sequence[Example]
    ) -> Iterator[AnsweredChunk]:
        """The chunks of the examples with these indices, in order, without their windows.

        Holds as many chunks as there are processes, which answer the next ones while the caller
        looks at these.

        Raises:
            LostProcessError: another process has ended or hangs.
            ModelError: as for `Answerer.answer_at`; or another process has not the same model.
            UsageError: as for `Answerer.answer_at`.
        """
        likeness = likeness_of(self.answerer)
        orders = (
            Order(tuple(examples[each.start : each.stop]), likeness, self.sample) for each in ranges
        )
        budget = TokenBudget(self.model.hardware.batch_tokens)
        dealt = self.leader.deal(orders)
        while dealt:
            outcomes = self.leader.collect(carry_out(dealt[0], self.answerer, budget))
            has_failed = any(isinstance(outcome, QareportError) for outcome in outcomes)
            next_dealt = () if has_failed else self.leader.deal(orders)
            # Those who had no order come last.
            for order, outcome in zip(dealt, outcomes, strict=False):
                yield _chunk(order, outcome)
            dealt = next_dealt


Answering = Answerer | SharedAnswerer
"""Whatever answers a data set chunk by chunk."""


@contextmanager
def leading(launch: Launch, device: str) -> Iterator[Leader]:
    """Gives the leader of the processes that were launched together, which end with the block.

    They end with the exit code of the error that the block ends with, else with 0.

    Raises:
        LostProcessError: they are not there.
    """
    take_own_gpu(launch, device)
    with joined(launch) as link:
        leader = Leader(link)
        try:
            yield leader
        except QareportError as error:
            if not isinstance(error, LostProcessError):
                leader.dismiss(error.exit_code)
            raise
        leader.dismiss(0)


def _chunk(order: Order, outcome: Outcome) -> AnsweredChunk:
    if isinstance(outcome, QareportError):
        raise outcome
    if outcome is None:
        raise LostProcessError("a process has left out a chunk of examples")
    return replace(outcome, examples=order.examples)
