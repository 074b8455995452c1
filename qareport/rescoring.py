"""A record and other rules to the record that they make of the same candidates; needs no model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.analysing.totals import total_intervals
from qareport.candidates import SpanCandidates
from qareport.errors import UsageError
from qareport.evaluation import Evaluation, write_evaluation
from qareport.examining.cases import open_cases
from qareport.examining.ceilings import Ceiling, find_ceilings
from qareport.examining.observed import observe_predictions
from qareport.examining.rows import ExampleRow, summarise_all
from qareport.options import AnsweringOptions
from qareport.recording.record import Record
from qareport.recording.record_folder import EVALUATION, answer_file_hashes, open_answer_files
from qareport.records import Prediction
from qareport.scoring.decoding import predict_all
from qareport.scoring.haystack.token_level import score_token_level
from qareport.scoring.haystack.totals import TokenTotals, explain_difference, total_token_level
from qareport.scoring.normalisers import normaliser_named
from qareport.scoring.totals import total


@dataclass(frozen=True, slots=True)
class Rescored:
    """What other rules make of the candidates of a record."""

    evaluation: Evaluation
    predictions: tuple[Prediction, ...]
    rows: tuple[ExampleRow, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the candidates of a record could score at best, and by another protocol."""

    ceilings: Mapping[str, Ceiling]
    token_level: TokenTotals
    difference: str
    """In words: where the protocols differ, and why."""


def rescore(
    record: Record, candidates: SpanCandidates, *, options: AnsweringOptions, normaliser: str
) -> Rescored:
    """The record as it would be, had the answers been chosen and scored by these rules.

    Timing, findings and identities stay those of the run that made the candidates.

    Raises:
        UsageError: the candidates do not hold what the rules ask for, or there is no such
            normaliser.
    """
    _require_held(record.evaluation.options, options)
    rules = normaliser_named(normaliser)
    predictions = _predict(record, candidates, options)
    rows = summarise_all(
        record.examples,
        predictions,
        candidates=candidates,
        options=options,
        cut_questions=_cut_questions(record),
        normaliser=rules,
    )
    scores = [row.score for row in rows]
    evaluation = replace(
        record.evaluation,
        options=options,
        normaliser=rules.name,
        scores=total(scores),
        intervals=total_intervals(record.examples, scores),
    )
    return Rescored(evaluation, predictions, rows)


def find_limits(record: Record, candidates: SpanCandidates) -> Limits:
    """The ceilings of the record, and its scores by the token-level protocol."""
    options = record.evaluation.options
    predictions = _predict(record, candidates, options)
    scores = [row.score for row in record.rows]
    observed = observe_predictions(record.examples, predictions, scores, candidates=candidates)
    cases = open_cases(observed, predictions, options=options, cut_questions=_cut_questions(record))
    token_scores = tuple(score_token_level(record.examples, candidates))
    return Limits(
        ceilings=find_ceilings(cases),
        token_level=total_token_level(record.examples, token_scores),
        difference=explain_difference(token_scores, predictions, scores),
    )


def write_rescored(folder: Path, rescored: Rescored, candidates: SpanCandidates) -> Evaluation:
    """Puts the whole record into `folder`; `candidates` are those it was made of.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    with open_answer_files(folder) as files:
        files.add(rescored.predictions, candidates, rescored.rows)
    recorded = replace(rescored.evaluation, files=answer_file_hashes(folder))
    write_evaluation(recorded, folder / EVALUATION)
    return recorded


def describe_changes(before: Evaluation, after: Evaluation) -> tuple[str, ...]:
    """Each rule that is not what it was, in a line."""
    rules = [
        ("null_rule", before.options.null_rule, after.options.null_rule),
        ("null_threshold", before.options.null_threshold, after.options.null_threshold),
        ("max_answer_length", before.options.max_answer_length, after.options.max_answer_length),
        ("n_best_size", before.options.n_best_size, after.options.n_best_size),
        ("normaliser", before.normaliser, after.normaliser),
    ]
    return tuple(f"{name}: {old} -> {new}" for name, old, new in rules if old != new)


def _predict(
    record: Record, candidates: SpanCandidates, options: AnsweringOptions
) -> tuple[Prediction, ...]:
    held = candidates.up_to(options.max_answer_length)
    return tuple(predict_all(record.examples, held, options))


def _cut_questions(record: Record) -> frozenset[str]:
    return frozenset(row.example.id for row in record.rows if row.question_is_cut)


def _require_held(recorded: AnsweringOptions, wanted: AnsweringOptions) -> None:
    """Refuses rules for which the searched windows kept too little."""
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
