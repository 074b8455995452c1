"""Words what a model answered again to the questions of records."""

from collections.abc import Iterator

from qareport.evaluation.remeasure import Remeasured, Remeasurement
from qareport.report.number_format import count, percent, points


def remeasured_lines(remeasured: Remeasured) -> tuple[str, ...]:
    """A line for each record, and below it one for each row that is not as recorded."""
    lines = [
        line
        for measured in remeasured.records
        for line in (_summary(measured, remeasured.seed), *_changes(measured))
    ]
    return (
        *lines,
        *(f"not remeasured: {each.record}: {each.reason}" for each in remeasured.others),
    )


def _summary(measured: Remeasurement, seed: int) -> str:
    near_ties, differing = len(measured.near_ties), len(measured.differing)
    gained = points(sum(each.f1_gain for each in measured.near_ties) / measured.asked)
    ties = f"{count(near_ties)} {_plural(near_ties, 'near tie')}"
    counts = [
        f"{count(measured.as_recorded)} {_plural(measured.as_recorded, 'answer')} as recorded",
        *([f"{ties} ({gained} points of F1 for the record)"] if near_ties else []),
        *([f"{count(differing)} that rounding does not explain"] if differing else []),
    ]
    found = f"{', '.join(counts)} (rounding: up to {measured.logit_tolerance:g} logits)"
    if measured.asked == measured.questions:
        return f"remeasured all {count(measured.asked)} questions of {measured.record}: {found}"
    return (
        f"remeasured {count(measured.asked)} of {count(measured.questions)} questions of "
        f"{measured.record}, drawn by seed {seed}: {found}; so at most "
        f"{percent(measured.differing_at_most)} % of all rows differ "
        "(95 %, exact binomial)"
    )


def _changes(measured: Remeasurement) -> Iterator[str]:
    if measured.near_ties_favour_record:
        better = sum(each.f1_gain > 0 for each in measured.near_ties)
        worse = sum(each.f1_gain < 0 for each in measured.near_ties)
        yield (
            f"near ties of {measured.record}: {better} score better as recorded and {worse} worse, "
            "but rounding favours neither; answer with the number format of the record to be sure"
        )
    for row in (*measured.differing, *measured.near_ties):
        yield (
            f"question {row.id!r} of {measured.record}, {row.change}: "
            f"recorded {_answer(row.recorded, row.recorded_margin)}, "
            f"measured {_answer(row.measured, row.measured_margin)}"
        )


def _answer(text: str, null_margin: float | None) -> str:
    answer = repr(text) if text else "no answer"
    return answer if null_margin is None else f"{answer} at null margin {null_margin:.3f}"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"
