"""A run that could not end well is refused before it begins, with all reasons at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.trainer.planning.planning_builders import (
    ANYWHERE,
    labelled,
    outline,
    planned_run,
    recipe,
    window,
)
from trainer.errors import PreflightError
from trainer.planning.memory_and_disk import disk_needs, memory_need
from trainer.planning.planned_run import SPLITTING_FLAGS, find_resources
from trainer.planning.preflight import (
    CHECKS,
    check_counts,
    check_disk,
    check_memory,
    check_run,
    check_sharing,
    check_windows,
    count_answered,
    find_failures,
    find_notices,
)

FOLDER = Path("runs/mine")


def test_a_sound_run_may_begin() -> None:
    assert check_run(planned_run()) == ()


def test_every_check_is_asked_once() -> None:
    assert len(set(CHECKS)) == len(CHECKS) == 11


def test_all_that_forbids_a_run_is_reported_at_once() -> None:
    student = outline("bert", max_position_embeddings=50)
    run = planned_run(student=student, windows=labelled(window("q1", answer=None)))

    with pytest.raises(PreflightError) as refusal:
        check_run(run)

    assert str(refusal.value).split("\n") == [
        "student 'student': takes 50 tokens and windows.max_seq_length is 64; lower it to 50",
        "teacher 'teacher': takes 50 tokens and windows.max_seq_length is 64; lower it to 50",
        (
            "data.train: none of 1 windows contains an answer, so a model would learn never to "
            "answer; add data with answers, or raise windows.max_seq_length"
        ),
    ]


def test_windows_that_miss_the_answer_are_a_finding() -> None:
    windows = labelled(window("q1"), window("q2"), window("q3", answer=None), without_answer=1)

    [finding] = check_run(planned_run(windows=windows))

    assert finding.cases == (
        "training windows: 1 of 3 windows of answerable examples lack the answer",
    )


def test_windows_of_unanswerable_examples_are_none() -> None:
    assert find_notices(planned_run()) == ()


def test_a_run_without_windows_fails_without_a_crash() -> None:
    failures = find_failures(planned_run(plan=recipe(), windows=labelled(left_out=1)))

    assert len(failures) == 1
    assert failures[0].startswith("data.train: none of 1 examples")


def test_an_answer_in_one_window_is_enough() -> None:
    windows = labelled(window("q1"), window("q2", answer=None))

    assert list(check_windows(planned_run(windows=windows))) == []


def test_data_without_windows_is_refused() -> None:
    [failure] = list(check_windows(planned_run(windows=labelled(left_out=4))))

    assert failure == (
        "data.train: none of 4 examples gives a window to learn from; name other data, or mend the "
        "answers' positions"
    )


def test_windows_without_any_answer_are_refused() -> None:
    windows = labelled(window("q1", answer=None), window("q2", answer=None))

    [failure] = list(check_windows(planned_run(windows=windows)))

    assert failure == (
        "data.train: none of 2 windows contains an answer, so a model would learn never to answer; "
        "add data with answers, or raise windows.max_seq_length"
    )


def test_exclusions_account_for_missing_examples() -> None:
    windows = labelled(window("q#1"), left_out=2)

    assert list(check_counts(planned_run(windows=windows))) == []


def test_an_example_that_vanished_is_reported() -> None:
    windows = replace(labelled(window("q1"), left_out=2), examples_read=4)

    [failure] = list(check_counts(planned_run(windows=windows)))

    assert failure == (
        "data.train: of 4 examples 1 are in windows and 2 were left out, which is not all; report "
        "this as a fault of the trainer"
    )


def test_windows_with_an_answer_are_counted() -> None:
    assert count_answered([window("q1"), window("q2", answer=None), window("q3")]) == 2


def test_a_disk_that_just_holds_the_run_passes() -> None:
    needed = disk_needs(planned_run()).total
    resources = replace(ANYWHERE, folder=FOLDER, disk_bytes=needed)

    assert list(check_disk(planned_run(resources=resources))) == []


def test_a_disk_that_is_too_small_is_refused() -> None:
    needs = disk_needs(planned_run())
    resources = replace(ANYWHERE, folder=FOLDER, disk_bytes=needs.total - 1)

    [failure] = list(check_disk(planned_run(resources=resources)))

    assert failure == (
        f"runs/mine: the run needs {needs.total} bytes (64 for the teacher's logits, "
        f"{needs.checkpoints} for checkpoints, {needs.models} for models) and {needs.total - 1} "
        "are free; free some, or name a folder on another disk"
    )


def test_a_memory_that_just_holds_the_run_passes() -> None:
    run = planned_run()
    fittings = run.fittings
    needed = max(memory_need(run, fitting) for fitting in fittings)

    assert list(check_memory(planned_run(resources=replace(ANYWHERE, memory_bytes=needed)))) == []


def test_a_memory_that_is_too_small_is_refused() -> None:
    run = planned_run(plan=recipe(baseline=False), resources=replace(ANYWHERE, memory_bytes=1000))
    [fitting] = run.fittings

    [failure] = list(check_memory(run))

    assert failure == (
        f"student 1: needs about {memory_need(run, fitting)} bytes of memory and the device has "
        "1000; lower micro_batch_size, or set gradient_checkpointing = true"
    )


def test_what_is_not_known_is_not_checked() -> None:
    assert list(check_disk(planned_run())) == []
    assert list(check_memory(planned_run())) == []


def test_memory_is_not_checked_without_windows() -> None:
    resources = replace(ANYWHERE, memory_bytes=1)

    assert list(check_memory(planned_run(windows=labelled(left_out=1), resources=resources))) == []


def test_checkpoints_are_not_scored_where_no_process_has_the_whole_model() -> None:
    dev = {"source": "dev.json"}
    scored = recipe(
        data={"train": [dev], "evaluation": dev, "development": dev},
        distillation={"training": {"save_every": 10, "evaluate_every": 10}},
    )
    split = replace(ANYWHERE, splits_models=True)

    failures = list(check_sharing(planned_run(plan=scored, resources=split)))

    assert [failure.partition(":")[0] for failure in failures] == ["student 1", "baseline 1"]
    assert list(check_sharing(planned_run(plan=scored))) == []
    assert list(check_sharing(planned_run(resources=split))) == []


@pytest.mark.parametrize("flag", SPLITTING_FLAGS)
def test_the_launcher_says_whether_models_are_split(
    flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find_resources(None).splits_models
    monkeypatch.setenv(flag, "true")

    assert not before
    assert find_resources(None).splits_models
