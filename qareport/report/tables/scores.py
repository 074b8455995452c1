"""Totals, best thresholds and findings in, tables and lines for people out."""

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from qareport.analysis.statistics.gates import Judgement
from qareport.analysis.statistics.intervals import FEWEST_CLUSTERS
from qareport.analysis.statistics.total_intervals import TotalIntervals, TotalsIntervals
from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import EXACT, Prediction, Total, Totals
from qareport.evaluation.evaluation_json import Evaluation
from qareport.metrics.thresholds import BestThreshold, OfficialSweep
from qareport.report.number_format import hardware_text, percent, precision_sentence, score_cells

HASH_DIGITS = 12
"""Digits of a hash that people compare; the record holds all."""
NO_ANSWER = "(no answer)"
LABELS = {Severity.ERROR: "Error", Severity.WARNING: "Warning"}


def totals_table(totals: Totals, intervals: TotalsIntervals) -> Table:
    """One row for all questions and one for each kind, scores and intervals in percent."""
    table = Table("questions")
    for heading in ("n", "exact", "95 % interval", "F1", "95 % interval"):
        table.add_column(heading, justify="right")
    _add_total(table, "all", totals.overall, intervals.overall)
    _add_total(table, "HasAns", totals.has_answer, intervals.has_answer)
    _add_total(table, "NoAns", totals.no_answer, intervals.no_answer)
    bootstrap = intervals.overall[EXACT].bootstrap
    if bootstrap.clusters >= FEWEST_CLUSTERS:
        table.caption = f"intervals by resampling {bootstrap.clusters} {bootstrap.unit}s"
    return table


def sweep_table(sweep: OfficialSweep, n: int) -> Table:
    """The official best scores of `n` questions in percent, with their thresholds."""
    table = Table("official best")
    for heading in ("score", "threshold"):
        table.add_column(heading, justify="right")
    if sweep.order_dependent:
        table.caption = "order-dependent: all no-answer values are equal"
    _add_best(table, "exact", sweep.exact, n)
    _add_best(table, "F1", sweep.f1, n)
    return table


def evaluation_lines(evaluation: Evaluation) -> tuple[str, ...]:
    """What was measured and how, in a line each; a partial evaluation says so first."""
    model, data, hardware = evaluation.model, evaluation.data, evaluation.hardware
    revision = f" at {model.revision}" if model.revision else ""
    check = evaluation.precision_check
    return (
        *exclusion_lines(evaluation),
        f"model: {model.name}{revision}, weights {model.weights_sha256[:HASH_DIGITS]}",
        f"data: {data.source}, examples {data.sha256[:HASH_DIGITS]}",
        f"scored: {evaluation.protocol}, normaliser {evaluation.normaliser}",
        (
            f"run: {hardware_text(hardware)}, {evaluation.timing.seconds:.1f} s, "
            f"{evaluation.timing.examples_per_second:.1f} questions/s"
        ),
        *((f"against float32: {precision_sentence(check)}",) if check else ()),
    )


def exclusion_lines(evaluation: Evaluation) -> tuple[str, ...]:
    """How many questions were left out and why, a reason to a line."""
    return tuple(
        f"PARTIAL: {exclusion.count} of {evaluation.questions_read} questions left out, "
        f"{exclusion.reason}"
        for exclusion in evaluation.exclusions
    )


def judgements_table(judgements: Iterable[Judgement]) -> Table:
    """One row for each demand, in points."""
    table = Table("score")
    for heading in ("at least", "found", ""):
        table.add_column(heading, justify="right")
    for judgement in judgements:
        word = "ok" if judgement.holds else "too low"
        table.add_row(judgement.key, f"{judgement.lowest:.2f}", f"{judgement.found:.2f}", word)
    return table


def answers_table(prediction: Prediction) -> Table:
    """The answer first, then the n-best list with characters, logits and probabilities."""
    table = Table("answer", title=prediction.text or NO_ANSWER, title_style="bold")
    for heading in ("characters", "score", "probability"):
        table.add_column(heading, justify="right")
    for answer, probability in zip(prediction.n_best, prediction.probabilities, strict=True):
        table.add_row(
            Text(answer.text or NO_ANSWER),
            f"{answer.span.start}-{answer.span.end}" if answer.span else "",
            f"{answer.score:.3f}",
            f"{probability:.3f}",
        )
    table.caption = f"null margin {prediction.null_margin:.3f}"
    return table


def finding_lines(groups: Iterable[FindingGroup]) -> tuple[str, ...]:
    """For each group a line that counts it, then its first cases, each on an indented line."""
    return tuple(line for group in groups for line in _group_lines(group))


def _add_total(
    table: Table, name: str, total: Total | None, intervals: TotalIntervals | None
) -> None:
    if total is not None and intervals is not None:
        table.add_row(name, *score_cells(total, intervals))


def _add_best(table: Table, name: str, best: BestThreshold, n: int) -> None:
    table.add_row(name, percent(best.points / n), f"{best.threshold:g}")


def _group_lines(group: FindingGroup) -> Iterator[str]:
    yield f"{LABELS[group.severity]}: {group.kind} ({group.count}): {group.remedy}"
    for case in group.cases:
        yield f"  {case}"
    untold = group.count - len(group.cases)
    if untold:
        yield f"  and {untold} more"
