"""A run that could not end well is refused before it begins, with all reasons at once."""

import pytest

from tests.trainer.planning.planning_builders import (
    labelled,
    outline,
    recipe,
    undertaking,
    window,
)
from trainer.errors import PreflightError
from trainer.planning.preflight import CHECKS, check_undertaking, find_failures, find_notices


def test_a_sound_run_may_begin() -> None:
    assert check_undertaking(undertaking()) == ()


def test_every_check_is_asked_once() -> None:
    assert len(set(CHECKS)) == len(CHECKS) == 11


def test_all_that_forbids_a_run_is_told_at_once() -> None:
    student = outline("bert", max_position_embeddings=50)
    run = undertaking(student=student, windows=labelled(window("q1", answer=None)))

    with pytest.raises(PreflightError) as refusal:
        check_undertaking(run)

    assert str(refusal.value).split("\n") == [
        "student 'student': takes 50 tokens and windows.max_seq_length is 64; lower it to 50",
        "teacher 'teacher': takes 50 tokens and windows.max_seq_length is 64; lower it to 50",
        (
            "data.train: none of 1 windows holds an answer, so a model would learn never to "
            "answer; add data with answers, or raise windows.max_seq_length"
        ),
    ]


def test_windows_that_miss_the_answer_are_a_finding() -> None:
    windows = labelled(window("q1"), window("q2"), window("q3", answer=None), without_answer=1)

    [finding] = check_undertaking(undertaking(windows=windows))

    assert finding.cases == (
        "training windows: 1 of 3 windows of answerable examples do not hold the answer",
    )


def test_windows_of_unanswerable_examples_are_none() -> None:
    assert find_notices(undertaking()) == ()


def test_a_run_without_windows_fails_without_a_crash() -> None:
    failures = find_failures(undertaking(plan=recipe(), windows=labelled(left_out=1)))

    assert len(failures) == 1
    assert failures[0].startswith("data.train: none of 1 examples")
