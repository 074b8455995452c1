"""Builds rows and records from examples and the answers to them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.examples.traits import TRAITS
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import CharSpan, Example, NBest, Prediction
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.record.reader import read_record, read_record_candidates
from qareport.evaluation.record.replacement import complete_record, replacing_record, writing
from qareport.evaluation.record.writer import open_answer_files
from qareport.metrics.squad import score
from qareport.metrics.totals import total
from tests.answering_builders import FoundWindow, evaluation, span_candidates

NO_GROUPS: Mapping[str, str | None] = MappingProxyType(dict.fromkeys(TRAITS))


def row(
    asked: Example,
    text: str = "",
    *,
    null_margin: float = 0.0,
    groups: Mapping[str, str | None] = NO_GROUPS,
) -> ExampleRow:
    """The row of an example answered with a text, its best span; scored by the official rules."""
    scored, start = score(asked, text), max(asked.context.find(text), 0)
    return ExampleRow(
        example=asked,
        text=text,
        span=CharSpan(start, start + len(text)) if text else None,
        null_margin=null_margin,
        score=scored,
        best_text=text,
        best_score=scored,
        mistake="elsewhere",
        is_plausible=False,
        question_is_cut=False,
        causes=("too long",),
        groups=groups,
    )


def evaluation_of(*rows: ExampleRow) -> Evaluation:
    """The evaluation whose scores are those of the rows, without files."""
    examples, scores = [each.example for each in rows], [each.score for each in rows]
    alone = evaluation()
    return replace(
        alone,
        scores=total(scores),
        intervals=total_intervals(examples, scores),
        data=replace(alone.data, sha256=examples_sha256(examples)),
        questions_read=len(rows),
        timing=replace(alone.timing, examples_per_second=len(rows) / alone.timing.seconds),
    )


def write_record(folder: Path, *rows: ExampleRow) -> Path:
    """The folder, with the whole record of the rows in it."""
    predictions = [
        Prediction(each.example.id, each.text, each.span, each.null_margin or 0.0, NBest(), ())
        for each in rows
    ]
    windows = [
        FoundWindow(
            example_id=each.example.id,
            token_chars=tuple((start, start + 1) for start in range(len(each.example.context))),
        )
        for each in rows
    ]
    with writing(folder) as own, replacing_record(own) as new:
        with open_answer_files(new) as files:
            files.add(predictions, span_candidates(*windows), rows)
        complete_record(new, evaluation_of(*rows))
    return folder


def forge_rows(folder: Path, change: Callable[[ExampleRow], ExampleRow]) -> None:
    """Rewrites the rows of a record with all that follows from them, so that its files agree."""
    record = read_record(folder)
    rows, candidates = [change(each) for each in record.rows], read_record_candidates(record)
    predictions = [
        Prediction(each.example.id, each.text, each.span, each.null_margin or 0.0, NBest(), ())
        for each in rows
    ]
    of_rows = evaluation_of(*rows)
    forged = replace(record.evaluation, scores=of_rows.scores, intervals=of_rows.intervals)
    with writing(folder) as own, replacing_record(own) as new:
        with open_answer_files(new) as files:
            files.add(predictions, candidates, rows)
        complete_record(new, forged)


def answered_right(recorded: ExampleRow) -> ExampleRow:
    """The row with its first gold answer, or none, by a margin that is beyond doubt."""
    golds = recorded.example.gold_answers
    text = golds[0].text if golds else ""
    scored = score(recorded.example, text)
    return replace(
        recorded,
        text=text,
        span=CharSpan(golds[0].start, golds[0].start + len(text)) if golds else None,
        null_margin=-9.0 if golds else 9.0,
        score=scored,
        best_text=text or recorded.best_text,
        best_score=scored if golds else recorded.best_score,
        mistake="correct",
    )
