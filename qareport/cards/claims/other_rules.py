"""A record to what it measured by the official protocol, and to what other rules would."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.tie_safe import MarginScores, tie_safe_best
from qareport.cards.claims.claims import ClaimedData
from qareport.cards.claims.measurements import Alternative, Measurement
from qareport.data.names import DataName
from qareport.data.types import EXACT, F1, DataIdentity, ExampleScore, Total, Totals
from qareport.evaluation.haystack import token_level
from qareport.evaluation.haystack.totals import total_token_level
from qareport.evaluation.record.reader import Record, read_record_candidates
from qareport.evaluation.record.writer import CANDIDATES
from qareport.inference.candidates import SpanCandidates
from qareport.inference.decoding import predict_all
from qareport.inference.options import NULL_RULES, AnsweringOptions
from qareport.metrics import squad as official
from qareport.metrics.normalisers import NORMALISERS
from qareport.metrics.totals import total


def measure_record(record: Record, data_names: Sequence[DataName]) -> Measurement:
    """What a record measured by the official protocol, and lazily by other rules."""
    evaluation = record.evaluation
    alternatives: tuple[Alternative, ...] = ()
    totals = evaluation.scores
    if not record.is_redacted and (record.folder / CANDIDATES).is_file():
        again = _Again(record, cache(partial(read_record_candidates, record)))
        alternatives = tuple(_remembered(each) for each in again.alternatives())
        if evaluation.protocol != official.PROTOCOL:
            totals = again.by_options(evaluation.options)
    return Measurement(
        record=str(record.folder),
        model=evaluation.model.weights_sha256,
        names=tuple(_names(evaluation.data, data_names)),
        totals=totals,
        is_partial=evaluation.is_partial,
        alternatives=alternatives,
        measure_groups=cache(partial(_groups, record)),
    )


def _groups(record: Record) -> Mapping[str, Total]:
    """The scores of each group of questions; none of a record by another protocol."""
    if record.evaluation.protocol != official.PROTOCOL:
        return {}
    scores: dict[str, list[ExampleScore]] = defaultdict(list)
    for row in record.rows:
        for trait, group in row.groups.items():
            if group is not None:
                scores[group_label(trait, group)].append(row.score)
    return {label: total(each).overall for label, each in scores.items()}


def _names(data: DataIdentity, data_names: Sequence[DataName]) -> Iterator[ClaimedData]:
    """What the record and the author call a data set."""
    source = Path(data.source)
    for said in data_names:
        if said.source in {data.source, source.name}:
            yield ClaimedData(said.name, said.id, said.config, said.split, said.revision)
    yield ClaimedData(
        source.name,
        None if source.exists() else data.source,
        data.config,
        data.split,
        data.revision,
    )


def _remembered(alternative: Alternative) -> Alternative:
    return replace(alternative, measure_totals=cache(alternative.measure_totals))


@dataclass(frozen=True, slots=True)
class _Again:
    """Scores the answers of a record by other rules."""

    record: Record
    candidates: Callable[[], SpanCandidates]

    def alternatives(self) -> Iterator[Alternative]:
        """The likeliest first."""
        evaluation = self.record.evaluation
        options, kept = evaluation.options, evaluation.normaliser
        yield Alternative(f"the {token_level.PROTOCOL} protocol", self.by_token_level)
        for rule in NULL_RULES:
            if rule != options.null_rule:
                other = replace(options, null_rule=rule)
                yield Alternative(f"the null rule {rule}", partial(self.by_options, other))
        if options.null_threshold != 0:
            other = replace(options, null_threshold=0.0)
            yield Alternative("the null threshold 0", partial(self.by_options, other))
        if evaluation.protocol == official.PROTOCOL:
            for measure, name in (("exact match", EXACT), ("F1", F1)):
                yield Alternative(f"the best threshold for {measure}", partial(self.at_best, name))
        for name in NORMALISERS:
            if name != kept:
                yield Alternative(f"the normaliser {name}", partial(self.by_normaliser, name))

    def by_token_level(self) -> Totals | None:
        """None where every example has a gold answer that is not at its offset."""
        examples = self.record.examples
        scores = tuple(token_level.score_token_level(examples, self.candidates()))
        return total_token_level(examples, scores).totals

    def by_options(self, options: AnsweringOptions) -> Totals:
        return self._scored(options, self.record.evaluation.normaliser)

    def by_normaliser(self, name: str) -> Totals:
        return self._scored(self.record.evaluation.options, name)

    def at_best(self, measure: str) -> Totals:
        """The scores at the threshold that is best for one measure on these very examples."""
        rows = [row for row in self.record.rows if row.null_margin is not None]
        margins = MarginScores(
            np.array([row.best_score.measures[measure] for row in rows], dtype=np.float64),
            np.array([row.example.has_answer for row in rows], dtype=np.bool_),
            np.array([row.null_margin for row in rows], dtype=np.float64),
        )
        threshold = tie_safe_best(margins).threshold
        return total([_at_threshold(row, threshold) for row in rows])

    def _scored(self, options: AnsweringOptions, normaliser: str) -> Totals:
        examples, rules = self.record.examples, NORMALISERS[normaliser]
        measures = self.record.evaluation.scores.overall.measures
        held = self.candidates().up_to(options.max_answer_length)
        pairs = zip(examples, predict_all(examples, held, options), strict=True)
        return total(
            [
                official.score(example, found.text, rules, measures=measures)
                for example, found in pairs
            ]
        )


def _at_threshold(row: ExampleRow, threshold: float) -> ExampleScore:
    """The score of the best span, or of no answer where the margin is above the threshold."""
    if row.null_margin is None or row.null_margin <= threshold:
        return row.best_score
    return official.abstain(row.best_score)
