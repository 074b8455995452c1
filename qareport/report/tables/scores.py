"""Tabulates totals, best scores and answers, and words what a record and its data are."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qareport.analysis.statistics.gates import Judgement
from qareport.analysis.statistics.total_intervals import TotalIntervals, TotalsIntervals
from qareport.data.findings import FindingGroup, Severity
from qareport.data.percent import POINT_DIGITS
from qareport.data.types import EXACT, Prediction, Totals
from qareport.metrics.measures import HEADLINE
from qareport.metrics.thresholds import BestMean
from qareport.metrics.totals import total_abstaining
from qareport.report.number_format import (
    count,
    hardware_text,
    percent,
    precision_sentence,
    why_no_interval,
)
from qareport.report.tables.measures import (
    ALL_QUESTIONS,
    definition_of,
    headings_of,
    in_words,
    score_cells,
    score_headings,
)
from qareport.report.tables.plain_table import PlainTable

if TYPE_CHECKING:
    from qareport.evaluation.evaluation_json import Evaluation

HASH_DIGITS = 12
"""Digits of a hash that people compare; the record holds all."""
NO_ANSWER = "(no answer)"
NO_INTERVAL = "The total has no interval"
ORDER_DECIDES = "All null margins are equal: the official best depends on their order."
LABELS = {Severity.ERROR: "Error", Severity.WARNING: "Warning"}


def totals_table(totals: Totals, intervals: TotalsIntervals) -> PlainTable:
    """A row for all questions and one for each kind, scores and intervals in percent."""
    kinds = (
        (ALL_QUESTIONS, totals.overall, intervals.overall),
        ("HasAns", totals.has_answer, intervals.has_answer),
        ("NoAns", totals.no_answer, intervals.no_answer),
    )
    measures = tuple(totals.overall.measures)
    return PlainTable(
        title="Scores of all questions, of those with an answer and of those without",
        headings=("", *score_headings(measures)),
        rows=tuple(
            (name, *score_cells(total, bounds, measures))
            for name, total, bounds in kinds
            if total and bounds
        ),
        notes=(*score_notes(totals, intervals), *_floor_notes(totals)),
    )


def score_notes(totals: Totals, intervals: TotalsIntervals) -> tuple[str, ...]:
    """What measures beside those of SQuAD are, and how the intervals were made."""
    further = [name for name in totals.overall.measures if name not in HEADLINE]
    return (
        *(definition_of(name) for name in further),
        _intervals_note(intervals.overall),
    )


def below_floor_notes(totals: Totals) -> tuple[str, ...]:
    """A sentence for a model that is worse than no answers at all; none for any other."""
    below = _measures_below_floor(totals)
    text = f"Answering nothing to every question would score more than this model in {below}."
    return (text,) if below else ()


def sweep_table(exact: BestMean, f1: BestMean, *, order_dependent: bool) -> PlainTable:
    """The official best scores in percent, with their thresholds."""
    best = zip(headings_of(), (exact, f1), strict=True)
    return PlainTable(
        title="Best scores by the official sweep",
        headings=("Official best", "Score", "Null threshold"),
        rows=tuple((name, percent(each.score), f"{each.threshold:g}") for name, each in best),
        notes=(ORDER_DECIDES,) if order_dependent else (),
    )


def evaluation_lines(evaluation: "Evaluation") -> tuple[str, ...]:
    """What was measured and how, in a line each; a partial evaluation says so first."""
    model, hardware = evaluation.model, evaluation.hardware
    revision = f" at {model.revision}" if model.revision else ""
    check = evaluation.precision_check
    return (
        *exclusion_lines(evaluation),
        f"model: {model.name}{revision}, weights {model.weights_sha256[:HASH_DIGITS]}",
        data_line(evaluation),
        f"scored: {evaluation.protocol}, normaliser {evaluation.normaliser}",
        (
            f"run: {hardware_text(hardware)}, {evaluation.timing.seconds:.1f} s, "
            f"{evaluation.timing.examples_per_second:.1f} questions/s"
        ),
        *((f"against float32: {precision_sentence(check, hardware)}",) if check else ()),
    )


def data_line(evaluation: "Evaluation") -> str:
    """The data that was scored, with the hash that names it."""
    data = evaluation.data
    return f"data: {data.source}, examples {data.sha256[:HASH_DIGITS]}"


def exclusion_lines(evaluation: "Evaluation") -> tuple[str, ...]:
    """How many questions were left out and why, a reason to a line."""
    return tuple(
        f"PARTIAL: {exclusion.count} of {evaluation.questions_read} questions left out, "
        f"{exclusion.reason}"
        for exclusion in evaluation.exclusions
    )


def judgements_table(judgements: Iterable[Judgement]) -> PlainTable:
    """A row for each demand, in points."""
    return PlainTable(
        title="Demands on the scores",
        headings=("Score", "At least", "Found", ""),
        rows=tuple(
            (
                each.key,
                *_distinguished(each.lowest, each.found),
                "ok" if each.holds else "too low",
            )
            for each in judgements
        ),
    )


def answers_table(prediction: Prediction) -> PlainTable:
    """The n-best list with characters, logits and probabilities, below the answer itself."""
    answers = zip(prediction.n_best, prediction.probabilities, strict=True)
    return PlainTable(
        title=prediction.text or NO_ANSWER,
        headings=("Answer", "Characters", "Score", "Probability"),
        rows=tuple(
            (
                answer.text or NO_ANSWER,
                f"{answer.span.start}-{answer.span.end}" if answer.span else "",
                f"{answer.score:.3f}",
                f"{probability:.3f}",
            )
            for answer, probability in answers
        ),
        notes=(f"null margin {prediction.null_margin:.3f}",),
    )


def finding_lines(groups: Iterable[FindingGroup]) -> tuple[str, ...]:
    """For each group a line that counts it, then its first cases, each on an indented line."""
    return tuple(line for group in groups for line in _group_lines(group))


def _distinguished(first: float, second: float) -> tuple[str, str]:
    """Two figures with two digits after the point, or as many as tell them apart."""
    for digits in range(2, POINT_DIGITS):
        texts = f"{first:.{digits}f}", f"{second:.{digits}f}"
        if first == second or texts[0] != texts[1]:
            return texts
    return f"{first:.{POINT_DIGITS}f}", f"{second:.{POINT_DIGITS}f}"


def _floor_notes(totals: Totals) -> Iterator[str]:
    """What no answer at all would score, and whether the model is worse than that."""
    floor = total_abstaining(totals)
    if floor is not None:
        text = f"Answering nothing to every question would score {percent(floor.exact)}"
        below = _measures_below_floor(totals)
        yield f"{text}, more than the model has in {below}." if below else f"{text}."


def _measures_below_floor(totals: Totals) -> str:
    floor = total_abstaining(totals)
    scores = totals.overall.measures
    below = [name for name in HEADLINE if floor and scores[name] < floor.measures[name]]
    return " and ".join(map(in_words, below))


def _intervals_note(overall: TotalIntervals) -> str:
    """How intervals were made, or why the total has none."""
    known = (each for each in overall.values() if each.bounds)
    interval = next(known, overall[EXACT])
    if interval.bounds is None:
        return f"{NO_INTERVAL}: {why_no_interval(interval)}."
    return f"Intervals are by leaving out each of {count(interval.clusters)} {interval.unit}s."


def _group_lines(group: FindingGroup) -> Iterator[str]:
    yield f"{LABELS[group.severity]}: {group.kind} ({group.count}): {group.remedy}"
    for case in group.cases:
        yield f"  {case}"
    others = group.count - len(group.cases)
    if others:
        yield f"  and {others} more"
