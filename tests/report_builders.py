"""Examples with what was found in their windows in, records and reports of them out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.data.types import Example
from qareport.evaluation.record.reader import Record
from qareport.evaluation.rescore import rescore, write_rescored
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import OFFICIAL
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example
from tests.row_builders import evaluation_of, row

CONTEXT = "The brig Aurora sailed in May with tea."
TEA, MAY, IN_MAY, BRIG = (7, 7), (5, 5), (4, 5), (0, 2)
"""First and last token of what may be answered."""
OPTIONS = AnsweringOptions(max_answer_length=8, n_best_size=3)


@dataclass(frozen=True, slots=True)
class Found:
    """A question with the spans that a search found, best first, and its null score."""

    asked: Example
    spans: tuple[tuple[tuple[int, int], float], ...]
    null_score: float = 0.0


SHIPS = (
    Found(
        example("tea", "What did she carry?", context=CONTEXT, golds=("tea",), title="a"),
        ((TEA, 4.0), (MAY, 1.0)),
    ),
    Found(
        example("when", "When did she sail?", context=CONTEXT, golds=("May",), title="a"),
        ((IN_MAY, 2.5), (MAY, 2.0)),
    ),
    Found(
        example("who", "Who built her?", context=CONTEXT, title="b"),
        ((BRIG, 1.25),),
    ),
    Found(
        example("long", "How long is she?", context=CONTEXT, title="b"),
        ((MAY, 0.5),),
        null_score=2.0,
    ),
    Found(
        example("name", "Which brig was it?", context=CONTEXT, golds=("Aurora",), title="c"),
        ((TEA, 0.0),),
        null_score=1.0,
    ),
)
"""Null margins -4, -2.5, -1.25, 1.5 and 1: two right answers, three kinds of mistakes."""


def write_found(
    folder: Path, found: Sequence[Found] = SHIPS, options: AnsweringOptions = OPTIONS
) -> Path:
    """The folder, with the record of what was found in it."""
    rows = tuple(row(each.asked) for each in found)
    asked = Record(folder, replace(evaluation_of(*rows), options=options), rows)
    windows = [
        FoundWindow(
            each.null_score,
            [FoundSpan(first, last, score) for (first, last), score in each.spans],
            example_id=each.asked.id,
            token_chars=_tokens(each.asked.context),
        )
        for each in found
    ]
    candidates = span_candidates(*windows, ranks=options.n_best_size)
    made = rescore(asked, candidates, options=options, scoring=OFFICIAL)
    write_rescored(folder, made, candidates)
    return folder


def _tokens(context: str) -> list[tuple[int, int]]:
    """Characters of the words of a context."""
    words, start = [], 0
    for word in context.split(" "):
        words.append((start, start + len(word)))
        start += len(word) + 1
    return words
