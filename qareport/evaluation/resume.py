"""Resumes an interrupted evaluation: reads the chunks in its folder and answers the others."""

import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qareport.data.files import make_folder
from qareport.data.outputs import refuse_link
from qareport.data.types import Example
from qareport.errors import DataError, OutputError
from qareport.evaluation.record.replacement import check_output, require_place, settle
from qareport.evaluation.record.shard_file import (
    Fingerprint,
    check_shard,
    read_fingerprint,
    read_shard,
    write_shard,
)
from qareport.evaluation.record.writer import EVALUATION
from qareport.inference.chunks import AnsweredChunk

if TYPE_CHECKING:
    from qareport.inference.distributed.leader import Answering

WORK = ".work"
SHARDS = "*.shard"
SHARD_PARTS = ".*.shard.*.part"
"""Partial shards of a process that was killed while it wrote them."""


@dataclass(frozen=True, slots=True)
class ReusableShards:
    """The shards of an earlier run that this one can use."""

    finished: frozenset[range]
    """Indices of the examples whose shards are whole."""
    remarks: tuple[str, ...]
    """A sentence about them, and one for each reason why others are not used."""


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """The folder in which a run stores its shards until the record is complete."""

    record: Path
    fingerprint: Fingerprint

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.record / WORK

    def find_reusable(self, ranges: Sequence[range]) -> ReusableShards:
        """Which of the ranges of examples need not be answered again.

        Raises:
            OutputError: the folder cannot be made, or is a link.
        """
        refuse_link(self.path)
        make_folder(self.path)
        finished: list[range] = []
        refusals: dict[str, list[Path]] = {}
        for indices in ranges:
            path = self._shard_path(indices)
            if not path.exists():
                continue
            try:
                check_shard(path, indices=indices, fingerprint=self.fingerprint)
                finished.append(indices)
            except DataError as error:
                refusals.setdefault(str(error), []).append(path)
        remarks = [_explain_refusal(reason, paths) for reason, paths in refusals.items()]
        if finished:
            count, total = sum(map(len, finished)), sum(map(len, ranges))
            remarks.append(f"{self.path}: goes on with {count} of {total} examples answered before")
        return ReusableShards(frozenset(finished), tuple(remarks))

    def store(self, indices: range, chunk: AnsweredChunk) -> None:
        """Writes the chunk of the examples with these indices.

        Raises:
            OutputError: the folder cannot be written, or the disk is full.
        """
        path = self._shard_path(indices)
        write_shard(path, chunk, indices=indices, fingerprint=self.fingerprint)

    def read(self, indices: range, examples: Sequence[Example]) -> AnsweredChunk:
        """The finished chunk of these examples.

        Raises:
            OutputError: the shard is not what it was when the run began.
        """
        path = self._shard_path(indices)
        try:
            return read_shard(path, examples, indices=indices, fingerprint=self.fingerprint)
        except DataError as error:
            raise OutputError(
                f"{path}: {error} while it was in use; run the same command again"
            ) from error

    def _shard_path(self, indices: range) -> Path:
        return self.path / f"{indices.start:08}.shard"


def remove_shards(record: Path) -> None:
    """Removes all shards of a record that is complete, and their folder if nothing else is in it.

    Raises:
        OutputError: the folder cannot be written.
    """
    work = record / WORK
    try:
        for path in (*work.glob(SHARDS), *work.glob(SHARD_PARTS)):
            path.unlink()
        if work.exists() and not any(work.iterdir()):
            work.rmdir()
    except OSError as error:
        raise OutputError(f"{work}: cannot be removed ({error.strerror})") from error


def resume_chunks(
    answerer: "Answering",
    examples: Sequence[Example],
    work: WorkFolder,
    *,
    finished: AbstractSet[range],
) -> Iterator[AnsweredChunk]:
    """All examples in order; finished chunks are read, the others answered."""
    ranges = answerer.chunk_ranges(len(examples))
    answered = answerer.answer_at([each for each in ranges if each not in finished], examples)
    for indices in ranges:
        if indices in finished:
            yield work.read(indices, examples[indices.start : indices.stop])
            continue
        clock = time.perf_counter()
        chunk = next(answered)
        yield replace(chunk, seconds=time.perf_counter() - clock)


def is_unfinished(folder: Path) -> bool:
    """Whether an evaluation into `folder` stopped before its end."""
    return (folder / WORK).is_dir() and not (folder / EVALUATION).exists()


def engine_of_unfinished(folder: Path) -> str | None:
    """The engine of an unfinished evaluation into `folder`; None where no shard is left."""
    for path in sorted((folder / WORK).glob(SHARDS)):
        with suppress(DataError):
            return read_fingerprint(path).hardware.engine
    return None


def require_room(folder: Path, *sources: str, overwrite: bool) -> None:
    """Refuses a folder where an evaluation of what is read from `sources` may not be kept.

    Raises:
        DataError: a record cannot be put into its place there.
        OutputError: no record belongs there, or it would replace one without leave.
    """
    require_place(folder, *sources)
    if not overwrite:
        check_evaluation_output(folder)


def check_evaluation_output(folder: Path) -> None:
    """Refuses a folder where an evaluation, begun or resumed, would replace a record.

    Raises:
        DataError: a record cannot be put into its place there.
        OutputError: it is a file, or holds files of a record.
    """
    settle(folder)
    if not is_unfinished(folder):
        check_output(folder)


def _explain_refusal(reason: str, paths: Sequence[Path]) -> str:
    """A sentence on shards that are not used, all for one reason."""
    named = str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    return f"{named}: {reason}, so these examples are answered again"
