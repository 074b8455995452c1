"""Damaged letters are found, and right ones of any script are not."""

from pathlib import Path

import pytest

from tests.linting_builders import found_by, lines_of

HEADINGS = "# Über uns\n## What & why?\n## `code` and *more*\n## Twice\n## Twice\n"


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        ("Timo MÃ¶ller", "letters are damaged: 'MÃ¶ller' should be 'Möller'"),
        ("Das kostet viel FÃ¼r", "letters are damaged: 'FÃ¼r' should be 'Für'"),
    ],
)
def test_damaged_letters_are_reported_with_the_right_ones(damaged: str, message: str) -> None:
    (problem,) = found_by("encoding", f"# A\n{damaged}\n")

    assert (problem.line, problem.message) == (2, message)
    assert problem.mend is not None


@pytest.mark.parametrize(
    "text", ["Möller", "Straße 1", "日本語", "العربية", "naïve café", "🎉 5 €"]
)
def test_right_letters_are_sound(text: str) -> None:
    assert found_by("encoding", text) == []


@pytest.mark.parametrize(
    "anchor",
    ["über-uns", "%C3%BCber-uns", "what--why", "code-and-more", "twice", "twice-1", "top", "here"],
)
def test_headings_and_anchors_of_html_are_places(anchor: str) -> None:
    text = f'{HEADINGS}<a id="here"></a>\n\n[x](#{anchor})\n'

    assert found_by("anchor", text) == []


@pytest.mark.parametrize("anchor", ["uber-uns", "what-why", "twice-2", "there"])
def test_other_places_are_dead(anchor: str) -> None:
    (problem,) = found_by("anchor", f"{HEADINGS}\n[x](#{anchor})\n")

    assert problem.line == 7
    assert problem.message == f"no heading gives the section '#{anchor}'"


@pytest.mark.parametrize(
    "url",
    ["chart.png", "chart.png?raw=true", "./chart.png#part", "a%20b.png", "/blob/main/x.png",
     "https://example.org/x.png", "//example.org/x.png", "mailto:a@example.org", "#x"],
)  # fmt: skip
def test_files_beside_the_card_and_elsewhere_are_there(url: str, tmp_path: Path) -> None:
    (tmp_path / "chart.png").touch()
    (tmp_path / "a b.png").touch()

    assert found_by("missing-file", f"![x]({url})\n", folder=tmp_path) == []


@pytest.mark.parametrize("url", ["other.png", "../card/chart.png/x", "..", "%00", "x" * 5000])
def test_files_that_are_not_beside_the_card_are_missing(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "chart.png").touch()

    assert lines_of("missing-file", f"\n![x]({url})\n", folder=folder) == [2]


def test_a_card_that_lies_nowhere_has_no_missing_files() -> None:
    assert found_by("missing-file", "![x](chart.png)\n") == []


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
