"""Resumes an interrupted evaluation: what its folder holds is read, the rest answered."""

import time
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qareport.data.files import make_folder
from qareport.data.types import Example, Prediction
from qareport.errors import DataError, OutputError
from qareport.evaluation.record.shard_file import (
    Fingerprint,
    Shard,
    read_fingerprint,
    read_shard,
    write_shard,
)
from qareport.evaluation.record.writer import ANSWER_FILES, EVALUATION, check_output
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions

if TYPE_CHECKING:
    from qareport.inference.distributed.leader import Answering

WORK = ".work"
SHARDS = "*.shard"
SHARD_PARTS = ".*.shard.*.part"
"""What a killed process left of a shard that it was writing."""


@dataclass(frozen=True, slots=True)
class ReusableShards:
    """What an earlier run left that a run like it can use."""

    finished: frozenset[range]
    """Places whose shards are whole."""
    remarks: tuple[str, ...]
    """A sentence about that, and one for each reason why others are not used."""


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Where one run keeps its shards beside the record that will be made of them."""

    record: Path
    fingerprint: Fingerprint

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.record / WORK

    def find_reusable(self, places: Sequence[range]) -> ReusableShards:
        """Which of the places need not be answered again.

        Raises:
            OutputError: the folder cannot be made.
        """
        make_folder(self.path)
        finished: list[range] = []
        refusals: dict[str, list[Path]] = {}
        for place in places:
            path = self._shard_path(place)
            if not path.exists():
                continue
            try:
                read_shard(path, place=place, fingerprint=self.fingerprint)
                finished.append(place)
            except DataError as error:
                refusals.setdefault(str(error), []).append(path)
        remarks = [_tell(reason, paths) for reason, paths in refusals.items()]
        if finished:
            count, total = sum(map(len, finished)), sum(map(len, places))
            remarks.append(f"{self.path}: goes on with {count} of {total} examples answered before")
        return ReusableShards(frozenset(finished), tuple(remarks))

    def store(self, place: range, shard: Shard) -> None:
        """Puts what the examples of a place gave on the disk.

        Raises:
            OutputError: the folder cannot be written, or the disk is full.
        """
        write_shard(self._shard_path(place), shard, place=place, fingerprint=self.fingerprint)

    def read(self, place: range) -> Shard:
        """What the examples of a finished place gave.

        Raises:
            OutputError: the shard is not what it was when the run began.
        """
        path = self._shard_path(place)
        try:
            return read_shard(path, place=place, fingerprint=self.fingerprint)
        except DataError as error:
            raise OutputError(
                f"{path}: {error} while it was in use; run the same command again"
            ) from error

    def remove(self) -> None:
        """Removes all shards, and the folder if nothing else is in it.

        Raises:
            OutputError: the folder cannot be written.
        """
        try:
            for path in (*self.path.glob(SHARDS), *self.path.glob(SHARD_PARTS)):
                path.unlink()
            if not any(self.path.iterdir()):
                self.path.rmdir()
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be removed ({error.strerror})") from error

    def _shard_path(self, place: range) -> Path:
        return self.path / f"{place.start:08}.shard"


@dataclass(frozen=True, slots=True)
class AnsweredPiece:
    """Some examples in a row, answered in this run or in an earlier one."""

    examples: Sequence[Example]
    predictions: tuple[Prediction, ...]
    shard: Shard
    earlier_seconds: float
    """How long an earlier run took to answer them."""


def answer_pieces(
    answerer: "Answering", examples: Sequence[Example], places: Iterable[range]
) -> Iterator[AnsweredPiece]:
    """The examples at the places."""
    clock = time.perf_counter()
    for chunk in answerer.answer_at(places, examples):
        seconds = time.perf_counter() - clock
        shard = Shard(chunk.candidates, tuple(sorted(chunk.cut_questions)), chunk.findings, seconds)
        yield AnsweredPiece(chunk.examples, chunk.predictions, shard, earlier_seconds=0.0)
        clock = time.perf_counter()


def resume_pieces(
    answerer: "Answering",
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


def is_unfinished(folder: Path) -> bool:
    """Whether an evaluation into `folder` stopped before its end."""
    return (folder / WORK).is_dir() and not (folder / EVALUATION).exists()


def engine_of_unfinished(folder: Path) -> str | None:
    """What ran the model in an evaluation into `folder` that stopped; None if nothing is left."""
    for path in sorted((folder / WORK).glob(SHARDS)):
        with suppress(DataError):
            return read_fingerprint(path).hardware.engine
    return None


def check_evaluation_output(folder: Path) -> None:
    """Nothing, when an evaluation can begin in `folder`, or go on, without replacing a record.

    Raises:
        OutputError: it is a file, or holds files of a record.
    """
    if not is_unfinished(folder):
        check_output(folder)


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed process left of files of a record that it was writing.

    Raises:
        OutputError: the folder cannot be written.
    """
    try:
        for name in (EVALUATION, *ANSWER_FILES):
            for path in folder.glob(f".{name}.*.part"):
                path.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error


def _reread(shard: Shard, examples: Sequence[Example], options: AnsweringOptions) -> AnsweredPiece:
    predictions = tuple(predict_all(examples, shard.candidates, options))
    return AnsweredPiece(examples, predictions, shard, earlier_seconds=shard.seconds)


def _tell(reason: str, paths: Sequence[Path]) -> str:
    """A sentence on shards that are not used, all for one reason."""
    place = str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    return f"{place}: {reason}, so these examples are answered again"
