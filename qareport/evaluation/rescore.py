"""Scores the candidates of a record again by other rules, without the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.analysis.examples.cases import open_cases
from qareport.analysis.examples.ceilings import Ceiling, find_ceilings
from qareport.analysis.examples.observed import Observed, observe_predictions
from qareport.analysis.examples.rows import ExampleRow, Row, drop, summarise, summarise_chunk
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.types import ExampleScore, Exclusion, Prediction, Totals
from qareport.errors import UsageError
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.haystack.token_level import (
    PROTOCOL,
    score_token_level,
    token_level_options,
)
from qareport.evaluation.haystack.totals import (
    TokenTotals,
    as_prediction,
    explain_difference,
    judge,
    total_token_level,
)
from qareport.evaluation.record.reader import Record
from qareport.evaluation.record.replacement import complete_record, replacing_record, writing
from qareport.evaluation.record.writer import open_answer_files
from qareport.inference.candidates import SpanCandidates
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions
from qareport.metrics import squad as official
from qareport.metrics.measures import Scoring
from qareport.metrics.normaliser_findings import note_normaliser
from qareport.metrics.normalisers import normaliser_named
from qareport.metrics.totals import total

MISPLACED_GOLD = f"a gold answer is not at its offset, so {PROTOCOL} does not score them"
"""Why questions are excluded."""


@dataclass(frozen=True, slots=True)
class Rescored:
    """What other rules make of the candidates of a record."""

    evaluation: Evaluation
    predictions: tuple[Prediction, ...]
    rows: tuple[Row, ...]
    """Of all examples, whether they are scored or not."""
    is_own: bool
    """Whether the record has the mark of the user's key, which this then has too."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the candidates of a record could score at best, and by each protocol."""

    ceilings: Mapping[str, Ceiling] | None
    """Of the official protocol; None for a record of another one."""
    official: Totals
    """With the options of the record."""
    token_level: TokenTotals
    difference: str
    """In words: where the protocols differ, and why."""


def rescore(
    record: Record, candidates: SpanCandidates, *, options: AnsweringOptions, scoring: Scoring
) -> Rescored:
    """The record as it would be by the official protocol, with these rules.

    Timing, identities and what was found in the data stay those of the run that made the
    candidates.

    Raises:
        UsageError: the candidates do not hold what the rules ask for.
    """
    _require_recorded(record.evaluation.options, options)
    allowed = candidates.up_to(options.max_answer_length)
    chunk = AnsweredChunk(record.examples, allowed, options, _cut_questions(record))
    rows = summarise_chunk(chunk, scoring)
    recorded = replace(
        record.evaluation,
        protocol=official.PROTOCOL,
        options=options,
        normaliser=scoring.normaliser,
        findings=note_normaliser(
            record.evaluation.findings, record.examples, normaliser_named(scoring.normaliser)
        ),
    )
    return Rescored(_scored(recorded, rows), chunk.predictions, rows, record.is_own)


def rescore_token_level(record: Record, candidates: SpanCandidates) -> Rescored:
    """The record as it would be by the token-level protocol of Haystack 1, which has no options.

    Options and normaliser stay in the record, for the way back; the kinds of mistakes follow this
    normaliser. Examples with a gold answer that is not at its offset are not scored.

    Raises:
        DataError: no example is left.
    """
    scored = tuple(score_token_level(record.examples, candidates))
    pairs = list(zip(record.examples, scored, strict=True))
    predictions = tuple(as_prediction(example.id, each.answer) for example, each in pairs)
    judged = [each.judge(example.id, each.answer.span) for example, each in pairs]
    by_id = {example.id: each for example, each in pairs}
    cases = open_cases(
        _observe(record, candidates, predictions, judged),
        predictions,
        options=token_level_options(record.evaluation.options),
        cut_questions=_cut_questions(record),
        judge_by=lambda asked, answer: judge(by_id[asked.example.id], asked.example.id, answer),
    )
    rows = tuple(
        summarise(case) if each.score else drop(case)
        for case, each in zip(cases, scored, strict=True)
    )
    scored_again = _scored(replace(record.evaluation, protocol=PROTOCOL), rows)
    return Rescored(scored_again, predictions, rows, record.is_own)


def find_limits(record: Record, candidates: SpanCandidates) -> Limits:
    """The scores of the record by both protocols, and its ceilings if it is an official one."""
    predictions = _predict(record, candidates, record.evaluation.options)
    rules = normaliser_named(record.evaluation.normaliser)
    pairs = zip(record.examples, predictions, strict=True)
    scores = [official.score(example, prediction.text, rules) for example, prediction in pairs]
    is_official = record.evaluation.protocol == official.PROTOCOL
    token_scores = tuple(score_token_level(record.examples, candidates))
    return Limits(
        ceilings=_ceilings(record, candidates, predictions, scores) if is_official else None,
        official=total(scores),
        token_level=total_token_level(record.examples, token_scores),
        difference=explain_difference(token_scores, predictions, scores),
    )


def write_rescored(folder: Path, rescored: Rescored, candidates: SpanCandidates) -> Evaluation:
    """Puts the whole record into `folder`; `candidates` are those it was made of.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or another process is writing
            a record there.
    """
    measures = rescored.evaluation.scores.overall.measures
    with writing(folder) as own, replacing_record(own) as new:
        with open_answer_files(new, measures) as files:
            files.add(rescored.predictions, candidates, rescored.rows)
        return complete_record(new, rescored.evaluation, is_own=rescored.is_own)


def describe_changes(before: Evaluation, after: Evaluation) -> tuple[str, ...]:
    """Each rule that is not what it was, in a line."""
    rules = [
        ("protocol", before.protocol, after.protocol),
        ("null_rule", before.options.null_rule, after.options.null_rule),
        ("null_threshold", before.options.null_threshold, after.options.null_threshold),
        ("max_answer_length", before.options.max_answer_length, after.options.max_answer_length),
        ("n_best_size", before.options.n_best_size, after.options.n_best_size),
        ("normaliser", before.normaliser, after.normaliser),
        ("measures", _measures(before), _measures(after)),
    ]
    return tuple(f"{name}: {old} -> {new}" for name, old, new in rules if old != new)


def _measures(evaluation: Evaluation) -> str:
    return ", ".join(evaluation.scores.overall.measures)


def _scored(recorded: Evaluation, rows: Sequence[Row]) -> Evaluation:
    """The evaluation with the scores of the rows; those without one are named exclusions."""
    kept = [row for row in rows if isinstance(row, ExampleRow)]
    scores = [row.score for row in kept]
    others = tuple(each for each in recorded.exclusions if each.reason != MISPLACED_GOLD)
    dropped = len(rows) - len(kept)
    exclusions = (*others, Exclusion(MISPLACED_GOLD, dropped)) if dropped else others
    return replace(
        recorded,
        # Its figures are those of the rules that the model answered by.
        precision_check=None,
        scores=total(scores),
        intervals=total_intervals([row.example for row in kept], scores),
        exclusions=exclusions,
        is_partial=bool(exclusions),
    )


def _predict(
    record: Record, candidates: SpanCandidates, options: AnsweringOptions
) -> tuple[Prediction, ...]:
    allowed = candidates.up_to(options.max_answer_length)
    return tuple(predict_all(record.examples, allowed, options))


def _ceilings(
    record: Record,
    candidates: SpanCandidates,
    predictions: Sequence[Prediction],
    scores: Sequence[ExampleScore],
) -> dict[str, Ceiling]:
    """The ceilings of what the official protocol predicts."""
    cases = open_cases(
        _observe(record, candidates, predictions, scores),
        predictions,
        options=record.evaluation.options,
        cut_questions=_cut_questions(record),
    )
    return find_ceilings(cases)


def _observe(
    record: Record,
    candidates: SpanCandidates,
    predictions: Sequence[Prediction],
    scores: Sequence[ExampleScore],
) -> tuple[Observed, ...]:
    """The predictions as observed by the record's own normaliser."""
    return tuple(
        observe_predictions(
            record.examples,
            predictions,
            scores,
            candidates=candidates,
            normaliser=normaliser_named(record.evaluation.normaliser),
        )
    )


def _cut_questions(record: Record) -> frozenset[str]:
    return frozenset(row.example.id for row in record.asked if row.question_is_cut)


def _require_recorded(recorded: AnsweringOptions, wanted: AnsweringOptions) -> None:
    """Refuses rules that need more spans than were recorded."""
    if wanted.max_answer_length > recorded.max_answer_length:
        raise UsageError(
            f"max_answer_length {wanted.max_answer_length}: the record holds spans of up to "
            f"{recorded.max_answer_length} tokens; evaluate again for longer ones"
        )
    if wanted.n_best_size > recorded.n_best_size:
        raise UsageError(
            f"n_best_size {wanted.n_best_size}: the record holds {recorded.n_best_size} spans of "
            "each window; evaluate again for more"
        )
