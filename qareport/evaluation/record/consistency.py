"""Computes the figures of a record again from its rows, and refuses what differs."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from qareport.analysis.examples.rows import ExampleRow, Row
from qareport.analysis.statistics.intervals import METHOD, Interval
from qareport.analysis.statistics.total_intervals import TotalIntervals, TotalsIntervals
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import Example, ExampleScore, Total
from qareport.errors import DataError, UsageError
from qareport.evaluation.evaluation_json import Evaluation
from qareport.inference.options import NULL_RULES, AnsweringOptions
from qareport.metrics.measures import MEASURES
from qareport.metrics.normalisers import Normaliser, normaliser_named
from qareport.metrics.squad import PROTOCOL, score
from qareport.metrics.totals import total

SLACK = 1e-9
"""By which a figure may differ that another version added up in another order."""


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a record."""

    key: str
    """Where evaluation.json has it, such as "scores.overall.n"."""
    stated: float | None
    found: float | None
    """What the rows give."""

    @property
    def is_true(self) -> bool:
        """Whether both are equal, but for rounding."""
        if self.stated is None or self.found is None:
            return self.stated is self.found
        return math.isclose(self.stated, self.found, rel_tol=0, abs_tol=SLACK)


def require_true_figures(
    path: Path, evaluation: Evaluation, rows: Sequence[ExampleRow], intervals: TotalsIntervals
) -> None:
    """Refuses an evaluation that states other figures than its rows give; `intervals` are theirs.

    Raises:
        DataError: a figure differs; the message names the first.
    """
    _require(path, _figures(evaluation, rows, intervals))


def require_possible_run(path: Path, evaluation: Evaluation, asked: Sequence[Row]) -> None:
    """Refuses an evaluation whose speed, sample, scored questions or precision check cannot be.

    Raises:
        DataError: a figure differs; the message names the first.
    """
    timing, sampling, check = evaluation.timing, evaluation.sampling, evaluation.precision_check
    speed = len(asked) / timing.seconds if timing.seconds else 0.0
    figures = [_Figure("timing.examples_per_second", timing.examples_per_second, speed)]
    if evaluation.protocol == PROTOCOL:
        scored = sum(isinstance(row, ExampleRow) and row.null_margin is not None for row in asked)
        figures.append(_Figure("questions with a score and a null margin", len(asked), scored))
    if sampling is not None and sampling.method == "random":
        figures.append(_Figure("sampling.questions", sampling.questions, len(asked)))
    if check is not None:
        # Equal answers have equal scores.
        most = 1 - check.equal_answers
        differences = {"exact": check.exact_difference, "f1": check.f1_difference}
        figures += [
            _Figure(f"precision_check.{name}_difference", stated, max(-most, min(most, stated)))
            for name, stated in differences.items()
        ]
    _require(path, figures)


def require_true_scores(path: Path, evaluation: Evaluation, asked: Sequence[Row]) -> None:
    """Refuses rows of other data than is named, or with other scores than their texts have.

    An answer must be what its context has where it stands.
    Scores by token positions are not computed again, since rows have no tokens.

    Raises:
        DataError: something differs, or the normaliser is not known.
    """
    found = examples_sha256(row.example for row in asked)
    if found != evaluation.data.sha256:
        raise DataError(
            f"{path}: its questions are not the data that is named (SHA-256 {found}, not "
            f"{evaluation.data.sha256}); evaluate again with --overwrite"
        )
    for row in asked:
        if not _is_in_place(row):
            where = f"{row.span.start} to {row.span.end}" if row.span else "no characters"
            raise DataError(
                f"{path}: the answer to question {row.example.id!r} is not what its context has at "
                f"characters {where}; evaluate again with --overwrite"
            )
    if evaluation.protocol == PROTOCOL:
        rules, options = _rules(path, evaluation), evaluation.options
        for row in asked:
            if isinstance(row, ExampleRow) and not _is_scored_by(row, rules):
                raise DataError(
                    f"{path}: the scores of question {row.example.id!r} are not those of its "
                    f"answer by {rules.name}; evaluate again with --overwrite"
                )
            if isinstance(row, ExampleRow) and not _is_chosen_by(row, options):
                raise DataError(
                    f"{path}: the answer to question {row.example.id!r} is not what null threshold "
                    f"{options.null_threshold:g} and null rule {options.null_rule!r} make of its "
                    f"null margin {row.null_margin}; evaluate again with --overwrite"
                )


def _is_in_place(row: Row) -> bool:
    """Whether the answer is the characters of its span; without one, it has none."""
    context, span = row.example.context, row.span
    return row.text == (context[span.start : span.end] if span else "")


def _rules(path: Path, evaluation: Evaluation) -> Normaliser:
    try:
        return normaliser_named(evaluation.normaliser)
    except UsageError as error:
        raise DataError(f"{path}: {error}") from error


def _require(path: Path, figures: Iterable[_Figure]) -> None:
    for figure in figures:
        if not figure.is_true:
            raise DataError(
                f"{path}: {figure.key} is {figure.stated}, but the rows of the record give "
                f"{figure.found}; evaluate again with --overwrite"
            )


def _is_chosen_by(row: ExampleRow, options: AnsweringOptions) -> bool:
    """Whether the answer is the best span, or none where the null margin is too high."""
    if row.null_margin is None:
        return True
    abstains = NULL_RULES[options.null_rule].abstains(row.null_margin, options.null_threshold)
    return row.text == ("" if abstains else row.best_text)


def _is_scored_by(row: ExampleRow, rules: Normaliser) -> bool:
    """Whether answer and best span have the scores that they are stated with."""
    answers = [(row.text, row.score)]
    if (row.best_text, row.best_score) != answers[0]:
        answers.append((row.best_text, row.best_score))
    return all(_score_like(stated, row.example, text, rules) == stated for text, stated in answers)


def _score_like(
    stated: ExampleScore, example: Example, text: str, rules: Normaliser
) -> ExampleScore:
    """The score of a text by the known ones of the measures that another score has."""
    known = [name for name in stated.measures if name in MEASURES]
    given = score(example, text, rules, measures=known)
    return replace(given, measures={**stated.measures, **given.measures})


def _figures(
    evaluation: Evaluation, rows: Sequence[ExampleRow], computed: TotalsIntervals
) -> Iterator[_Figure]:
    left_out = sum(exclusion.count for exclusion in evaluation.exclusions)
    yield _Figure("questions_read", evaluation.questions_read, len(rows) + left_out)
    yield _Figure("is_partial", evaluation.is_partial, left_out > 0)
    stated, found = evaluation.scores, total([row.score for row in rows])
    for name in stated.overall.measures.keys() - found.overall.measures.keys():
        yield _Figure(f"scores.overall.measures.{name}", stated.overall.measures[name], None)
    yield from _total_figures("overall", stated.overall, found.overall)
    yield from _total_figures("has_answer", stated.has_answer, found.has_answer)
    yield from _total_figures("no_answer", stated.no_answer, found.no_answer)
    said = evaluation.intervals
    yield from _interval_figures("overall", said.overall, computed.overall)
    yield from _interval_figures("has_answer", said.has_answer, computed.has_answer)
    yield from _interval_figures("no_answer", said.no_answer, computed.no_answer)


def _total_figures(kind: str, stated: Total | None, found: Total | None) -> Iterator[_Figure]:
    return _paired(f"scores.{kind}", _of_total(stated), _of_total(found))


def _of_total(total_of_kind: Total | None) -> dict[str, float]:
    if total_of_kind is None:
        return {}
    known = {name: each for name, each in total_of_kind.measures.items() if name in MEASURES}
    return {"n": total_of_kind.n, **_below("measures", known)}


def _interval_figures(
    kind: str, stated: TotalIntervals | None, found: TotalIntervals | None
) -> Iterator[_Figure]:
    for name, computed in (found or {}).items():
        said = (stated or {}).get(name)
        # Intervals by another method are of an earlier version, and are never relied upon.
        if said is None or said.method == METHOD:
            figures = _of_interval(said), _of_interval(computed)
            yield from _paired(f"intervals.{kind}.{name}", *figures)


def _of_interval(interval: Interval | None) -> dict[str, float]:
    if interval is None:
        return {}
    bounds = {} if interval.bounds is None else asdict(interval.bounds)
    return {
        "n": interval.n,
        "clusters": interval.clusters,
        "effective_clusters": interval.effective_clusters,
        "estimate": interval.estimate,
        **_below("bounds", bounds),
    }


def _below(key: str, figures: Mapping[str, float]) -> dict[str, float]:
    return {f"{key}.{name}": figure for name, figure in figures.items()}


def _paired(key: str, stated: Mapping[str, float], found: Mapping[str, float]) -> Iterator[_Figure]:
    for name in {**stated, **found}:
        yield _Figure(f"{key}.{name}", stated.get(name), found.get(name))
