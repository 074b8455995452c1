"""Sentences are read for scores, and for whose they are."""

import pytest

from tests.claim_builders import claims_of, short


@pytest.mark.parametrize(
    "text",
    [
        "It achieves 79.5 exact match and 82.25 F1.",
        "It achieves 79.5 % EM, 82.25 % F1.",
        "EM: 79.5 / F1: 82.25",
        "**EM**: 79.5  \n**F1**: 82.25",
        "EM/F1 of 79.5/82.25 on all questions",
        "It has an exact match of 79.5 and an F1 score of 82.25.",
        "Its EM (79.5) and F1 (82.25) are good!",
        "The EM on SQuAD 2.0 is 79.5; the F1 on the dev set is 82.25",
    ],
)
def test_scores_are_found_in_sentences(text: str) -> None:
    assert short(claims_of(text)) == [("exact", "all", 79.5), ("f1", "all", 82.25)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has 79.5 EM, and 77.5 EM on answerable questions.", ["all", "HasAns"]),
        ("On HasAns it has 77.5 EM.", ["HasAns"]),
        ("Overall EM 79.5, HasAns EM 77.5, NoAns EM 81.5.", ["all", "HasAns", "NoAns"]),
    ],
)
def test_kinds_of_questions_are_told_apart(text: str, expected: list[str]) -> None:
    assert [claim.subset.value for claim in claims_of(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has 79.5 EM on SQuAD 2.0 and 50.5 EM on XQuAD.", ["squad_v2", "xquad"]),
        ("On SQuAD 2.0 it has 79.5 EM, on XQuAD 50.5 EM.", ["squad_v2", "xquad"]),
        ("We take SQuAD 2.0. It has 79.5 EM.", ["squad_v2"]),
        ("## SQuAD 2.0\nIt has 79.5 EM. On XQuAD it has 50.5 EM.", ["squad_v2", "xquad"]),
    ],
)
def test_each_score_goes_with_its_data(text: str, expected: list[str]) -> None:
    names = [(claim.data.id or "").rpartition("/")[2] for claim in claims_of(text)]

    assert names == expected


def test_a_count_is_a_claim_beside_a_score() -> None:
    assert short(claims_of("It has 79.5 EM (n = 11,873). There are 5 questions.")) == [
        ("exact", "all", 79.5),
        ("n", "all", 11873.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It is better by 1.5 F1.",
        "It is 1.5 F1 points better.",
        "It gains +1.5 F1.",
        "It loses 1.5 F1.",
        "It has 12 layers and F1.",
        "See 2.0 for EM, F1.",
        "EM and F1 are 79.5.",
        "",
        "F1",
        "F1 " + "9" * 60,
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert claims_of(text) == ()


def test_questions_of_the_training_are_not_counted() -> None:
    claims = claims_of("Trained on 130,319 examples, it has 79.5 EM.")

    assert short(claims) == [("exact", "all", 79.5)]


def test_a_sentence_about_the_teacher_says_so() -> None:
    claims = claims_of("It has 79.5 EM. The teacher has 84.5 EM.")

    assert [claim.subject for claim in claims] == [None, "teacher"]


def test_each_claim_stands_on_its_line() -> None:
    claims = claims_of("One.\nTwo has\n79.5 EM and\n80.5 F1.\n")

    assert [claim.line for claim in claims] == [3, 4]


def test_a_paragraph_that_nobody_can_read_is_passed_over() -> None:
    assert claims_of("It has 79.5 EM. " * 2000) == ()
