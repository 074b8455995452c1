"""What may falsify the scores of a submission is noticed, and never mended."""

import pytest

from qareport.data.findings import FindingGroup, Severity, group_findings
from qareport.data.types import Example
from qareport.metrics.submissions import Submission, check_submission
from qareport.metrics.thresholds import NullOdds
from tests.builders import example

HAS, NONE = example("h", golds=("x",)), example("n")


def check(
    examples: tuple[Example, ...],
    texts: dict[str, str],
    values: dict[str, float] | None = None,
) -> tuple[FindingGroup, ...]:
    null_odds = None if values is None else NullOdds(values, threshold=1.0)
    return group_findings(check_submission(examples, Submission(texts, null_odds)))


def test_a_clean_submission_has_no_findings() -> None:
    assert check((HAS, NONE), {"h": "x", "n": ""}, {"h": 0.1, "n": 0.9}) == ()


def test_missing_predictions_are_noticed() -> None:
    (group,) = check((HAS, NONE), {"n": ""})

    assert group == FindingGroup(
        kind="missing prediction",
        severity=Severity.WARNING,
        count=1,
        remedy="predict every question, '' where there is no answer",
        cases=("question 'h': has no prediction and scores 0",),
    )


def test_ids_of_no_question_are_noticed_in_both_files() -> None:
    (group,) = check((HAS,), {"h": "x", "zzz": "y"}, {"h": 0.1, "yyy": 0.9})

    assert group == FindingGroup(
        kind="unknown id",
        severity=Severity.WARNING,
        count=2,
        remedy="check that predictions and questions are of the same data set",
        cases=(
            "prediction 'zzz': belongs to no question and is ignored",
            "no-answer value 'yyy': belongs to no question and is ignored",
        ),
    )


@pytest.mark.parametrize("text", ["unanswerable", "No answer.", "N/A", "empty"])
def test_words_for_no_answer_are_noticed(text: str) -> None:
    (group,) = check((HAS, NONE), {"h": "x", "n": text})

    assert group == FindingGroup(
        kind="no answer in words",
        severity=Severity.WARNING,
        count=1,
        remedy="predict '' where there is no answer; words are scored as an answer",
        cases=(f"prediction {text!r}: given to 1 of 1 questions without an answer, scores 0",),
    )


@pytest.mark.parametrize(("worded", "noticed"), [(4, False), (5, True)])
def test_words_for_no_answer_are_noticed_from_5_percent_on(worded: int, *, noticed: bool) -> None:
    examples = tuple(example(f"n{number}") for number in range(100))
    texts = {each.id: "N/A" if number < worded else "" for number, each in enumerate(examples)}

    assert bool(check(examples, texts)) is noticed


def test_words_for_no_answer_are_no_matter_where_there_is_an_answer() -> None:
    assert check((HAS, NONE), {"h": "none", "n": ""}) == ()


def test_values_that_look_like_logits_are_noticed() -> None:
    (group,) = check((HAS, NONE), {"h": "x", "n": ""}, {"h": -4.0, "n": 0.5})

    assert group == FindingGroup(
        kind="no-answer values look like logits",
        severity=Severity.WARNING,
        count=1,
        remedy="choose the threshold on their scale; the official best_* start at 0.0",
        cases=("no-answer values: 1 of 2 lie outside 0 to 1",),
    )


def test_values_that_are_all_equal_are_noticed() -> None:
    (group,) = check((HAS, NONE), {"h": "x", "n": ""}, {"h": 0.0, "n": 0.0})

    assert group == FindingGroup(
        kind="no-answer values are all equal",
        severity=Severity.WARNING,
        count=1,
        remedy="ignore best_*: only the order of the values makes them",
        cases=("no-answer values: all 2 are 0.0",),
    )
