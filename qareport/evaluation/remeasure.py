"""Answers some questions of records again, and compares the answers with the rows."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qareport.analysis.examples.rows import Row
from qareport.data.percent import Score
from qareport.data.sampling import draw_examples
from qareport.data.types import Answer
from qareport.errors import DataError, name_list
from qareport.evaluation.changed_rows import (
    Change,
    ChangedRow,
    NewAnswer,
    find_change,
    logit_tolerance,
)
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.haystack import token_level
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.evaluation.haystack.totals import as_prediction
from qareport.evaluation.record.reader import Record, read_record_candidates
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.decoding import predict_all
from qareport.inference.identity import ModelIdentity
from qareport.inference.options import AnsweringOptions
from qareport.metrics import squad as official
from qareport.metrics.normalisers import normaliser_named

if TYPE_CHECKING:
    from qareport.inference.answerer import Answerer

SIGNIFICANCE = 0.05
"""How rarely a draw may show so few rows that differ where more of all do than is said."""
ONE_SIDED = 0.001
"""How rarely near ties of an honest record may favour it so: our choice, at least ten of ten."""
HASH_DIGITS = 12
"""Of a hash in a message."""


@dataclass(frozen=True, slots=True)
class Remeasurement:
    """Questions of one record that its model answered again."""

    record: str
    """Its folder."""
    questions: int
    """Of the whole record."""
    asked: int
    logit_tolerance: float
    """By how much rounding may change the difference of two scores, in logits."""
    as_recorded: int
    near_ties: tuple[ChangedRow, ...]
    differing: tuple[ChangedRow, ...]
    """Those that rounding does not explain."""
    differing_at_most: Score
    """Of all rows, by `largest_share`; where all questions were asked, the very share."""
    near_ties_favour_record: bool
    """Whether near ties score better as recorded more often than rounding would have it."""

    @property
    def is_confirmed(self) -> bool:
        """Whether rounding explains all that is not as recorded."""
        return not self.differing and not self.near_ties_favour_record


@dataclass(frozen=True, slots=True)
class UnaskedRecord:
    """A record whose questions its model was not asked again."""

    record: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskedRecords:
    """The records whose questions a model can be asked again, and the others."""

    records: tuple[Record, ...]
    others: tuple[UnaskedRecord, ...]

    def count(self, questions: int) -> int:
        """The number of questions that are asked, of each record so many or all."""
        return sum(min(questions, len(each.asked)) for each in self.records)


@dataclass(frozen=True, slots=True)
class Remeasured:
    """Records, some questions of which a model answered again."""

    model: str
    """Its folder, or its id on the Hub."""
    weights_sha256: str
    seed: int
    """By which the questions were drawn."""
    records: tuple[Remeasurement, ...]
    others: tuple[UnaskedRecord, ...]


def choose_records(records: Sequence[Record], model: ModelIdentity) -> AskedRecords:
    """The records that the model can answer again: those of its weights, with their texts.

    Raises:
        DataError: there is none.
    """
    reasons = [(record, _why_not(record, model)) for record in records]
    others = [UnaskedRecord(record.folder.as_posix(), why) for record, why in reasons if why]
    if len(others) == len(records):
        told = name_list(tuple(f"{other.record}: {other.reason}" for other in others))
        raise DataError(
            f"{model.name}: no record of it can be measured again ({told or 'there is none'}); "
            "name one with --record, or make one with --run"
        )
    return AskedRecords(tuple(record for record, why in reasons if not why), tuple(others))


def remeasure(
    chosen: AskedRecords,
    answerer: "Answerer",
    *,
    questions: int,
    seed: int,
) -> Remeasured:
    """So many questions of each record, answered again by its options and compared with its rows.

    Raises:
        DataError: a record was changed.
        EngineError: the model cannot be calibrated.
        ModelError: the model's logits are not finite.
        UsageError: the model cannot take the windows of a record.
    """
    model = answerer.model.identity
    measured = []
    for record in chosen.records:
        drawn = {each.id for each in draw_examples(record.examples, questions=questions, seed=seed)}
        rows = [row for row in record.asked if row.example.id in drawn]
        tolerance = logit_tolerance(record.evaluation.hardware, answerer.model.hardware)
        changes = [
            find_change(row, new, tolerance=tolerance)
            for row, new in zip(rows, _answers(record, rows, answerer), strict=True)
        ]
        measured.append(_summarise(record, changes, tolerance))
    return Remeasured(model.name, model.weights_sha256, seed, tuple(measured), chosen.others)


def largest_share(found: int, drawn: int) -> float:
    """The largest share of all, 0 to 1, with which `found` of `drawn` go together.

    It is the upper end of the one-sided exact binomial interval of 95 % (Clopper and Pearson
    1934); without replacement, as rows are drawn, the true one is lower.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - scipy is slow

    return 1.0 if found == drawn else float(betaincinv(found + 1, drawn - found, 1 - SIGNIFICANCE))


def favours_record(near_ties: Sequence[ChangedRow]) -> bool:
    """Whether more near ties score better as recorded than chance gives (exact sign test).

    Rounding favours neither; who forges near ties alone, whose answers are believed one by one,
    takes the better one each time.
    """
    better = sum(each.f1_gain > 0 for each in near_ties)
    uneven = better + sum(each.f1_gain < 0 for each in near_ties)
    as_many = sum(math.comb(uneven, number) for number in range(better, uneven + 1))
    return as_many / (1 << uneven) < ONE_SIDED


def _why_not(record: Record, model: ModelIdentity) -> str | None:
    """Why the model cannot answer the questions of the record again."""
    recorded = record.evaluation.model
    if record.is_redacted:
        return "it is redacted, and questions cannot be asked without their texts"
    if recorded.weights_sha256 != model.weights_sha256:
        return (
            f"its weights (SHA-256 {recorded.weights_sha256[:HASH_DIGITS]}) are not those of "
            f"{model.name} ({model.weights_sha256[:HASH_DIGITS]})"
        )
    if recorded.tokenizer.sha256 != model.tokenizer.sha256:
        return f"its tokenizer is not that of {model.name}"
    return None


def _answers(record: Record, rows: Sequence[Row], answerer: "Answerer") -> Iterator[NewAnswer]:
    """What the model answers to the questions of the rows, as the record says it was asked."""
    # 8 bits are calibrated on the whole record, as they were when it was made.
    searching = replace(answerer, options=_searched(record)).calibrated(record.examples)
    decide = PROTOCOLS[record.evaluation.protocol]
    for chunk in searching.answer_all([row.example for row in rows]):
        yield from decide(chunk, record.evaluation)


def _searched(record: Record) -> AnsweringOptions:
    """The options by which spans were searched; `rescore` may have lowered two of them since."""
    options, spans = record.evaluation.options, read_record_candidates(record).n_best
    if record.evaluation.protocol == TOKEN_LEVEL:
        # Its answers may have any length, and so may those that score nearly as well.
        options = token_level.token_level_options(options)
    lengths = (spans.last - spans.first + 1)[np.isfinite(spans.scores)]
    return replace(
        options,
        max_answer_length=max(options.max_answer_length, int(lengths.max(initial=1))),
        n_best_size=max(options.n_best_size, spans.first.shape[1]),
    )


def _official(chunk: AnsweredChunk, evaluation: Evaluation) -> Iterator[NewAnswer]:
    options, rules = evaluation.options, normaliser_named(evaluation.normaliser)
    allowed = chunk.candidates.up_to(options.max_answer_length)
    predictions = predict_all(chunk.examples, allowed, options)
    for example, prediction in zip(chunk.examples, predictions, strict=True):
        yield NewAnswer(
            prediction,
            _spans(prediction.n_best),
            options.null_threshold,
            official.score(example, prediction.text, rules),
        )


def _token_level(chunk: AnsweredChunk, evaluation: Evaluation) -> Iterator[NewAnswer]:
    threshold = token_level.token_level_options(evaluation.options).null_threshold
    # The protocol keeps one span of a window; the n best spans have what comes next.
    others = predict_all(chunk.examples, chunk.candidates, evaluation.options)
    scores = token_level.score_token_level(chunk.examples, chunk.candidates)
    for example, scored, other in zip(chunk.examples, scores, others, strict=True):
        prediction = as_prediction(example.id, scored.answer)
        spans = _spans((*prediction.n_best, *other.n_best))
        yield NewAnswer(prediction, spans, threshold, scored.score)


PROTOCOLS: Mapping[str, Callable[[AnsweredChunk, Evaluation], Iterator[NewAnswer]]] = {
    official.PROTOCOL: _official,
    TOKEN_LEVEL: _token_level,
}
"""How the candidates of windows become answers, by the name of the protocol."""


def _spans(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted((each for each in answers if each.text), key=lambda each: -each.score))


def _summarise(
    record: Record, changes: Sequence[ChangedRow | None], tolerance: float
) -> Remeasurement:
    changed = [each for each in changes if each is not None]
    near_ties = tuple(each for each in changed if each.change is Change.NEAR_TIE)
    differing = tuple(each for each in changed if each.change is not Change.NEAR_TIE)
    questions, asked, wrong = len(record.asked), len(changes), len(differing)
    share = wrong / asked if asked == questions else largest_share(wrong, asked)
    return Remeasurement(
        record=record.folder.as_posix(),
        questions=questions,
        asked=asked,
        logit_tolerance=tolerance,
        as_recorded=asked - len(changed),
        near_ties=near_ties,
        differing=differing,
        differing_at_most=share,
        near_ties_favour_record=favours_record(near_ties),
    )
