"""Links lead to headings and files that are there."""

from pathlib import Path

import pytest

from tests.linting_builders import found_by, lines_of

HEADINGS = "# Über uns\n## What & why?\n## `code` and *more*\n## Twice\n## Twice\n"


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
