"""Measures the figures of a record, by the official protocol and by other rules."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.tie_safe import MarginScores, tie_safe_best
from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Subset
from qareport.cards.claims.reading.data_names import hub_id
from qareport.cards.claims.reading.labels import read_label
from qareport.data.names import DataName
from qareport.data.percent import in_percent
from qareport.data.types import EXACT, F1, DataIdentity, ExampleScore, Total, Totals
from qareport.evaluation.haystack import token_level
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.evaluation.haystack.totals import total_token_level
from qareport.evaluation.record.reader import Record, read_record_candidates
from qareport.evaluation.record.writer import CANDIDATES
from qareport.inference.candidates import SpanCandidates
from qareport.inference.decoding import predict_all
from qareport.inference.options import NULL_RULES, AnsweringOptions
from qareport.metrics import squad as official
from qareport.metrics.measures import known_measures
from qareport.metrics.normalisers import NORMALISERS, normaliser_named
from qareport.metrics.totals import total
from qareport.report.tables.floor_and_ceilings import compared_totals

SLACK = 1e-9
"""Points by which the same score differs when it is added up in another order."""
KNOWN_COUNTS: Mapping[tuple[str, int], str | None] = {
    ("rajpurkar/squad_v2", 11873): "validation",
    ("rajpurkar/squad", 10570): "validation",
    ("UCLNLP/adversarial_qa", 3000): "validation",
    ("stanfordnlp/squad_adversarial", 1787): "validation",
}
"""Questions of data sets that many people keep as files, and their split."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """The scores of the same answers by other rules, computed on demand."""

    name: str
    """Such as "the null threshold 0"."""
    measure_totals: Callable[[], Totals | None]
    """Gives None if these rules score no example."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of one record by the official protocol, at its threshold."""

    record: str
    """The folder, as it was named."""
    model: str
    """Hash of the weights."""
    names: tuple[ClaimedData, ...]
    """Names of its data set."""
    totals: Totals
    is_partial: bool
    alternatives: tuple[Alternative, ...] = ()
    measure_named: Callable[[], Mapping[str, Total]] = dict
    """Scores by the names of their rows on cards, such as "question word: what" for those of a
    group and "Always no answer" for the floor, computed on demand."""

    def total_of(self, claim: Claim) -> Total | None:
        """The scores to compare a claim with; None where the record has none of these questions."""
        if claim.subject is None:
            return _TOTALS[claim.subset](self.totals)
        # "Always no answer" names a kind of questions, and yet its scores are of all of them.
        is_whole = claim.subset in {Subset.ALL, read_label(claim.subject).subset}
        return self.measure_named().get(claim.subject) if is_whole else None

    def value_for(self, claim: Claim) -> float | None:
        """The measured figure of a claim in percent, or a count; None where unknown."""
        return _figure(self.total_of(claim), claim.measure)

    def value(self, measure: str, subset: Subset) -> float | None:
        """In percent, or a count; None where unknown."""
        return value_of(self.totals, measure, subset)

    def is_of(self, data: ClaimedData) -> bool:
        """Whether a card that names this data may mean the data of the record."""
        return any(_same(name, data) for name in self.names) or self._has_known_count(data)

    def _has_known_count(self, data: ClaimedData) -> bool:
        """Whether the record's data has no known name, and as many questions as the named data."""
        key = (_known_id(data) or "", self.totals.overall.n)
        is_named = any(_known_id(name) for name in self.names)
        same_split = data.split is None or KNOWN_COUNTS.get(key) == data.split
        return not is_named and key in KNOWN_COUNTS and same_split


def measure_record(record: Record, data_names: Sequence[DataName]) -> Measurement:
    """The figures of a record by the official protocol, and on demand by other rules."""
    evaluation = record.evaluation
    alternatives: tuple[Alternative, ...] = ()
    totals = evaluation.scores
    if not record.is_redacted and (record.folder / CANDIDATES).is_file():
        rescorer = _Rescorer(record, cache(partial(read_record_candidates, record)))
        alternatives = tuple(_remembered(each) for each in rescorer.alternatives())
        if evaluation.protocol != official.PROTOCOL:
            totals = rescorer.by_options(evaluation.options)
    return Measurement(
        record=record.folder.as_posix(),
        model=evaluation.model.weights_sha256,
        names=tuple(_names(evaluation.data, data_names)),
        totals=totals,
        is_partial=evaluation.is_partial,
        alternatives=alternatives,
        measure_named=cache(partial(_named_totals, record)),
    )


def value_of(totals: Totals, measure: str, subset: Subset) -> float | None:
    """A figure of totals in percent, or a count; None where unknown."""
    return _figure(_TOTALS[subset](totals), measure)


def half_unit(claim: Claim) -> float:
    """Half a unit of a claim's last digit; 0 for a count."""
    return 0.0 if claim.measure == COUNT else 10.0**-claim.decimals / 2


_TOTALS: Mapping[Subset, Callable[[Totals], Total | None]] = {
    Subset.ALL: lambda totals: totals.overall,
    Subset.HAS_ANSWER: lambda totals: totals.has_answer,
    Subset.NO_ANSWER: lambda totals: totals.no_answer,
}


def _figure(total: Total | None, measure: str) -> float | None:
    """In percent, or a count; None where unknown."""
    if total is None or measure == COUNT:
        return None if total is None else float(total.n)
    return in_percent(total.measures[measure]) if measure in total.measures else None


def _same(recorded: ClaimedData, claimed: ClaimedData) -> bool:
    """Whether id or name are the same, and all else that both give."""
    same_id = _known_id(recorded) is not None and _known_id(recorded) == _known_id(claimed)
    same_name = None not in {recorded.name, claimed.name} and _plain(recorded) == _plain(claimed)
    pairs = (
        (recorded.config, claimed.config),
        (recorded.split, claimed.split),
        (recorded.revision, claimed.revision),
    )
    return (same_id or same_name) and all(None in pair or pair[0] == pair[1] for pair in pairs)


def _known_id(data: ClaimedData) -> str | None:
    return hub_id(data.id or "") or data.id or hub_id(data.name or "")


def _plain(data: ClaimedData) -> str:
    return "".join(letter for letter in (data.name or "").lower() if letter.isalnum())


def _named_totals(record: Record) -> Mapping[str, Total]:
    """The scores of each group of questions, and those that are a floor or a ceiling.

    None of a record by another protocol.
    """
    if record.evaluation.protocol != official.PROTOCOL:
        return {}
    analysis = analyse(record.rows, scope=record.scope)
    return {**_groups(record.rows), **compared_totals(analysis)}


def _groups(rows: Sequence[ExampleRow]) -> Mapping[str, Total]:
    scores: dict[str, list[ExampleScore]] = defaultdict(list)
    for row in rows:
        for trait, group in row.groups.items():
            if group is not None:
                scores[group_label(trait, group)].append(row.score)
    return {label: total(each).overall for label, each in scores.items()}


def _names(data: DataIdentity, data_names: Sequence[DataName]) -> Iterator[ClaimedData]:
    """Names of a data set by the author, then by the record."""
    source = Path(data.source)
    for named in data_names:
        if named.source in {data.source, source.name}:
            yield ClaimedData(named.name, named.id, named.config, named.split, named.revision)
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
class _Rescorer:
    """Scores the answers of a record by other rules."""

    record: Record
    candidates: Callable[[], SpanCandidates]

    def alternatives(self) -> Iterator[Alternative]:
        """The likeliest first."""
        evaluation = self.record.evaluation
        options, kept = evaluation.options, evaluation.normaliser
        yield Alternative(f"the {TOKEN_LEVEL} protocol", self.by_token_level)
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
        """None if every example has a gold answer that is not at its offset."""
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
        examples, rules = self.record.examples, normaliser_named(normaliser)
        measures = known_measures(self.record.evaluation.scores.overall.measures)
        candidates = self.candidates().up_to(options.max_answer_length)
        pairs = zip(examples, predict_all(examples, candidates, options), strict=True)
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
