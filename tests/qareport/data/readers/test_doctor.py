"""Tests what the doctor finds in raw questions with one flaw each."""

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.findings import Severity
from qareport.data.readers.doctor import duplicate_id, examine
from qareport.data.readers.raw_question import ABSENT, RawQuestion
from tests.squad_json import ANSWER, CONTEXT

SOUND = RawQuestion(
    location="dev.json: data[3].paragraphs[5].qas[2] (id '56dd')",
    id="56dd",
    title="t",
    context=CONTEXT,
    question="who?",
    answers=[ANSWER],
    is_impossible=ABSENT,
    plausible_answers=ABSENT,
)
ANYTHING = st.one_of(
    st.just(ABSENT),
    st.none(),
    st.booleans(),
    st.integers(-1, 2),
    st.floats(),
    st.text(max_size=2),
    st.lists(
        st.one_of(
            st.none(),
            st.just(ANSWER),
            st.fixed_dictionaries({}, optional={"text": st.text(max_size=2) | st.none()}),
            st.fixed_dictionaries(
                {"text": st.text(max_size=2), "answer_start": st.integers(-1, 2) | st.booleans()}
            ),
        ),
        max_size=2,
    ),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=1),
)


def noticed(raw: RawQuestion, severity: Severity) -> list[tuple[str, str]]:
    """Kinds and messages of the findings of one severity."""
    findings = examine(raw).findings
    return [(each.kind, each.message) for each in findings if each.severity is severity]


def test_a_sound_question_has_an_example_and_no_findings() -> None:
    examination = examine(SOUND)

    assert examination.example is not None
    assert examination.findings == ()


def test_a_finding_has_kind_place_message_and_remedy() -> None:
    (finding,) = examine(dataclasses.replace(SOUND, answers=ABSENT)).findings

    assert finding.kind == "missing field"
    assert finding.severity is Severity.ERROR
    assert finding.location == "dev.json: data[3].paragraphs[5].qas[2] (id '56dd')"
    assert finding.message == "field 'answers' is missing"
    assert finding.remedy == ("add it; a question without an answer has an empty list of answers")


@pytest.mark.parametrize("name", ["id", "question", "context", "answers"])
def test_a_missing_field_is_an_error(name: str) -> None:
    fields = {"id": "q", "question": "who?", "context": CONTEXT, "answers": [], name: ABSENT}
    raw = dataclasses.replace(
        SOUND,
        id=fields["id"],
        question=fields["question"],
        context=fields["context"],
        answers=fields["answers"],
    )

    assert noticed(raw, Severity.ERROR) == [("missing field", f"field {name!r} is missing")]


@pytest.mark.parametrize(
    ("answers", "kind", "message"),
    [
        (None, "wrong type", "field 'answers' is null, not a list"),
        ({}, "wrong type", "field 'answers' is an object, not a list"),
        (["Norman"], "wrong type", "field 'answers[0]' is a string, not an object"),
        ([{"answer_start": 0}], "missing field", "field 'answers[0].text' is missing"),
        ([{"text": "x"}], "missing field", "field 'answers[0].answer_start' is missing"),
        (
            [ANSWER, {"text": None, "answer_start": 0}],
            "wrong type",
            "field 'answers[1].text' is null, not a string",
        ),
        (
            [{"text": "x", "answer_start": "0"}],
            "wrong type",
            "field 'answers[0].answer_start' is a string, not a whole number",
        ),
        (
            [{"text": "x", "answer_start": True}],
            "wrong type",
            "field 'answers[0].answer_start' is a boolean, not a whole number",
        ),
        (
            [{"text": "x", "answer_start": Decimal("1.0")}],
            "wrong type",
            "field 'answers[0].answer_start' is a decimal number, not a whole number",
        ),
        (
            [{"text": "x", "answer_start": -1}],
            "negative answer_start",
            "field 'answers[0].answer_start' is -1",
        ),
        (
            [{"text": "x", "answer_start": 1 << 63}],
            "huge answer_start",
            "field 'answers[0].answer_start' is more than 9223372036854775807",
        ),
    ],
)
def test_an_answer_of_another_form_is_an_error(answers: object, kind: str, message: str) -> None:
    raw = dataclasses.replace(SOUND, answers=answers)

    assert noticed(raw, Severity.ERROR) == [(kind, message)]
    assert examine(raw).example is None


def test_an_id_that_is_a_number_is_an_error() -> None:
    raw = dataclasses.replace(SOUND, id=7)

    assert noticed(raw, Severity.ERROR) == [
        ("wrong type", "field 'id' is a whole number, not a string")
    ]


def test_a_type_that_json_lacks_is_named_as_python_does() -> None:
    raw = dataclasses.replace(SOUND, context=b"bytes")

    assert noticed(raw, Severity.ERROR) == [
        ("wrong type", "field 'context' is a bytes, not a string")
    ]


@pytest.mark.parametrize(
    ("is_impossible", "answers", "message"),
    [
        (True, [ANSWER], "is_impossible is true but there are answers"),
        (False, [], "is_impossible is false but there are no answers"),
    ],
)
def test_a_flag_against_the_answers_is_a_warning(
    is_impossible: object, answers: object, message: str
) -> None:
    raw = dataclasses.replace(SOUND, is_impossible=is_impossible, answers=answers)

    assert noticed(raw, Severity.WARNING) == [("contradicting is_impossible", message)]


@pytest.mark.parametrize(
    ("is_impossible", "answers"),
    [(True, []), (False, [ANSWER]), (None, []), (None, [ANSWER]), (ABSENT, []), (ABSENT, [ANSWER])],
)
def test_a_flag_that_agrees_or_is_not_there_is_no_finding(
    is_impossible: object, answers: object
) -> None:
    raw = dataclasses.replace(SOUND, is_impossible=is_impossible, answers=answers)

    assert examine(raw).findings == ()


def test_a_flag_that_is_no_boolean_is_a_warning() -> None:
    raw = dataclasses.replace(SOUND, is_impossible=1)

    assert noticed(raw, Severity.WARNING) == [
        ("unreadable is_impossible", "is_impossible is a whole number, not a boolean")
    ]


def test_plausible_answers_of_another_form_are_left_out_with_a_warning() -> None:
    raw = dataclasses.replace(SOUND, plausible_answers=[{"text": "here"}])

    examination = examine(raw)

    assert examination.example is not None
    assert examination.example.plausible_answers == ()
    assert noticed(raw, Severity.WARNING) == [
        (
            "unreadable plausible answers",
            "plausible_answers is not a list of texts with their starts, and is left out",
        )
    ]


def test_a_title_that_is_no_text_is_left_out_with_a_warning() -> None:
    raw = dataclasses.replace(SOUND, title=5)

    examination = examine(raw)

    assert examination.example is not None
    assert examination.example.title == ""
    assert noticed(raw, Severity.WARNING) == [
        ("unreadable title", "title is a whole number, not a string, and is left out")
    ]


def test_an_empty_question_is_a_warning() -> None:
    raw = dataclasses.replace(SOUND, question=" \n")

    assert noticed(raw, Severity.WARNING) == [("empty question", "the question is empty")]


def test_an_empty_context_is_a_warning() -> None:
    raw = dataclasses.replace(SOUND, context="", answers=[])

    assert noticed(raw, Severity.WARNING) == [("empty context", "the context is empty")]


@pytest.mark.parametrize(("text", "shown"), [("", "''"), (" ", "' '")])
def test_an_empty_gold_answer_is_a_warning(text: str, shown: str) -> None:
    raw = dataclasses.replace(SOUND, answers=[{"text": text, "answer_start": 6}])

    assert noticed(raw, Severity.WARNING) == [
        ("empty gold answer", f"gold answer {shown} is empty")
    ]


@pytest.mark.parametrize(
    ("start", "context", "where"),
    [
        (159, "Norman was here", " but at 0"),
        (1, "Norman, Norman and Norman", " but at 0"),
        (6, "Norman, Norman and Norman", " but at 8"),
        (18, "Norman, Norman and Norman", " but at 19"),
        (0, "nobody was here", ", nor anywhere else in it"),
        (0, "normAn was here", ", nor anywhere else in it"),
    ],
)
def test_an_answer_beside_its_offset_is_a_warning_with_the_nearest_true_offset(
    start: int, context: str, where: str
) -> None:
    raw = dataclasses.replace(
        SOUND, context=context, answers=[{"text": "Norman", "answer_start": start}]
    )

    assert noticed(raw, Severity.WARNING) == [
        (
            "answer not at its offset",
            f"answer 'Norman' is not at character {start} of its context{where}",
        )
    ]


def test_every_answer_is_examined() -> None:
    answers = [{"text": "was", "answer_start": 0}, {"text": "here", "answer_start": 0}]
    raw = dataclasses.replace(SOUND, answers=answers)

    assert [message for _, message in noticed(raw, Severity.WARNING)] == [
        "answer 'was' is not at character 0 of its context but at 7",
        "answer 'here' is not at character 0 of its context but at 11",
    ]


def test_a_repeated_id_is_an_error() -> None:
    finding = duplicate_id("56dd", "row 17 (id '56dd')")

    assert (finding.kind, finding.severity) == ("duplicate id", Severity.ERROR)
    assert finding.location == "row 17 (id '56dd')"
    assert finding.message == "id '56dd' occurs a second time"


@given(
    id_=ANYTHING, title=ANYTHING, context=ANYTHING, question=ANYTHING, answers=ANYTHING,
    is_impossible=ANYTHING, plausible=ANYTHING,
)  # fmt: skip
def test_whatever_a_file_holds_there_is_an_example_or_an_error_but_never_both(  # noqa: PLR0913
    *,
    id_: object,
    title: object,
    context: object,
    question: object,
    answers: object,
    is_impossible: object,
    plausible: object,
) -> None:
    raw = RawQuestion("row 0", id_, title, context, question, answers, is_impossible, plausible)

    examination = examine(raw)

    errors = [each for each in examination.findings if each.severity is Severity.ERROR]
    assert (examination.example is None) == bool(errors)
