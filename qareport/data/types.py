"""Defines the data that all packages share: examples, data sets, predictions, scores and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Annotated, Literal, overload

from pydantic import AfterValidator, Field
from typing_extensions import override

from qareport.data.findings import FindingGroup
from qareport.data.ranges import Count, Share
from qareport.errors import UsageError

EXACT, F1 = "exact", "f1"
"""The measures of SQuAD, which every score has."""


def _with_both(measures: Mapping[str, Share]) -> Mapping[str, Share]:
    """The same scores, if they have the measures of SQuAD.

    Raises:
        ValueError: one is missing.
    """
    for name in (EXACT, F1):
        if name not in measures:
            raise ValueError(f"{name!r} is missing")
    return measures


@dataclass(frozen=True, slots=True)
class CharSpan:
    """Characters of a context from `start` to `end`, the end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """An answer that an annotator gave."""

    text: str
    start: int
    """Offset of its first character in the context, as the data set gives it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a context, with its gold answers."""

    id: str
    question: str
    context: str
    gold_answers: tuple[GoldAnswer, ...]
    """Empty when the question has no answer."""
    plausible_answers: tuple[GoldAnswer, ...] = ()
    title: str = ""
    """Title of the article; empty when the data set has none."""

    @property
    def has_answer(self) -> bool:
        """Whether there is a gold answer; the official script calls this HasAns."""
        return bool(self.gold_answers)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Questions that were read and left out on purpose."""

    reason: str
    count: Count


@dataclass(frozen=True, slots=True)
class DataIdentity:
    """Which data was read, in enough detail to get the same examples again."""

    source: str
    """Path of a file or folder, or id of a Hub data set."""
    config: str | None
    split: str | None
    revision: str | None
    """Commit of the Hub data set; None for files."""
    sha256: str
    """Hash of the examples (ids, texts, answers) in order, whatever file format held them."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How some of the questions of a data set were chosen."""

    method: Literal["first", "random"]
    questions: Annotated[int, Field(ge=1, le=2**53)]
    """How many were asked for."""
    seed: int | None
    """None for the first ones."""

    def __post_init__(self) -> None:
        """Checks the number.

        Raises:
            UsageError: it is not positive.
        """
        if self.questions < 1:
            raise UsageError(
                f"{self.option} {self.questions}: must be at least 1; "
                "leave it out to read everything"
            )

    @property
    def option(self) -> str:
        """The option of the command line that asks for so many questions."""
        return "--limit" if self.method == "first" else "--sample"


@dataclass(frozen=True, slots=True)
class DataSet:
    """Examples with their origin and what the doctor noticed about them."""

    identity: DataIdentity
    examples: tuple[Example, ...]
    findings: tuple[FindingGroup, ...]
    questions_read: int
    exclusions: tuple[Exclusion, ...]
    """`questions_read` is the number of examples plus these counts."""
    sampling: Sampling | None = None
    """None where all questions were read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of an n-best list."""

    text: str
    """The answer as it is in the context; empty for "no answer"."""
    span: CharSpan | None
    """None for "no answer"."""
    start_logit: float
    end_logit: float

    @property
    def score(self) -> float:
        """Sum of both logits."""
        return self.start_logit + self.end_logit


NOWHERE = -1
"""Start and end of the null answer."""


@dataclass(frozen=True, slots=True)
class NBest(Sequence[Answer]):
    """An n-best list in columns, of which an answer is made when it is asked for."""

    texts: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    """First character of each text in the context, or `NOWHERE`."""
    ends: tuple[int, ...] = ()
    """The character after its last one, or `NOWHERE`."""
    start_logits: tuple[float, ...] = ()
    end_logits: tuple[float, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> "NBest": ...
    @override
    def __getitem__(self, index: int | slice) -> "Answer | NBest":
        """The answer at a rank, or the list of those in a slice."""
        if isinstance(index, slice):
            return NBest(
                self.texts[index],
                self.starts[index],
                self.ends[index],
                self.start_logits[index],
                self.end_logits[index],
            )
        start = self.starts[index]
        span = None if start == NOWHERE else CharSpan(start, self.ends[index])
        return Answer(self.texts[index], span, self.start_logits[index], self.end_logits[index])

    @override
    def __len__(self) -> int:
        """The number of answers."""
        return len(self.texts)

    def at(self, ranks: Sequence[int]) -> "NBest":
        """The list of the answers at these ranks."""
        return NBest(
            tuple([self.texts[rank] for rank in ranks]),
            tuple([self.starts[rank] for rank in ranks]),
            tuple([self.ends[rank] for rank in ranks]),
            tuple([self.start_logits[rank] for rank in ranks]),
            tuple([self.end_logits[rank] for rank in ranks]),
        )

    @property
    def scores(self) -> tuple[float, ...]:
        """The sum of both logits of each answer."""
        return tuple(map(add, self.start_logits, self.end_logits))


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's answer to one example."""

    example_id: str
    text: str
    """The answer as it is in the context; empty for "no answer"."""
    span: CharSpan | None
    null_margin: float
    """Null score minus best span score, in logits.

    The null rule says which windows the scores come from, and when the model abstains.
    """
    n_best: NBest
    """Best first, the null answer among them."""
    probabilities: tuple[float, ...]
    """Softmax of the scores of `n_best`, entry by entry; not a calibrated confidence."""


@dataclass(frozen=True, slots=True)
class ExampleScore:
    """How good one prediction is."""

    example_id: str
    has_answer: bool
    measures: Mapping[str, float]
    """0 to 1, by the name of the measure."""

    @property
    def exact(self) -> float:
        """Exact match: 0 or 1."""
        return self.measures[EXACT]

    @property
    def f1(self) -> float:
        """F1: 0 to 1."""
        return self.measures[F1]


@dataclass(frozen=True, slots=True)
class Total:
    """Scores of some examples, put together by measure."""

    n: Count
    measures: Annotated[Mapping[str, Share], AfterValidator(_with_both)]

    @property
    def exact(self) -> float:
        """Share of exact matches: 0 to 1."""
        return self.measures[EXACT]

    @property
    def f1(self) -> float:
        """Mean F1: 0 to 1."""
        return self.measures[F1]


@dataclass(frozen=True, slots=True)
class Totals:
    """Scores of all examples and of both kinds; a kind without examples is None."""

    overall: Total
    has_answer: Total | None
    no_answer: Total | None
