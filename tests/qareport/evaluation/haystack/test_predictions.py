"""Tests that answers of the token-level protocol are recorded like other predictions."""

import pytest

from qareport.data.types import Answer, CharSpan
from qareport.evaluation.haystack.token_level import TokenScore, score_token_level
from qareport.evaluation.haystack.totals import as_prediction, judge
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example

ASKED = example(context="ab cd ef", golds=("cd",))
TOKENS = ((0, 2), (3, 5), (6, 8))


def scored(*windows: FoundWindow) -> TokenScore:
    """The scored answer to the question, chosen from its windows."""
    (result,) = score_token_level([ASKED], span_candidates(*windows))
    return result


def found(null: float, token: int, score: float, *, number: int = 0) -> FoundWindow:
    """A window with one token as its best span."""
    spans = [FoundSpan(token, token, score)]
    return FoundWindow(null, spans, number=number, token_chars=TOKENS)


def test_an_answer_stands_at_its_characters_among_the_best_of_each_window() -> None:
    answer = scored(found(1.0, 1, 2.0), found(1.5, 0, 3.0, number=1)).answer

    prediction = as_prediction("q", answer)

    assert (prediction.text, prediction.span) == ("ab", CharSpan(0, 2))
    assert prediction.null_margin == -1.5
    assert [each.text for each in prediction.n_best] == ["ab", "cd", ""]
    assert sum(prediction.probabilities) == pytest.approx(1.0)
    assert list(prediction.probabilities) == sorted(prediction.probabilities, reverse=True)


def test_an_answer_that_is_withheld_is_still_in_the_list() -> None:
    prediction = as_prediction("q", scored(found(2.0, 1, 2.0)).answer)

    assert (prediction.text, prediction.span) == ("", None)
    assert [each.text for each in prediction.n_best] == ["cd", ""]


def test_windows_without_spans_leave_no_answer_alone() -> None:
    prediction = as_prediction("q", scored(FoundWindow(2.0, token_chars=TOKENS)).answer)

    assert tuple(prediction.n_best) == (Answer("", None, start_logit=2.0, end_logit=0.0),)


def test_every_entry_is_judged_by_its_tokens() -> None:
    result = scored(found(1.0, 1, 2.0), found(1.5, 0, 3.0, number=1))
    prediction = as_prediction("q", result.answer)

    exact = {each.text: judge(result, "q", each).exact for each in prediction.n_best}

    assert exact == {"ab": 0.0, "cd": 1.0, "": 0.0}
