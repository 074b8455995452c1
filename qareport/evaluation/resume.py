"""Examples to what a model made of them, in order: answered now, or read from an earlier run."""

import time
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from qareport.data.types import Example, Prediction
from qareport.evaluation.record.shard_file import Shard
from qareport.evaluation.record.unfinished import WorkFolder
from qareport.inference.decoding import predict_all
from qareport.inference.distributed.leader import Answering
from qareport.inference.options import AnsweringOptions


@dataclass(frozen=True, slots=True)
class AnsweredPiece:
    """Some examples in a row, answered in this run or in an earlier one."""

    examples: Sequence[Example]
    predictions: tuple[Prediction, ...]
    shard: Shard
    earlier_seconds: float
    """How long an earlier run took to answer them."""


def answer_pieces(
    answerer: Answering, examples: Sequence[Example], places: Iterable[range]
) -> Iterator[AnsweredPiece]:
    """The examples at the places."""
    clock = time.perf_counter()
    for chunk in answerer.answer_at(places, examples):
        seconds = time.perf_counter() - clock
        shard = Shard(chunk.candidates, tuple(sorted(chunk.cut_questions)), chunk.findings, seconds)
        yield AnsweredPiece(chunk.examples, chunk.predictions, shard, earlier_seconds=0.0)
        clock = time.perf_counter()


def resume_pieces(
    answerer: Answering,
    examples: Sequence[Example],
    work: WorkFolder,
    *,
    finished: AbstractSet[range],
) -> Iterator[AnsweredPiece]:
    """All examples in order; those of finished places are read, the others answered and stored."""
    places = answerer.places(len(examples))
    answered = answer_pieces(answerer, examples, [each for each in places if each not in finished])
    for place in places:
        if place in finished:
            yield _reread(work.read(place), examples[place.start : place.stop], answerer.options)
            continue
        piece = next(answered)
        work.store(place, piece.shard)
        yield piece


def _reread(shard: Shard, examples: Sequence[Example], options: AnsweringOptions) -> AnsweredPiece:
    predictions = tuple(predict_all(examples, shard.candidates, options))
    return AnsweredPiece(examples, predictions, shard, earlier_seconds=shard.seconds)
