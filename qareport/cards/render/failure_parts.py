"""An analysis to what a card says of abstaining and failing."""

import math

from qareport.analysis.analyse import Analysis, worst_groups
from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.statistics.null_margins import MarginAnalysis
from qareport.cards.render.score_parts import SCORES
from qareport.cards.render.view import TableView
from qareport.data.types import EXACT, F1
from qareport.report.number_format import count, percent, percent_interval

SHOWN_GROUPS = 8
"""Of the weakest; the report has all."""


def abstention_table(analysis: Analysis) -> TableView | None:
    """How well null margins tell when not to answer; lower is better unless it says otherwise."""
    if analysis.margins is None:
        return None
    found = analysis.margins.abstention
    fit = found.temperature
    figures = {
        "AUROC of the null margin (higher is better, 0.5 is chance)": found.auroc,
        "Area under the risk-coverage curve, by exact match": found.aurc,
        "Part of it that is due to the order of the margins": found.excess_aurc,
        "Average precision, by F1 (higher is better)": found.average_precision,
        "Temperature that calibrates the null probability": fit.temperature if fit else None,
        "Calibration error before it": fit.raw.calibration_error if fit else None,
        "Calibration error after it, on other articles": (
            fit.scaled.calibration_error if fit else None
        ),
    }
    rows = tuple((name, f"{figure:.3f}") for name, figure in figures.items() if figure is not None)
    return TableView(("Abstention", "Value"), rows)


def thresholds_table(analysis: Analysis) -> TableView | None:
    """The best that a tuned threshold reaches, and what tuning is worth on other articles."""
    margins = analysis.margins
    if margins is None or margins.exact.cross_fitted is None or margins.f1.cross_fitted is None:
        return None
    rows = (
        ("At the threshold used", _scores(analysis), ""),
        ("At the best threshold, tuned on these questions", *_best(margins)),
        ("Tuned on one half of the articles, measured on the other", _crossed(margins), ""),
    )
    return TableView(("Threshold", "Exact match / F1", "Null threshold"), rows)


def weak_groups_table(analysis: Analysis) -> TableView | None:
    """The groups of questions with the lowest F1, without small ones."""
    rows = tuple(
        (
            group_label(group.trait, group.group),
            count(group.intervals[F1].n),
            percent(group.intervals[EXACT].estimate),
            percent_interval(group.intervals[EXACT]),
            percent(group.intervals[F1].estimate),
            percent_interval(group.intervals[F1]),
        )
        for group in worst_groups(analysis, SHOWN_GROUPS)
    )
    return TableView(("Weakest groups", *SCORES), rows) if rows else None


def mistakes_table(analysis: Analysis) -> TableView:
    """How many questions have each kind of answer; each has exactly one."""
    n = analysis.totals.overall.n
    rows = tuple(
        (kind, count(number), f"{100 * number / n:.1f} %")
        for kind, number in analysis.mistakes.items()
        if number
    )
    return TableView(("Kind of answer", "Questions", "Share"), rows)


def _scores(analysis: Analysis) -> str:
    overall = analysis.totals.overall
    return f"{percent(overall.exact)} / {percent(overall.f1)}"


def _best(margins: MarginAnalysis) -> tuple[str, str]:
    exact, f1 = margins.exact.tie_safe, margins.f1.tie_safe
    thresholds = " / ".join(_threshold(each.threshold) for each in (exact, f1))
    return f"{percent(exact.score)} / {percent(f1.score)}", thresholds


def _crossed(margins: MarginAnalysis) -> str:
    halves = (margins.exact.cross_fitted, margins.f1.cross_fitted)
    return " / ".join(percent(each.score) for each in halves if each is not None)


def _threshold(margin: float) -> str:
    return "none kept" if margin == -math.inf else f"{margin:.3f}"
