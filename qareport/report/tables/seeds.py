"""Tabulates the scores of models that differ by their training seed alone."""

from collections.abc import Mapping, Sequence

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.seeds import FEWEST_SEEDS, SeedScores
from qareport.evaluation.evaluation_json import Evaluation
from qareport.report.number_format import count, percent, percent_interval, why_no_interval
from qareport.report.tables.measures import score_cells, score_headings
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.scores import HASH_DIGITS


def seeds_table(
    evaluations: Sequence[Evaluation], together: Mapping[str, SeedScores]
) -> PlainTable:
    """A row for each model, then their mean with its interval and their standard deviation."""
    number, n = len(evaluations), next(iter(together.values())).mean.n
    means = [cell for each in together.values() for cell in _mean_cells(each.mean)]
    deviations = [
        cell for each in together.values() for cell in (percent(each.standard_deviation), "")
    ]
    return PlainTable(
        title="Scores of models that differ by their training seed",
        headings=("Seed", *score_headings(together)),
        rows=(
            *(
                (
                    _seed_name(each),
                    *score_cells(each.scores.overall, each.intervals.overall, together),
                )
                for each in evaluations
            ),
            (f"mean of {number}", count(n), *means),
            ("standard deviation", count(n), *deviations),
        ),
        notes=(seeds_note(next(iter(together.values()))),),
    )


def seeds_note(scores: SeedScores) -> str:
    """What the interval of the mean covers, or why there is none."""
    if scores.mean.bounds is not None:
        return "The interval of the mean is for other articles and other seeds alike."
    if scores.seeds < FEWEST_SEEDS:
        return (
            f"The mean has no interval: {scores.seeds} seeds say too little about others; "
            f"train {FEWEST_SEEDS} or more."
        )
    return f"The mean has no interval: {why_no_interval(scores.mean)}."


def _seed_name(evaluation: Evaluation) -> str:
    """The seed, or the first digits of the weights' hash where it is not known."""
    model = evaluation.model
    if model.training_seed is None:
        return f"weights {model.weights_sha256[:HASH_DIGITS]}"
    return f"{model.training_seed}"


def _mean_cells(mean: Interval) -> tuple[str, str]:
    return percent(mean.estimate), percent_interval(mean)
