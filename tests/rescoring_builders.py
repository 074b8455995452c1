"""Builds the record of two German questions, scored by any rules."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qareport.data.types import Example
from qareport.evaluation.record.reader import Record
from qareport.evaluation.rescore import rescore, write_rescored
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import OFFICIAL
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example
from tests.row_builders import evaluation_of, row

CONTEXT = "der Hund"
TOKENS = ((0, 3), (4, 8))
EXAMPLES = (
    example("hund", context=CONTEXT, golds=("Hund",), title="a"),
    example("none", context=CONTEXT, title="b"),
)
WINDOWS = (
    FoundWindow(
        0.0, [FoundSpan(0, 1, 2.0), FoundSpan(1, 1, 1.5)], example_id="hund", token_chars=TOKENS
    ),
    FoundWindow(1.0, [FoundSpan(1, 1, -1.0)], example_id="none", token_chars=TOKENS),
    FoundWindow(3.0, [FoundSpan(1, 1, 0.0)], example_id="none", number=1, token_chars=TOKENS),
)
"""Null margins -2 and 1, but 2 within the windows of the second question; a shorter answer would
be right to the first, and none to the second."""
OPTIONS = AnsweringOptions(max_answer_length=2, n_best_size=3, null_threshold=1.5)


def write_found(
    folder: Path,
    examples: Sequence[Example],
    windows: Sequence[FoundWindow],
    options: AnsweringOptions,
) -> Path:
    """The folder, with the record of what was found in the windows of these examples in it."""
    rows = tuple(row(each) for each in examples)
    asked = Record(folder, replace(evaluation_of(*rows), options=options), rows)
    candidates = span_candidates(*windows)
    found = rescore(asked, candidates, options=options, scoring=OFFICIAL)
    write_rescored(folder, found, candidates)
    return folder
