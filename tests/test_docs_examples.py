"""The examples of the pages on extending work as printed, and their own tests pass."""

from pathlib import Path

import pytest

from qareport.cards.render.page import render_card
from tests.card_builders import distilled
from tests.extending_pages import PAGES, blocks
from tests.repository import ROOT


def test_the_template_extends_the_shipped_one(tmp_path: Path) -> None:
    (template,) = blocks("template.md", "jinja")
    path = tmp_path / "short.md.jinja"
    path.write_text(template, encoding="utf-8")

    page = render_card(distilled(), str(path)).body

    assert "## In short\n\nsmall-ships finds" in page
    assert "## Results" in page
    assert "## Charts" not in page


@pytest.mark.parametrize(
    "page", [path.name for path in sorted(PAGES.glob("*.md")) if blocks(path.name, "diff")]
)
def test_lines_that_a_page_takes_away_or_goes_by_are_those_of_the_package(page: str) -> None:
    rooms = (ROOT / "qareport", ROOT / "trainer", ROOT / "tests/card_faults")
    named = [path for room in rooms for path in room.rglob("*.py")]
    lines = {line.rstrip() for path in named for line in path.read_text("utf-8").splitlines()}
    shown = [line for block in blocks(page, "diff") for line in block.splitlines()]

    kept = [line[1:] for line in shown if line and not line.startswith("+")]
    assert kept
    assert set(kept) <= lines
