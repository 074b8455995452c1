"""Gathers raw questions of any source into a data set with its identity, findings and counts."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from qareport.data.findings import Finding, Severity, group_findings
from qareport.data.readers.doctor import duplicate_id, examine
from qareport.data.readers.raw_question import RawQuestion
from qareport.data.types import DataIdentity, DataSet, Example, Exclusion, Sampling
from qareport.errors import DataError

BEYOND_LIMIT = "beyond --limit"
"""Why questions after the first ones are left out, with the limit."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where questions come from: a `DataIdentity` without the hash of the examples."""

    source: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None


def gather(questions: Iterable[RawQuestion], origin: Origin, *, limit: int | None) -> DataSet:
    """All questions of a source: the first `limit` of them are checked, the rest only counted.

    Raises:
        DataError: the source has no questions.
        UsageError: the limit is not positive.
    """
    sampling = None if limit is None else Sampling("first", limit, seed=None)
    collected = _Collected(limit)
    # Grouping consumes the findings one by one, and that is what fills `collected`.
    findings = group_findings(collected.findings(questions))
    if collected.questions_read == 0:
        raise DataError(f"{origin.source}: has no questions; check that it is the right file")
    identity = DataIdentity(
        source=origin.source,
        config=origin.config,
        split=origin.split,
        revision=origin.revision,
        sha256=examples_sha256(collected.examples),
    )
    return DataSet(
        identity=identity,
        examples=tuple(collected.examples),
        findings=findings,
        questions_read=collected.questions_read,
        exclusions=collected.exclusions(),
        sampling=sampling if collected.beyond_limit else None,
    )


def require_no_errors(data_set: DataSet) -> DataSet:
    """The same data set, if it may be scored.

    Raises:
        DataError: the doctor found errors; the message has the first one.
    """
    errors = [group for group in data_set.findings if group.severity is Severity.ERROR]
    if not errors:
        return data_set
    first = f"{errors[0].cases[0]}; {errors[0].remedy}"
    count = sum(group.count for group in errors)
    if count == 1:
        raise DataError(first)
    source = data_set.identity.source
    raise DataError(
        f"{count} errors forbid scoring {source}, first: {first}; "
        f"`qareport doctor {source}` lists all"
    )


def examples_sha256(examples: Iterable[Example]) -> str:
    """SHA-256 of the examples in order, in hexadecimal.

    Each example adds one line of ASCII JSON without spaces:
    `[id, title, question, context, [[text, start] of every gold answer]]`.
    Plausible answers stay out, because Hub data sets lack them.
    """
    digest, encoder = hashlib.sha256(), json.JSONEncoder(separators=(",", ":"))
    for example in examples:
        golds = [[answer.text, answer.start] for answer in example.gold_answers]
        hashed = [example.id, example.title, example.question, example.context, golds]
        digest.update(encoder.encode(hashed).encode() + b"\n")
    return digest.hexdigest()


@dataclass(slots=True)
class _Collected:
    """Examples and counts so far; filled while its findings are consumed."""

    limit: int | None
    questions_read: int = 0
    beyond_limit: int = 0
    with_errors: int = 0
    examples: list[Example] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def findings(self, questions: Iterable[RawQuestion]) -> Iterator[Finding]:
        """What is wrong with the questions up to the limit, whose examples are kept."""
        for raw in questions:
            self.questions_read += 1
            # Reading goes on beyond the limit, so that the record can say what part this was.
            if self.limit is not None and self.questions_read > self.limit:
                self.beyond_limit += 1
            else:
                yield from self._examined(raw)

    def exclusions(self) -> tuple[Exclusion, ...]:
        """Why there are fewer examples than questions."""
        reasons = (
            Exclusion("questions with errors", self.with_errors),
            Exclusion(f"{BEYOND_LIMIT} {self.limit}", self.beyond_limit),
        )
        return tuple(exclusion for exclusion in reasons if exclusion.count)

    def _examined(self, raw: RawQuestion) -> Iterator[Finding]:
        """What is wrong with one question, whose example is kept if it has no errors."""
        examination = examine(raw)
        yield from examination.findings
        example = examination.example
        if example is None:
            self.with_errors += 1
        # Predictions are joined by id; the official script silently keeps the last of the two.
        elif example.id in self.ids:
            self.with_errors += 1
            yield duplicate_id(example.id, raw.location)
        else:
            self.ids.add(example.id)
            self.examples.append(example)
