"""An analysis to tables and lines for people."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.examples.ceilings import Ceiling
from qareport.analysis.statistics.null_margins import Abstention, MarginAnalysis
from qareport.data.types import EXACT, F1, Totals
from qareport.evaluation.evaluation_json import ScoringRules
from qareport.evaluation.haystack.token_level import PROTOCOL
from qareport.evaluation.haystack.totals import TokenTotals
from qareport.report.number_format import count, percent, percent_interval, threshold_ways

ORDER_DECIDES = "all null margins are equal: the official best depends on their order"
BAR_WIDTH = 24
"""Characters of a bar that stands for all questions."""
SET_ABOVE = (
    "answers up to these margins are kept; as a margin equal to the threshold is withheld, set it "
    "above them"
)


def scores_heading(rules: ScoringRules) -> str:
    """By which rules the totals hold that follow."""
    # Token positions are compared by no normaliser.
    compared = "" if rules.protocol == PROTOCOL else f", normaliser {rules.normaliser}"
    scored = f"scores by {rules.protocol}{compared}"
    if rules.null_threshold is None:
        return f"{scored}, of the predictions as they are:"
    bound = "from which on" if rules.withholds_threshold else "above which"
    return f"{scored}, at null threshold {rules.null_threshold:g}, {bound} answers are withheld:"


def thresholds_table(analysis: MarginAnalysis, rules: ScoringRules) -> Table:
    """The best score that any threshold reaches, told in three ways; scores in percent."""
    table = Table("best threshold")
    for heading in ("exact", "at margin", "F1", "at margin"):
        table.add_column(heading, justify="right")
    measures = [threshold_ways(each, between=", ") for each in (analysis.exact, analysis.f1)]
    ways = zip(*measures, strict=True)
    for name, cells in zip(("official sweep", "tie-safe", "cross-fitted"), ways, strict=True):
        table.add_row(name, *cells[0], *cells[1])
    remarks = {ORDER_DECIDES: analysis.is_degenerate, SET_ABOVE: rules.withholds_threshold}
    table.caption = "; ".join(remark for remark, applies in remarks.items() if applies) or None
    return table


def groups_table(groups: Sequence[GroupScores]) -> Table:
    """Scores of groups with their intervals, in percent."""
    table = Table("group")
    for heading in ("n", "exact", "95 % interval", "F1", "95 % interval"):
        table.add_column(heading, justify="right")
    for group in groups:
        table.add_row(
            # Titles of articles are not ours, and may look like markup.
            escape(group_label(group.trait, group.group)),
            str(group.intervals[F1].n),
            percent(group.intervals[EXACT].estimate),
            percent_interval(group.intervals[EXACT]),
            percent(group.intervals[F1].estimate),
            percent_interval(group.intervals[F1]),
        )
    return table


def mistakes_table(mistakes: Mapping[str, int]) -> Table:
    """How many questions have each kind of answer, with bars; each question has exactly one."""
    table = Table("kind of answer")
    for heading in ("n", "%"):
        table.add_column(heading, justify="right")
    table.add_column(width=BAR_WIDTH)
    questions = sum(mistakes.values())
    for kind, number in mistakes.items():
        share = number / questions
        bar = ProgressBar(total=1, completed=share, complete_style="cyan", finished_style="cyan")
        table.add_row(kind, count(number), percent(share), bar)
    return table


def causes_table(analysis: Analysis) -> Table:
    """How many wrong answers have each cause; one may have several, or none."""
    table = Table("cause")
    table.add_column("n", justify="right")
    for cause, number in analysis.causes.items():
        table.add_row(cause, count(number))
    table.add_row("none of these", count(analysis.unexplained))
    table.caption = f"of {count(analysis.wrong)} wrong answers"
    return table


def ceilings_table(ceilings: Mapping[str, Ceiling]) -> Table:
    """The best scores within reach, in percent."""
    table = Table("ceiling")
    for heading in ("n", "exact", "F1"):
        table.add_column(heading, justify="right")
    for name, ceiling in ceilings.items():
        f1 = "" if ceiling.f1 is None else percent(ceiling.f1)
        table.add_row(name, str(ceiling.n), percent(ceiling.exact), f1)
    return table


def protocols_table(official: Totals, token_level: TokenTotals) -> Table:
    """The same candidates scored by both protocols, in percent."""
    table = Table("protocol")
    for heading in ("n", "exact", "F1", "F1 - exact"):
        table.add_column(heading, justify="right")
    by_tokens = token_level.totals.overall if token_level.totals else None
    for name, total in (("official", official.overall), (PROTOCOL, by_tokens)):
        if total is None:
            continue
        gap = percent(total.f1 - total.exact)
        table.add_row(name, str(total.n), percent(total.exact), percent(total.f1), gap)
    return table


def abstention_lines(abstention: Abstention) -> tuple[str, ...]:
    """How well null margins tell when not to answer, a figure to a line."""
    fit = abstention.temperature
    figures = {
        "AUROC of the null margin": abstention.auroc,
        "area under the risk-coverage curve (exact)": abstention.aurc,
        "of it due to the order of the margins": abstention.excess_aurc,
        "average precision (F1)": abstention.average_precision,
        "average precision if every answer were right": abstention.oracle_average_precision,
        "temperature of the null probability": fit.temperature if fit else None,
        "calibration error before it": fit.raw.calibration_error if fit else None,
        "calibration error after it, on other articles": (
            fit.scaled.calibration_error if fit else None
        ),
    }
    return tuple(f"{name}: {value:.3f}" for name, value in figures.items() if value is not None)
