"""Metadata that cannot be read is one problem, and keys that stand twice are each one."""

import pytest

from qareport.cards.text.card_text import Edit
from tests.linting_builders import found_by, lines_of, with_metadata


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (("a: b: c",), 2, "the metadata is not YAML (mapping values are not allowed here)"),
        (("- a",), 2, "the metadata is not a table of keys"),
        (("a: 1", "b: *a"), 3, "the metadata is not YAML (found undefined alias 'a')"),
        (
            ("a: " + "[" * 101,),
            2,
            "the metadata is nested more than 100 levels deep; make it flatter",
        ),
        (("a: !!timestamp x",), 2, None),
    ],
)
def test_broken_metadata_is_reported_with_its_line(
    lines: tuple[str, ...], line: int, message: str | None
) -> None:
    (problem,) = found_by("yaml", with_metadata(*lines))

    assert problem.line == line
    assert message in {problem.message, None}


@pytest.mark.parametrize("text", ["", "# A page\n", "---\n---\n", "---\n# nothing\n---\n"])
def test_a_card_without_metadata_is_a_warning(text: str) -> None:
    assert lines_of("no-metadata", text) == [1]


def test_broken_metadata_is_not_called_missing() -> None:
    text = with_metadata("a: [")

    assert found_by("no-metadata", text) == found_by("missing-metadata", text) == []


def test_the_keys_below_a_key_that_stands_twice_are_not_reported() -> None:
    text = with_metadata("a:", "- b: 1", "a:", "- b: 1")

    assert lines_of("duplicate-key", text) == [4]


def test_keys_of_inner_tables_are_reported() -> None:
    (problem,) = found_by("duplicate-key", with_metadata("model-index:", "- name: m", "  name: n"))

    assert problem.message == "'model-index[0].name' stands here a second time"
    assert problem.hub_message == "duplicated mapping key (4:1)"
    assert problem.mend is None


def test_a_value_by_an_alias_is_looked_at_where_the_alias_stands() -> None:
    (problem,) = found_by("language", with_metadata("x: &a EN", "language: *a"))

    assert problem.line == 3
    assert problem.mend is None


def test_blank_lines_before_the_metadata_move_lines_and_mends() -> None:
    (problem,) = found_by("language", "\n\n" + with_metadata("language: EN"))

    assert problem.line == 4
    assert problem.mend == Edit(16, 18, "en")
