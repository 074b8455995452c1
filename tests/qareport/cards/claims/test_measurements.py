"""A record is that of a claim's data by id, name, or a well-known count of questions."""

from dataclasses import replace

import pytest

from qareport.cards.claims.claims import COUNT, ClaimedData, Subset
from qareport.cards.claims.measurements import half_unit
from qareport.data.types import EXACT, F1
from tests.claim_builders import SQUAD_2, claim, measurement, totals


@pytest.mark.parametrize(
    ("measure", "subset", "expected"),
    [
        (EXACT, Subset.ALL, 50.0),
        (F1, Subset.HAS_ANSWER, 75.0),
        (COUNT, Subset.NO_ANSWER, 4.0),
    ],
)
def test_scores_are_told_in_percent_and_counts_as_they_are(
    measure: str, subset: Subset, expected: float
) -> None:
    assert measurement().value(measure, subset) == expected


def test_questions_that_are_not_there_have_no_figure() -> None:
    alone = replace(measurement(), totals=replace(totals(), no_answer=None))

    assert alone.value(F1, Subset.NO_ANSWER) is None


@pytest.mark.parametrize(
    ("recorded", "claimed"),
    [
        (ClaimedData("d", "rajpurkar/squad_v2"), SQUAD_2),
        (ClaimedData("d", "squad_v2"), SQUAD_2),
        (ClaimedData("d", "rajpurkar/squad_v2", split="validation"), SQUAD_2),
        (ClaimedData("My data", None), ClaimedData("my-data", "somebody/else")),
        (ClaimedData("SQuAD v2", None), SQUAD_2),
    ],
)
def test_data_is_the_same_by_id_or_name(recorded: ClaimedData, claimed: ClaimedData) -> None:
    assert measurement(recorded).is_of(claimed)


@pytest.mark.parametrize(
    ("recorded", "claimed"),
    [
        (ClaimedData("d", "me/data"), SQUAD_2),
        (ClaimedData("d", "me/data", "a"), ClaimedData("d", "me/data", "b")),
        (ClaimedData("d", "me/data", split="test"), ClaimedData("d", "me/data", split="train")),
        (ClaimedData("d", "me/data", revision="1"), ClaimedData("d", "me/data", revision="2")),
        (ClaimedData(None, None), ClaimedData(None, None)),
    ],
)
def test_data_differs_where_anything_that_both_say_differs(
    recorded: ClaimedData, claimed: ClaimedData
) -> None:
    assert not measurement(recorded).is_of(claimed)


@pytest.mark.parametrize(
    ("file_name", "n", "split", "expected"),
    [
        ("dev-v2.0.json", 11873, None, True),
        ("dev-v2.0.json", 11873, "validation", True),
        ("dev-v2.0.json", 11873, "test", False),
        ("dev-v2.0.json", 11872, None, False),
    ],
)
def test_a_file_is_known_by_its_count_of_questions(
    file_name: str, n: int, split: str | None, *, expected: bool
) -> None:
    scores = totals()
    of_file = replace(
        measurement(ClaimedData(file_name, None)),
        totals=replace(scores, overall=replace(scores.overall, n=n)),
    )

    assert of_file.is_of(replace(SQUAD_2, split=split)) is expected


@pytest.mark.parametrize(
    ("measure", "text", "expected"),
    [
        (EXACT, "79.87", 0.005),
        (F1, "80", 0.5),
        (COUNT, "11,873", 0.0),
    ],
)
def test_a_claim_may_be_off_by_half_a_unit_of_its_last_digit(
    measure: str, text: str, expected: float
) -> None:
    assert half_unit(claim(measure, text)) == expected


def test_a_fraction_may_be_off_by_half_a_unit_of_its_own_last_digit() -> None:
    assert half_unit(replace(claim(text="0.8"), is_fraction=True)) == 5.0
