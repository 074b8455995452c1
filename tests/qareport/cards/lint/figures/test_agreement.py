"""Figures of one run agree with each other."""

import pytest

from tests.linting_builders import found_by, lines_of

HEADER = "SQuAD 2.0 dev:\n\n| questions | EM | F1 |\n| --- | --- | --- |\n"


def squad_2(*rows: str) -> str:
    """A table of scores whose first row is line 5."""
    return HEADER + "\n".join(rows) + "\n"


def test_both_lines_of_a_contradiction_are_named() -> None:
    text = squad_2("| all | 79.84 | 83.9 |") + "\nOn SQuAD 2.0 dev it gets 80.86 EM.\n"

    (problem,) = found_by("contradiction", text)

    assert problem.line == 7
    assert problem.message == "exact on SQuAD 2.0 is 80.86 here, but 79.84 in line 5"


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("79.8366", "79.84", True),
        ("79.8366", "80", True),
        ("79.8366", "79.83", False),
        ("79.84", "79.8", True),
        ("79.85", "79.9", True),
        ("79.84", "79.9", False),
    ],
)
def test_figures_agree_within_their_rounding(first: str, second: str, is_same: bool) -> None:  # noqa: FBT001 - a parameter
    text = squad_2(f"| all | {first} | 83.9 |") + f"\nOn SQuAD 2.0 dev it gets {second} EM.\n"

    assert (found_by("contradiction", text) == []) == is_same


@pytest.mark.parametrize(
    "rows",
    [
        ("| SQuAD 1.1 | 85.0 | 91.0 |", "| AdversarialQA | 29.5 | 40.4 |"),
        ("| SQuADShifts Amazon | 69.9 | 83.3 |", "| SQuADShifts NYT | 82.9 | 90.8 |"),
        ("| this model | 80.0 | 83.0 |", "| the teacher | 85.0 | 88.0 |"),
    ],
)
def test_other_data_and_other_models_do_not_contradict(rows: tuple[str, ...]) -> None:
    text = "| name | EM | F1 |\n| --- | --- | --- |\n" + "\n".join(rows)

    assert found_by("contradiction", text) == []


@pytest.mark.parametrize(
    ("whole", "count"), [("80.00", 0), ("80.0", 0), ("80", 0), ("80.02", 1), ("79.9", 1)]
)
def test_parts_make_the_whole_within_rounding(whole: str, count: int) -> None:
    text = squad_2(
        f"| all | {whole} | 83.00 |", "| HasAns | 78.00 | 84.00 |", "| NoAns | 82.00 | 82.00 |"
    )

    assert lines_of("parts", text) == [5] * count


def test_the_whole_that_the_parts_make_is_named() -> None:
    text = squad_2(
        "| all | 81.50 | 83.00 |", "| HasAns | 78.00 | 84.00 |", "| NoAns | 82.00 | 82.00 |"
    )

    (problem,) = found_by("parts", text)

    assert problem.message == (
        "exact on SQuAD 2.0 is 81.50, but HasAns 78.00 (line 6) and NoAns 82.00 (line 7) "
        "make 80.0029"
    )


@pytest.mark.parametrize(("whole", "count"), [("60.0", 0), ("50.0", 0), ("49.0", 1), ("71.0", 1)])
def test_without_counts_the_whole_lies_between_the_parts(whole: str, count: int) -> None:
    text = squad_2(
        f"| all | {whole} | 70.0 |", "| HasAns | 50.0 | 70.0 |", "| NoAns | 70.0 | 70.0 |"
    ).replace("SQuAD 2.0 dev", "GermanQuAD test")

    assert lines_of("parts", text) == [5] * count


def test_exact_match_may_reach_f1() -> None:
    assert found_by("exact-above-f1", squad_2("| all | 80.0 | 80.0 |")) == []
    assert lines_of("exact-above-f1", squad_2("| HasAns | 81.0 | 80.0 |")) == [5]


@pytest.mark.parametrize(("f1", "count"), [("82.0", 0), ("82.00", 0), ("82.1", 1)])
def test_without_answer_both_scores_are_one(f1: str, count: int) -> None:
    assert lines_of("null-scores", squad_2(f"| NoAns | 82.0 | {f1} |")) == [5] * count


def test_scores_above_100_and_fractions_beside_percents_are_distinguished() -> None:
    text = squad_2("| all | 801.0 | 0.83 |", "| HasAns | 78.0 | 84.0 |")

    assert lines_of("range", text) == [5]
    assert lines_of("scale", text) == [5]
    assert found_by("contradiction", text) == found_by("exact-above-f1", text) == []


def test_zero_is_a_score() -> None:
    text = squad_2("| HasAns | 0 | 0 |", "| NoAns | 100 | 100 |")

    assert found_by("scale", text) == found_by("range", text) == []
