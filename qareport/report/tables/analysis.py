"""Tabulates an analysis: thresholds, abstention, groups, kinds of answers, causes, ceilings."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.analysis.examples.breakdown import MIN_GROUP, group_label
from qareport.analysis.examples.ceilings import Ceiling
from qareport.analysis.statistics.intervals import FEWEST_CLUSTERS, ClusterUnit
from qareport.data.types import EXACT, F1
from qareport.evaluation.evaluation_json import ScoringRules
from qareport.evaluation.haystack.protocol import PROTOCOL
from qareport.evaluation.rescore import Limits
from qareport.metrics.measures import HEADLINE
from qareport.report.number_format import count, margin, percent
from qareport.report.tables.measures import estimate_cells, headings_of, score_headings, total_cells
from qareport.report.tables.plain_table import Bar, PlainTable, RowExtra
from qareport.report.tables.scores import sweep_table

SET_ABOVE = (
    "Answers up to these null thresholds are kept; as a margin equal to the threshold is withheld, "
    "set it above them."
)
SMALL_GROUPS = f"Groups of fewer than {MIN_GROUP} questions say little, and come last."
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "correct": "an exact match, or rightly no answer",
        "false null": "no answer, where there is one",
        "false answer": "an answer, where there is none",
        "normalisation only": "the gold answer written otherwise",
        "superset": "the gold answer and more",
        "subset": "a part of the gold answer",
        "overlap": "shares some characters with a gold answer",
        "right sentence": "elsewhere in the sentence of a gold answer",
        "elsewhere": "in another sentence",
    }
)
"""Of the kinds of answers, in a few words."""


def scores_heading(rules: ScoringRules) -> str:
    """The rules by which the scores below were computed."""
    # Token positions are compared by no normaliser.
    compared = "" if rules.protocol == PROTOCOL else f", normaliser {rules.normaliser}"
    scored = f"scores by {rules.protocol}{compared}"
    if rules.null_threshold is None:
        return f"{scored}, of the predictions as they are:"
    bound = "from which on" if rules.withholds_threshold else "above which"
    return f"{scored}, at null threshold {rules.null_threshold:g}, {bound} answers are withheld:"


def thresholds_table(analysis: Analysis, rules: ScoringRules) -> PlainTable | None:
    """Scores at the threshold used, at the best, and tuned elsewhere; None without margins."""
    if analysis.margins is None:
        return None
    measures = (analysis.margins.exact, analysis.margins.f1)
    best = [each.tie_safe for each in measures]
    crossed = [each.cross_fitted for each in measures if each.cross_fitted is not None]
    rows = [
        ("At the threshold used", _joined(total_cells(analysis.totals.overall)), ""),
        (
            "At the best threshold, tuned on these questions",
            _joined(percent(each.score) for each in best),
            _joined(margin(each.threshold) for each in best),
        ),
    ]
    if crossed:
        scores = _joined(percent(each.score) for each in crossed)
        rows.append(("Tuned on one half of the articles, measured on the other", scores, ""))
    return PlainTable(
        title="Scores at this threshold and at the best",
        headings=("Threshold", _joined(headings_of()), "Null threshold"),
        rows=tuple(rows),
        notes=(
            *([] if crossed else [_untuned(analysis.intervals.overall[EXACT].unit)]),
            *([SET_ABOVE] if rules.withholds_threshold else []),
        ),
    )


def official_best_table(analysis: Analysis) -> PlainTable | None:
    """The best scores by the official sweep, for comparison with it; None without margins."""
    margins = analysis.margins
    if margins is None:
        return None
    return sweep_table(
        margins.exact.official, margins.f1.official, order_dependent=margins.is_degenerate
    )


def abstention_table(analysis: Analysis) -> PlainTable | None:
    """How well null margins show when not to answer; lower is better unless it says otherwise."""
    if analysis.margins is None:
        return None
    found, fit = analysis.margins.abstention, analysis.margins.abstention.temperature
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
    return PlainTable(
        title="How well null margins show when not to answer",
        headings=("Abstention", "Value"),
        rows=tuple(
            (name, f"{figure:.3f}") for name, figure in figures.items() if figure is not None
        ),
    )


def groups_table(groups: Sequence[GroupScores]) -> PlainTable:
    """Scores of groups, the weakest first, with their intervals in percent."""
    measures = groups[0].intervals if groups else HEADLINE
    return PlainTable(
        title="Groups of questions, the weakest first",
        headings=("Weakest groups", *score_headings(measures)),
        rows=tuple(
            (group_label(each.trait, each.group), *estimate_cells(each.intervals))
            for each in groups
        ),
        notes=(SMALL_GROUPS,) if any(each.is_small for each in groups) else (),
        extras=tuple(_group_extra(each) for each in groups),
    )


def mistakes_table(mistakes: Mapping[str, int]) -> PlainTable:
    """How many questions have each kind of answer that occurs; each has exactly one."""
    n = sum(mistakes.values())
    kinds = {kind: number for kind, number in mistakes.items() if number}
    return PlainTable(
        title="Every question has exactly one kind of answer",
        headings=("Kind of answer", "Questions", "Share"),
        rows=tuple((kind, count(number), _share(number, n)) for kind, number in kinds.items()),
        extras=tuple(
            RowExtra((("kind", kind),), MEANINGS[kind], Bar(0, number / n))
            for kind, number in kinds.items()
        ),
    )


def causes_table(analysis: Analysis) -> PlainTable:
    """How many wrong answers have each cause."""
    wrong = analysis.wrong
    found = {**analysis.causes, "none of these": analysis.unexplained}
    return PlainTable(
        title="Causes of wrong answers",
        headings=("Cause", "Wrong answers", "Share"),
        rows=tuple(
            (cause, count(number), _share(number, wrong)) for cause, number in found.items()
        ),
        notes=(
            f"{count(wrong)} answers are wrong; each may have several causes, or none.",
            f"{count(analysis.plausible_false_answers)} false answers meet a plausible one.",
        ),
    )


def ceilings_table(ceilings: Mapping[str, Ceiling]) -> PlainTable:
    """The best scores within reach, in percent."""
    return PlainTable(
        title="The best scores within reach",
        headings=("Ceiling", "Questions", *headings_of()),
        rows=tuple(
            (
                name,
                count(each.n),
                percent(each.exact),
                "" if each.f1 is None else percent(each.f1),
            )
            for name, each in ceilings.items()
        ),
    )


def protocols_table(limits: Limits) -> PlainTable:
    """The same candidates scored by both protocols, in percent."""
    by_tokens = limits.token_level.totals
    protocols = (("official", limits.official), (PROTOCOL, by_tokens))
    return PlainTable(
        title="The same answers by both protocols",
        headings=("Protocol", "Questions", *headings_of(), "F1 - exact"),
        rows=tuple(
            (name, count(total.n), *total_cells(total), percent(total.f1 - total.exact))
            for name, total in ((name, each.overall) for name, each in protocols if each)
        ),
        notes=(limits.difference,),
    )


def _joined(cells: Iterable[str]) -> str:
    return " / ".join(cells)


def _share(number: int, n: int) -> str:
    return f"{100 * number / n:.1f} %" if n else ""


def _group_extra(group: GroupScores) -> RowExtra:
    estimate, bounds = group.intervals[F1].estimate, group.intervals[F1].bounds
    start, end = (bounds.low, bounds.high) if bounds else (estimate, estimate)
    return RowExtra(
        question_filter=(("trait", group.trait), ("group", group.group)),
        bar=Bar(start, end, dot=estimate),
        is_pale=group.is_small,
    )


def _untuned(unit: ClusterUnit) -> str:
    return f"No threshold is tuned on other {unit}s, for want of {FEWEST_CLUSTERS} {unit}s."
