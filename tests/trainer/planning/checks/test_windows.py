"""There must be windows to learn from, an answer in one of them, and no example lost."""

from dataclasses import replace

from tests.trainer.planning.planning_builders import labelled, undertaking, window
from trainer.planning.checks.windows import check_counts, check_windows, count_answered


def test_an_answer_in_one_window_is_enough() -> None:
    windows = labelled(window("q1"), window("q2", answer=None))

    assert list(check_windows(undertaking(windows=windows))) == []


def test_data_without_windows_is_refused() -> None:
    [failure] = list(check_windows(undertaking(windows=labelled(left_out=4))))

    assert failure == (
        "data.train: none of 4 examples gives a window to learn from; name other data, or mend the "
        "answers' positions"
    )


def test_windows_without_any_answer_are_refused() -> None:
    windows = labelled(window("q1", answer=None), window("q2", answer=None))

    [failure] = list(check_windows(undertaking(windows=windows)))

    assert failure == (
        "data.train: none of 2 windows holds an answer, so a model would learn never to answer; "
        "add data with answers, or raise windows.max_seq_length"
    )


def test_exclusions_account_for_missing_examples() -> None:
    windows = labelled(window("q#1"), left_out=2)

    assert list(check_counts(undertaking(windows=windows))) == []


def test_an_example_that_vanished_is_told() -> None:
    windows = replace(labelled(window("q1"), left_out=2), examples_read=4)

    [failure] = list(check_counts(undertaking(windows=windows)))

    assert failure == (
        "data.train: of 4 examples 1 are in windows and 2 were left out, which is not all; report "
        "this as a fault of the trainer"
    )


def test_windows_with_an_answer_are_counted() -> None:
    assert count_answered([window("q1"), window("q2", answer=None), window("q3")]) == 2
