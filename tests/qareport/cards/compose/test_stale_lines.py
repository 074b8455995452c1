"""Lines of a card that its records would have otherwise are found, each at its place."""

from pathlib import Path

import pytest

from qareport.cards.compose.gather import CardChoice
from qareport.cards.compose.stale_lines import (
    LATER_BLOCKS,
    StaleLine,
    compare_lines,
    find_stale_lines,
    gather_made,
    managed_lines,
)
from qareport.cards.compose.write import render, show_usage, write_card
from qareport.cards.text.blocks import remove_blocks
from qareport.cards.text.card_text import CARD_FILE as README
from qareport.cards.text.card_text import split_card
from tests.card_builders import write_card_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A card that was made of a record."""
    folder = write_card_folder(tmp_path)
    write_card(folder, render(CardChoice(folder), show_usage))
    return folder / README


def stale_lines(path: Path) -> tuple[StaleLine, ...]:
    """What a new rendering would change in a card that qareport made."""
    made = gather_made(path)
    assert made is not None
    return find_stale_lines(split_card(path.read_text()), made)


def test_a_card_that_was_made_has_no_stale_line(path: Path) -> None:
    assert stale_lines(path) == ()


def test_its_records_come_with_what_it_is_made_of(path: Path) -> None:
    made = gather_made(path)

    assert made is not None
    assert [record.evaluation for record in made.records] == [
        each.evaluation for each in made.sources.records
    ]
    assert len(made.records) > 0


def test_other_cards_are_not_made_of_records(tmp_path: Path, path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()

    assert gather_made(tmp_path / "elsewhere" / README) is None
    assert gather_made(path.with_name("OTHER.md")) is None


def test_a_changed_figure_is_a_stale_line(path: Path) -> None:
    page = path.read_text().replace("| NoAns | 6 | 50.00", "| NoAns | 6 | 51.00")
    path.write_text(page)

    (stale,) = stale_lines(path)

    assert page.splitlines()[stale.line - 1] == stale.text
    assert stale.rendered == stale.text.replace("51.00", "50.00", 1)


def test_a_card_of_a_version_without_floor_and_ceilings_is_not_stale(path: Path) -> None:
    page = path.read_text()
    path.write_text(remove_blocks(page, LATER_BLOCKS))

    assert path.read_text() != page
    assert stale_lines(path) == ()


def test_any_other_block_that_is_missing_is_stale(path: Path) -> None:
    path.write_text(remove_blocks(path.read_text(), {"results"}))

    assert "## Results on data.json" in [each.rendered for each in stale_lines(path)]


def test_a_row_that_is_missing_among_floor_and_ceilings_is_stale(path: Path) -> None:
    row = "| Always no answer | 18 | 33.33 | 33.33 |"
    path.write_text(path.read_text().replace(f"{row}\n", ""))

    (stale,) = stale_lines(path)

    assert (stale.text, stale.rendered) == ("", row)


@pytest.mark.parametrize(
    ("before", "after", "stale"),
    [
        ("a\nb\n", "a\nb\n", ()),
        ("a\nx\n", "a\nb\n", (StaleLine(2, "x", "b"),)),
        ("a\n", "a\nb\n", (StaleLine(2, "", "b"),)),
        ("a\nb\n", "a\n", (StaleLine(2, "b", ""),)),
        ("a\nx\ny\nc\n", "a\nb\nc\n", (StaleLine(2, "x", "b"), StaleLine(3, "y", ""))),
        ("a\nx\nc\n", "a\nb\nd\nc\n", (StaleLine(2, "x", "b"), StaleLine(3, "", "d"))),
    ],
)
def test_lines_are_told_with_what_they_should_be(
    before: str, after: str, stale: tuple[StaleLine, ...]
) -> None:
    assert compare_lines(split_card(before), split_card(after)) == stale


def test_our_lines_are_those_of_metadata_and_blocks() -> None:
    card = split_card(
        "---\nlanguage: en\n---\nBy hand.\n"
        "<!-- qareport:begin results -->\n\nours\n\n<!-- qareport:end results -->\nBy hand.\n"
    )

    lines = managed_lines(card)

    assert {2, 5, 7, 9} <= lines
    assert 10 not in lines
