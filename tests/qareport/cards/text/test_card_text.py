"""A card is split where the Hub splits it, and put together again to the byte."""

import pytest
from huggingface_hub.repocard import REGEX_YAML_BLOCK
from hypothesis import given
from hypothesis import strategies as some

from qareport.cards.text.card_text import (
    Edit,
    apply_edits,
    join_card,
    line_end,
    replace_parts,
    split_card,
    with_line_ends,
)
from qareport.errors import DataError

PIECES = some.sampled_from(
    ["---", "\n", "\r\n", "a: 1", "--- ", " ---", "# T", "----", "\ufeff", "--- x", "\t"]
)


@pytest.mark.parametrize(
    ("text", "front_matter", "body"),
    [
        ("---\na: 1\n---\n# T\n", "a: 1\n", "# T\n"),
        ("---\r\na: 1\r\n---\r\n# T\r\n", "a: 1\r\n", "# T\r\n"),
        ("\ufeff---\na: 1\n---\n", "a: 1\n", ""),
        ("\n\n---\na: 1\n---", "a: 1\n", ""),
        ("---\n---\nx", "", "x"),
        ("---\na: |\n  ---\n --- x\n---\n---\nx", "a: |\n  ---\n --- x\n", "---\nx"),
        ("---\na: 1\n--- \t\nx", "a: 1\n", "x"),
        ("# T\n\n---\na: 1\n---\n", None, "# T\n\n---\na: 1\n---\n"),
        ("---\na: 1\n", None, "---\na: 1\n"),
        ("----\na: 1\n----\n", None, "----\na: 1\n----\n"),
        ("---\na: 1\n----\n", None, "---\na: 1\n----\n"),
        ("---", None, "---"),
        ("", None, ""),
    ],
)
def test_the_metadata_stands_between_two_lines(
    text: str, front_matter: str | None, body: str
) -> None:
    card = split_card(text)

    assert (card.text, card.front_matter, card.body) == (text, front_matter, body)


@given(some.lists(PIECES, max_size=12).map("".join))
def test_cards_whose_metadata_the_hub_finds_have_it_here_too(text: str) -> None:
    found = REGEX_YAML_BLOCK.search(text)
    card = split_card(text)

    if found is not None and "\r" not in text.replace("\r\n", ""):
        assert (card.front_matter or "").rstrip("\r\n") == found[2].rstrip("\r\n")
        assert card.body == text[found.end() :]


@pytest.mark.parametrize(
    ("text", "front_matter_line", "body_line"),
    [
        ("---\na: 1\n---\nx", 2, 4),
        ("\r\n\r\n---\r\na: 1\r\n---\r\nx", 4, 6),
        ("---\n---\nx", 2, 3),
        ("x\ny", 2, 1),
        ("", 1, 1),
    ],
)
def test_lines_are_counted_from_the_top_of_the_card(
    text: str, front_matter_line: int, body_line: int
) -> None:
    card = split_card(text)

    assert (card.front_matter_line, card.body_line) == (front_matter_line, body_line)


def test_parts_are_joined_to_a_card() -> None:
    card = join_card("a: 1\n", "# T\n")

    assert card == split_card("---\na: 1\n---\n# T\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\ufeff\n--- \r\nb: 2\r\n---\t\r\ny", "\ufeff\n--- \r\na: 1\n---\t\r\nx"),
        ("y\r\n", "---\r\na: 1\n---\r\nx"),
        ("", "---\na: 1\n---\nx"),
    ],
)
def test_parts_are_replaced_between_the_lines_that_are_there(old: str, new: str) -> None:
    assert replace_parts(split_card(old), "a: 1\n", "x") == split_card(new)


@pytest.mark.parametrize(
    ("text", "ending"), [("", "\r"), ("a\nb\r\n", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb\n", "\n")]
)
def test_the_first_line_end_counts(text: str, ending: str) -> None:
    assert line_end(text, "\r") == ending


def test_all_line_ends_become_one_kind() -> None:
    assert with_line_ends("a\nb\r\n\n", "\r\n") == "a\r\nb\r\n\r\n"
    assert with_line_ends("a\nb\r\n\n", "\n") == "a\nb\n\n"


def test_edits_are_applied_by_place_and_at_one_place_in_their_order() -> None:
    edits = [Edit(4, 5, "E"), Edit(2, 2, "1"), Edit(0, 1, ""), Edit(2, 2, "2"), Edit(2, 3, "C")]

    assert apply_edits("abcdef", edits) == "b12CdEf"


def test_a_card_of_too_many_cells_is_refused() -> None:
    with pytest.raises(DataError, match=r"has more than 25,000 cells of tables \(\|\); shorten"):
        split_card("| a " * 25_001)
