"""Tests how rows of tables become raw questions."""

import pytest

from qareport.data.readers.raw_question import ABSENT, question_from_row
from tests.squad_json import ANSWER, ROW


def test_a_field_that_is_not_in_the_row_is_absent_and_not_null() -> None:
    raw = question_from_row({"context": None}, "row 0")

    assert raw.context is None
    assert raw.id is raw.title is raw.question is raw.answers is ABSENT
    assert raw.is_impossible is raw.plausible_answers is ABSENT


def test_columns_of_texts_and_starts_become_a_list_of_answers() -> None:
    columns = {"text": ["Norman", "was"], "answer_start": [0, 7]}

    raw = question_from_row({**ROW, "answers": columns, "plausible_answers": columns}, "row 0")

    assert raw.answers == raw.plausible_answers
    assert raw.answers == [ANSWER, {"text": "was", "answer_start": 7}]


@pytest.mark.parametrize(
    ("texts", "starts", "last"),
    [
        (["Norman", "was"], [0], {"text": "was", "answer_start": ABSENT}),
        (["Norman"], [0, 7], {"text": ABSENT, "answer_start": 7}),
    ],
)
def test_columns_of_unequal_length_leave_a_field_absent(
    texts: list[str], starts: list[int], last: object
) -> None:
    raw = question_from_row({**ROW, "answers": {"text": texts, "answer_start": starts}}, "row 0")

    assert raw.answers == [ANSWER, last]


@pytest.mark.parametrize("answers", [None, "Norman", {"text": "x", "answer_start": [0]}, {}])
def test_answers_of_another_form_stay_as_they_are(answers: object) -> None:
    assert question_from_row({**ROW, "answers": answers}, "row 0").answers is answers
