"""A case holds what belongs to one example."""

from qareport.analysis.examples.cases import open_cases
from qareport.analysis.examples.reach import Reach
from qareport.inference.options import AnsweringOptions
from tests.analysis_builders import case, placed, word_window
from tests.builders import example

OPTIONS = AnsweringOptions(max_answer_length=3)
ASKED = example("x", context="a cat", golds=("cat",))
UNANSWERABLE = example("y", context="a cat")


def test_each_example_has_its_own_prediction_reach_and_question() -> None:
    predictions = [case(ASKED, "cat").prediction, case(UNANSWERABLE, "").prediction]
    observations = [placed(ASKED, "cat", word_window("a cat")), placed(UNANSWERABLE, "")]

    first, second = open_cases(observations, predictions, options=OPTIONS, cut_questions={"y"})

    assert (first.prediction, second.prediction) == tuple(predictions)
    assert (first.reach, second.reach) == (Reach(in_context=True, window_tokens=1), None)
    assert (first.question_is_cut, second.question_is_cut) == (False, True)
    assert (first.options, first.observed) == (OPTIONS, observations[0])


def test_best_answer_is_the_first_with_text() -> None:
    best = case(ASKED, "", "cat", "a").best_answer

    assert best is not None
    assert best.text == "cat"


def test_without_any_text_there_is_no_best_answer() -> None:
    assert case(ASKED, "").best_answer is None
