"""Tabulates the scores of a card: results, other data, seeds, teacher and baseline."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qareport.analysis.statistics.comparison import Comparison
from qareport.cards.render.sources import Against, CardRecord, CardSources
from qareport.cards.render.view import Performance, ScoreView
from qareport.data.types import EXACT, F1, Total
from qareport.evaluation.evaluation_json import Evaluation, rules_of
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.report.number_format import (
    count,
    percent,
    percent_interval,
    points,
    points_interval,
)
from qareport.report.tables import seeds as tables
from qareport.report.tables.comparison import gap_lines
from qareport.report.tables.measures import INTERVAL, score_cells, score_headings
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.scores import score_notes, totals_table

PERCENT_DIGITS = 4
"""Decimals of scores in data blocks and metadata: one question in a million still shows."""


def score_view(measured: CardRecord) -> ScoreView:
    """The scores of all questions."""
    evaluation = measured.evaluation
    overall, intervals = evaluation.scores.overall, evaluation.intervals.overall
    return ScoreView(
        label=measured.label,
        questions=count(overall.n),
        exact=percent(overall.exact),
        exact_interval=percent_interval(intervals[EXACT]),
        f1=percent(overall.f1),
        f1_interval=percent_interval(intervals[F1]),
        protocol=protocol_name(evaluation),
        is_partial=evaluation.is_partial,
    )


def protocol_name(evaluation: Evaluation) -> str:
    """The name of the metric of the scores."""
    if evaluation.protocol == TOKEN_LEVEL:
        return "token-level metric of Haystack 1"
    return "official SQuAD 2.0 metric"


def results_table(measured: CardRecord) -> PlainTable:
    """The scores of all questions and of both kinds."""
    return totals_table(measured.evaluation.scores, measured.evaluation.intervals)


def results_notes(measured: CardRecord) -> tuple[str, ...]:
    """How to read the results, in sentences."""
    evaluation = measured.evaluation
    rules = rules_of(evaluation)
    revision = measured.named.revision if measured.named else None
    scored = (
        f"Scores are in percent, by the {protocol_name(evaluation)}, normaliser "
        f"{evaluation.normaliser}, at null threshold {rules.null_threshold:g}."
    )
    notes = [scored, *score_notes(evaluation.scores, evaluation.intervals)]
    if revision is not None:
        notes.append(f"Revision of the data: {revision}.")
    notes += [
        f"PARTIAL: {count(exclusion.count)} of {count(evaluation.questions_read)} questions were "
        f"left out ({exclusion.reason})."
        for exclusion in evaluation.exclusions
    ]
    return tuple(notes)


def other_rules_table(sources: CardSources) -> PlainTable | None:
    """The main scores, and those of the same data by other rules."""
    if sources.main is None or not sources.other_rules:
        return None
    records = (sources.main, *sources.other_rules)
    return PlainTable(
        ("Rules", *score_headings(_measures(sources.main))),
        tuple((rules_label(each), *_overall_cells(each, sources.main)) for each in records),
    )


def rules_label(measured: CardRecord) -> str:
    """Protocol, normaliser, threshold and null rule in a few words."""
    evaluation = measured.evaluation
    rules = rules_of(evaluation)
    return (
        f"{rules.protocol}, {rules.normaliser}, threshold {rules.null_threshold:g}, "
        f"{evaluation.options.null_rule}"
    )


def robustness_table(sources: CardSources) -> PlainTable | None:
    """The scores of every data set, with the difference of its F1 to the first."""
    if sources.main is None or not sources.other_data:
        return None
    first = sources.main.evaluation.scores.overall.f1
    rows = [
        (
            measured.label,
            *_overall_cells(measured, sources.main),
            points(measured.evaluation.scores.overall.f1 - first),
        )
        for measured in (sources.main, *sources.other_data)
    ]
    return PlainTable(
        ("Data", *score_headings(_measures(sources.main)), "F1 to the first"), tuple(rows)
    )


def seeds_table(sources: CardSources) -> PlainTable | None:
    """The scores of models that differ only by their seed, and those of all together."""
    if sources.main is None or not sources.seed_scores:
        return None
    models = (sources.main, *sources.seeds)
    table = tables.seeds_table([each.evaluation for each in models], sources.seed_scores)
    return replace(table, title="")


def against_table(sources: CardSources) -> PlainTable | None:
    """Scores of the model, its teacher and its baseline, and their paired differences."""
    if sources.main is None or not sources.against:
        return None
    main = sources.main
    own = _model_cells("this model", main, main, None)
    others = [
        _model_cells(each.role, each.measured, main, each.comparison) for each in sources.against
    ]
    scores = score_headings(_measures(main))
    headings = ("Model", "Parameters", *scores, "Difference in F1", INTERVAL, "Equal answers")
    return PlainTable(headings, (own, *others))


def against_notes(sources: CardSources) -> tuple[str, ...]:
    """What the comparison with teacher and baseline comes to, in sentences."""
    if not sources.against:
        return ()
    gap = gap_lines(sources.gap) if sources.gap else ()
    return (
        "Differences are this model minus the other, in points, paired by question.",
        *(f"{line[0].upper()}{line[1:]}." for line in gap),
        *(_mcnemar_sentence(each) for each in sources.against),
    )


def performance(measured: CardRecord) -> Performance:
    """The main scores under the names of the official script."""
    scores = measured.evaluation.scores
    kinds = (("", scores.overall), ("HasAns_", scores.has_answer), ("NoAns_", scores.no_answer))
    lines = [line for prefix, total in kinds if total for line in _json_lines(prefix, total)]
    joined = ",\n".join(f"  {line}" for line in lines)
    return Performance(measured.label, f"{{\n{joined}\n}}")


def in_percent(score: float) -> float:
    """A score from 0 to 1 in percent, as metadata and data blocks have it."""
    if not math.isfinite(score):
        raise ValueError(score)
    return round(100 * score, PERCENT_DIGITS)


def _json_lines(prefix: str, total: Total) -> Iterator[str]:
    figures = {name: in_percent(score) for name, score in total.measures.items()}
    figures["total"] = total.n
    return (f"{json.dumps(prefix + name)}: {json.dumps(each)}" for name, each in figures.items())


def _measures(measured: CardRecord) -> Sequence[str]:
    return tuple(measured.evaluation.scores.overall.measures)


def _overall_cells(measured: CardRecord, main: CardRecord) -> Sequence[str]:
    """The scores by the measures of the main record."""
    evaluation = measured.evaluation
    return score_cells(evaluation.scores.overall, evaluation.intervals.overall, _measures(main))


def _model_cells(
    role: str, measured: CardRecord, main: CardRecord, comparison: Comparison | None
) -> tuple[str, ...]:
    own = (role, count(measured.evaluation.model.parameters), *_overall_cells(measured, main))
    if comparison is None:
        return (*own, "", "", "")
    difference = comparison.overall.intervals[F1]
    return (
        *own,
        points(difference.estimate),
        points_interval(difference),
        f"{100 * comparison.agreement.equal:.1f} %",
    )


def _mcnemar_sentence(against: Against) -> str:
    counts = against.comparison.right_wrong.overall
    test = "" if counts.p_value is None else f" (McNemar's exact test, p = {counts.p_value:.2g})"
    return (
        f"Exactly right where the {against.role} is wrong: {count(counts.won)} questions, and the "
        f"other way round {count(counts.lost)}{test}."
    )
