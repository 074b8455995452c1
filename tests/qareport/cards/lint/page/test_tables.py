"""Tables have a header, a line of hyphens, and rows as wide as the header."""

import pytest

from tests.linting_builders import found_by, lines_of


@pytest.mark.parametrize(
    "separator", ["| --- | --- |", "|-|-|", "|:--|--:|", "| :-: | - |", "|---|---"]
)
def test_any_line_of_hyphens_separates(separator: str) -> None:
    text = f"| a | b |\n{separator}\n| 1 | 2 |\n"

    assert found_by("table-separator", text) == found_by("table-row", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "| one line with a bar\n",
        "```\n| a |\n| b |\n```\n",
        "    | a |\n    | b |\n",
        "a | b\n- | -\n1 | 2\n",
        "[a](#) | [b](#)\n",
        "---\nx: |\n  | a |\n  | b |\n---\n",
    ],
)
def test_other_lines_with_bars_are_no_tables(text: str) -> None:
    assert found_by("table-separator", text) == found_by("table-row", text) == []


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ("| 1 | 2 |", []),
        ("| 1 | 2", []),
        (r"| 1 \| 2 | 3 |", []),
        ("| 1 |", [3]),
        ("| 1 | 2 | 3 |", [3]),
        ("| 1 | 2 | |", [3]),
    ],
)
def test_rows_are_as_wide_as_the_header(row: str, lines: list[int]) -> None:
    assert lines_of("table-row", f"| a | b |\n| - | - |\n{row}\n") == lines


def test_a_line_of_hyphens_is_as_wide_as_the_header() -> None:
    assert lines_of("table-row", "| a | b |\n| --- |\n| 1 | 2 |\n") == [2]
