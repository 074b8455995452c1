"""Joins several sources into one training set, and reports what they share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from qareport.data.findings import Finding, FindingGroup, Severity, group_findings
from qareport.data.types import Example
from trainer.errors import RecipeError
from trainer.preparing.sources import ReadSource, require_unique_ids

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Mix:
    """One training set out of several sources."""

    examples: tuple[Example, ...]
    """Those of the first source, repeated its `times`, then those of the next."""
    sources: tuple[ReadSource, ...]
    findings: tuple[FindingGroup, ...]
    """What only shows between sources, and between them and the evaluation data."""


def mix(sources: Sequence[ReadSource], evaluation: Iterable[Example]) -> Mix:
    """All examples of the sources, and findings about what they share.

    An id keeps its name while only one source has it; one of several is put behind the label of
    each. Further copies of an example are numbered: `id~copy-2`.

    Raises:
        DataError: new ids meet ids that were there before.
        RecipeError: two sources are the same.
    """
    _refuse_repeated(sources)
    count_of = Counter(example.id for source in sources for example in source.data.examples)
    shared = {example_id for example_id, count in count_of.items() if count > 1}
    examples = tuple(chain.from_iterable(_renamed(source, shared) for source in sources))
    require_unique_ids(examples)
    leaks = _leaks(sources, {_without_blanks(example.context) for example in evaluation})
    return Mix(examples, tuple(sources), group_findings(chain(leaks, _shared_ids(sources, shared))))


def _refuse_repeated(sources: Sequence[ReadSource]) -> None:
    labels: set[str] = set()
    for source in sources:
        if source.label in labels:
            raise RecipeError(
                f"data.train: {source.label!r} is named twice; name it once, with `times`"
            )
        labels.add(source.label)


def _renamed(source: ReadSource, shared: set[str]) -> Iterator[Example]:
    """The examples of a source, repeated its `times`, with ids that no other source has."""
    own = [
        replace(example, id=f"{source.label}:{example.id}") if example.id in shared else example
        for example in source.data.examples
    ]
    yield from own
    for copy in range(2, source.source.times + 1):
        yield from (replace(example, id=f"{example.id}~copy-{copy}") for example in own)


def _leaks(sources: Iterable[ReadSource], evaluated: set[str]) -> Iterator[Finding]:
    """Contexts that are both learnt from and evaluated on, one finding for each source's."""
    for source in sources:
        for context in dict.fromkeys(example.context for example in source.data.examples):
            if _without_blanks(context) in evaluated:
                yield Finding(
                    kind="leak",
                    severity=Severity.WARNING,
                    location=source.label,
                    message=f"context {context[:SHOWN_CHARACTERS]!r} is in the evaluation data too",
                    remedy="train on other data, or do not believe scores on this evaluation data",
                )


def _without_blanks(context: str) -> str:
    """The context with its blanks normalised, to find equal ones."""
    return "".join(context.split())


def _shared_ids(sources: Iterable[ReadSource], shared: set[str]) -> Iterator[Finding]:
    for source in sources:
        for example in source.data.examples:
            if example.id in shared:
                yield Finding(
                    kind="id in several sources",
                    severity=Severity.WARNING,
                    location=source.label,
                    message=f"id {example.id!r} became {f'{source.label}:{example.id}'!r}",
                    remedy="check that the sources are not parts of one another",
                )
