"""Reads the sources that a recipe names, or seeded samples of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qareport.data.readers.gather import examples_sha256
from qareport.data.readers.read import DataSource, read_data_set
from qareport.data.readers.source_kind import DEFAULT_SPLIT, has_splits
from qareport.data.types import DataSet, Example, Exclusion
from qareport.errors import DataError
from qareport.metrics.normaliser_findings import note_vanishing_golds
from qareport.metrics.normalisers import SQUAD_EN
from trainer.recipe import Source

TRAINING_SPLIT = "train"
"""Split for training, where the recipe names none."""


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A source and what was read of it."""

    source: Source
    data: DataSet
    """What is left of the source after its limit; the identity is that of these examples."""

    @property
    def label(self) -> str:
        """Name that no other source of a mix has."""
        source = self.source
        parts = (source.source, source.config, source.split, source.revision)
        return ":".join(part for part in parts if part is not None)


def read_sources(sources: Sequence[Source], generator: np.random.Generator) -> list[ReadSource]:
    """The data sets of all sources; where one has a limit, a sample in the order of the data set.

    What is drawn from a source depends on its index, and on no other source.

    Raises:
        DataError: a source cannot be read, or has errors that forbid learning from it.
        UsageError: an option does not apply to a source.
    """
    generators = generator.spawn(len(sources))
    return [
        ReadSource(source, _sample(_read(source, TRAINING_SPLIT), source.limit, own))
        for source, own in zip(sources, generators, strict=True)
    ]


def read_measured(source: Source, generator: np.random.Generator) -> DataSet:
    """The data set that models are scored on; where it has a limit, a sample in its order.

    Raises:
        DataError: it cannot be read, or its findings forbid scoring it.
        UsageError: an option does not apply to it.
    """
    return _sample(_read(source, DEFAULT_SPLIT), source.limit, generator)


def require_unique_ids(examples: Iterable[Example]) -> None:
    """Refuses two examples with one id.

    Raises:
        DataError: an id occurs a second time.
    """
    ids: set[str] = set()
    for example in examples:
        if example.id in ids:
            raise DataError(
                f"id {example.id!r} occurs a second time among the training examples; "
                "give every question its own id"
            )
        ids.add(example.id)


def _read(source: Source, split: str) -> DataSet:
    """The data set of a source; `split` is taken where it has some and the recipe names none."""
    data = read_data_set(
        DataSource(
            name=source.source,
            config=source.config,
            split=source.split or (split if has_splits(source.source) else None),
            revision=source.revision,
        )
    )
    return replace(data, findings=note_vanishing_golds(data.findings, data.examples, SQUAD_EN))


def _sample(data: DataSet, limit: int | None, generator: np.random.Generator) -> DataSet:
    """At most `limit` examples of a data set, the rest counted."""
    left_out = 0 if limit is None else len(data.examples) - limit
    if left_out <= 0:
        return data
    drawn = generator.choice(len(data.examples), limit, replace=False)
    examples = tuple(data.examples[index] for index in sorted(drawn))
    return replace(
        data,
        examples=examples,
        identity=replace(data.identity, sha256=examples_sha256(examples)),
        exclusions=(*data.exclusions, Exclusion(f"not in the sample of {limit}", left_out)),
    )
