"""Finds the causes of wrong answers: any number for each, every one a claim to check."""

from collections.abc import Callable, Mapping

from qareport.analysis.examples.cases import Case
from qareport.analysis.examples.golds import gold_f1s, gold_spans
from qareport.analysis.examples.observed import Observed, count_tokens
from qareport.analysis.examples.reach import is_reachable
from qareport.data.types import NOWHERE, CharSpan

AMBIGUOUS_F1 = 0.5
"""Below this F1 two gold answers are taken for different ones: our choice."""
NEAR_THRESHOLD = 1.0
"""Logits within which a null margin is near the threshold: our choice."""
GOLD_AMBIGUITY, THRESHOLD = "gold ambiguity", "threshold"
"""Causes that can be found for predictions made elsewhere too."""


def explain(case: Case) -> tuple[str, ...]:
    """The causes of a wrong answer; none for a right one."""
    if case.observed.score.exact == 1:
        return ()
    return tuple(cause for cause, applies in CAUSES.items() if applies(case))


def are_golds_ambiguous(observed: Observed) -> bool:
    """Whether two gold answers are taken for different ones."""
    return any(f1 < AMBIGUOUS_F1 for f1 in gold_f1s(observed.example, observed.normaliser))


def _golds_are_ambiguous(case: Case) -> bool:
    return are_golds_ambiguous(case.observed)


def _windows_cut_all_golds(case: Case) -> bool:
    golds, windows = _gold_spans(case), case.observed.windows
    is_whole = [any(window.holds(gold) for window in windows) for gold in golds]
    return bool(golds) and not any(is_whole)


def _golds_are_too_long(case: Case) -> bool:
    golds, windows = _gold_spans(case), case.observed.windows
    limit = case.options.max_answer_length
    return bool(golds) and all(count_tokens(windows, gold) > limit for gold in golds)


def _is_unreachable(case: Case) -> bool:
    observed = case.observed
    return observed.example.has_answer and not is_reachable(
        observed.example, observed.windows, observed.normaliser
    )


def _question_is_cut(case: Case) -> bool:
    return case.question_is_cut


def _is_in_n_best(case: Case) -> bool:
    # The null answer is in every list, so it would "explain" each false answer.
    others = case.prediction.n_best[1:]
    spans = [rank for rank, start in enumerate(others.starts) if start != NOWHERE]
    return case.has_exact_match(others.at(spans))


def _threshold_decides(case: Case) -> bool:
    prediction = case.prediction
    if not case.observed.score.has_answer:
        # It was answered, so the margin is not above the threshold; how far below decides.
        return abs(prediction.null_margin - case.options.null_threshold) <= NEAR_THRESHOLD
    best = case.best_answer
    return prediction.span is None and best is not None and case.judge(best).exact == 1


CAUSES: Mapping[str, Callable[[Case], bool]] = {
    GOLD_AMBIGUITY: _golds_are_ambiguous,
    "window boundary": _windows_cut_all_golds,
    "too long": _golds_are_too_long,
    "unreachable": _is_unreachable,
    "truncated question": _question_is_cut,
    "in n-best": _is_in_n_best,
    THRESHOLD: _threshold_decides,
}
"""By cause, whether its claim is true of a wrong answer."""


def _gold_spans(case: Case) -> tuple[CharSpan, ...]:
    return gold_spans(case.observed.example, case.observed.normaliser)
