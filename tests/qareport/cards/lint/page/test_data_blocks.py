"""Data blocks are JSON, or lines of it."""

import pytest

from tests.linting_builders import found_by, lines_of


def block(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        block('{"exact": 1.5}'),
        block('"exact": 1.5,\n"f1": 2,\n\nwords between\n"x": {"a": [1]}'),
        block("[1, 2]", "json"),
        block(f'{{"exact": {"9" * 5000}}}'),
        block(f'"exact": {"9" * 5000}'),
        block('"exact": about 3', "python"),
        block("exact: 79.8%"),
        block("learning_rate = 3e-5"),
    ],
)
def test_json_lines_of_it_and_other_languages_are_sound(text: str) -> None:
    assert found_by("data-block", text) == found_by("data-percent", text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (block('{"exact": 1.5,\n "f1": }'), 3),
        (block('"f1": 1,\n"exact": x'), 3),
        (block('{"a": ' + "[" * 20000, "json"), 2),
        (block('"a": ' + "[" * 20000), 2),
    ],
)
def test_a_fault_is_reported_with_its_line(text: str, line: int) -> None:
    assert lines_of("data-block", text) == [line]


def test_signs_for_percent_are_the_only_fault_of_their_line() -> None:
    text = block('{"exact": 79.8366%,\n "f1": 83.9 %}', "json")

    assert lines_of("data-percent", text) == [2, 3]
    assert found_by("data-block", text) == []
