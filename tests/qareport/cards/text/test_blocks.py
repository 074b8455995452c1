"""Managed blocks are found, replaced, added and removed; the text around them stays."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from qareport.cards.text.blocks import (
    defuse_markers,
    managed_block,
    merge_bodies,
    read_blocks,
    remove_blocks,
)
from qareport.errors import DataError

NAMES = ("headline", "usage", "results", "training")
HAND_TEXT = some.lists(
    some.sampled_from(
        [
            *("", "Mine.", "  two blanks  ", "- a list", "    code", "> quoted", "# Title", "\tx"),
            *("```\n<!-- qareport:begin results -->\n```", "a <!-- qareport:end x -->", "***"),
            *(
                "<!-- a remark -->",
                "| a | b |\n|---|---|\n| 1 | 2 |",
                "\u202eémoji \U0001f600",
                "\x0b",
            ),
        ]
    ),
    max_size=4,
).map("\n".join)


def page_of(*parts: str) -> str:
    return "\n".join(parts)


def block(name: str, text: str = "Ours.") -> str:
    return managed_block(name, text)


def test_a_block_stands_between_its_markers() -> None:
    assert managed_block("results", "\n \n  | a |\n\n| b |\n\t\n\n") == (
        "<!-- qareport:begin results -->\n\n  | a |\n\n| b |\n\n<!-- qareport:end results -->\n"
    )


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_a_blank_block_is_left_out(text: str) -> None:
    assert managed_block("results", text) == ""


@pytest.mark.parametrize("name", ["", "Results", "a b", "a--b", "-", "a -->"])
def test_names_of_blocks_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        managed_block(name, "text")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_blocks_are_read_with_their_places(ending: str) -> None:
    page = page_of("Mine.", block("usage"), "More.", block("results", "a\n\nb")).replace(
        "\n", ending
    )

    usage, results = read_blocks(page)

    assert (usage.name, usage.text, results.name, results.text) == (
        *("usage", "Ours."),
        *("results", "a\n\nb"),
    )
    assert page[results.start : results.end] == block("results", "a\n\nb")[:-1].replace(
        "\n", ending
    )


@pytest.mark.parametrize(
    "quoted",
    [
        "```\n{}\n```\n",
        "~~~~ markdown\n{}\n~~~\n~~~~\n",
        "- item\n\n  ```\n{}\n  ```\n".replace("{}", "  {}"),
        "> {}\n",
        "    {}\n",
        "See {} there.\n",
        "\u00a0{}\n",
    ],
)
def test_a_marker_in_code_or_within_a_line_does_not_count(quoted: str) -> None:
    assert read_blocks(quoted.replace("{}", "<!-- qareport:begin usage -->")) == ()


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("x\n<!-- qareport:begin a -->\n", "line 2: block 'a' is not closed; restore"),
        ("<!-- qareport:end a -->\n", "line 1: block 'a' ends without having begun"),
        (
            "<!-- qareport:begin a -->\r\n<!-- qareport:end b -->\r\n",
            "line 2: block 'b' ends without",
        ),
        (
            "<!-- qareport:begin a -->\n\n<!-- qareport:begin b -->\n<!-- qareport:end b -->",
            "line 3: block 'b' begins inside block 'a'",
        ),
        (page_of(block("a"), block("a")), "line 7: block 'a' stands twice; delete one"),
        (
            "\n<!--qareport:begin a-->\n",
            "line 2: '<!--qareport:begin a-->' is not a marker of a block",
        ),
        ("<!-- QAreport : Begin a -->", "line 1: '<!-- QAreport : Begin a -->' is not a marker"),
        ("<!-- qareport:begin a --> x", "line 1: '<!-- qareport:begin a --> x' is not a marker"),
        ("```\n```\n<!-- qareport:begin A -->", "line 3: '<!-- qareport:begin A -->' is no"),
    ],
)
def test_damaged_blocks_are_refused_with_their_line(page: str, message: str) -> None:
    with pytest.raises(DataError) as refusal:
        read_blocks(page)

    assert str(refusal.value).startswith(message)


def test_lines_are_those_of_the_card() -> None:
    with pytest.raises(DataError, match=r"^line 12: block 'a' is not closed"):
        read_blocks("\n\n<!-- qareport:begin a -->\n", first_line=10)


@pytest.mark.parametrize(
    "marker",
    [
        "<!-- qareport:begin results -->",
        "<!--QAREPORT:END results-->",
        "<!--\t qareport \n:begin results -->",
        "<!-- qareport:anything",
        "<!<!-- qareport:begin results -->",
    ],
)
def test_a_defused_marker_is_none(marker: str) -> None:
    defused = defuse_markers(marker)

    assert read_blocks(defused) == ()
    assert defuse_markers(defused) == defused != marker
    assert defused.replace(" quoted", "") == marker


def test_other_text_is_not_defused() -> None:
    text = "<!-- a remark on qareport: good --> and qareport:begin x, <!-- mine -->"

    assert defuse_markers(text) == text


@pytest.mark.parametrize(
    ("page", "rendered", "merged"),
    [
        pytest.param("", "# T\n", "# T\n", id="empty page"),
        pytest.param("\n \n", "# T\n", "# T\n", id="blank page"),
        pytest.param("\n", "", "\n", id="nothing to say"),
        pytest.param("Mine.\n", "# T\n", "Mine.\n", id="only text between blocks"),
        pytest.param("Mine.", block("a"), f"Mine.\n\n{block('a')}", id="no last line end"),
        pytest.param("Mine.\n", block("a"), f"Mine.\n\n{block('a')}", id="hand-written"),
        pytest.param("Mine.\n\n", block("a"), f"Mine.\n\n{block('a')}", id="blank line at the end"),
        pytest.param(
            "Mine.\n",
            page_of(block("a"), "ignored\n", block("b")),
            page_of("Mine.\n", block("a"), block("b")),
            id="many at the end",
        ),
        pytest.param(
            page_of("1\n", block("a", "old"), "2\n"),
            page_of("# T\n", block("a", "new")),
            page_of("1\n", block("a", "new"), "2\n"),
            id="replaced",
        ),
        pytest.param(
            page_of("1\n", block("b"), "2\n", block("a"), "3\n"),
            page_of(block("a", "A"), block("b", "B")),
            page_of("1\n", block("b", "B"), "2\n", block("a", "A"), "3\n"),
            id="moved by the author",
        ),
        pytest.param(
            page_of("1\n", block("a"), "2\n", block("d"), "3\n"),
            page_of(block("a"), block("b"), block("c"), block("d"), block("e")),
            page_of(
                "1\n", block("a"), block("b"), block("c"), "2\n", block("d"), block("e"), "3\n"
            ),
            id="behind the nearest before",
        ),
        pytest.param(
            page_of("1\n", block("c"), "2\n"),
            page_of(block("a"), block("b"), block("c")),
            page_of("1\n", block("a"), block("b"), block("c"), "2\n"),
            id="before the nearest behind",
        ),
        pytest.param(
            page_of("1\n", block("a"), "2\n", block("b"), "3\n"),
            block("b"),
            page_of("1\n", "2\n", block("b"), "3\n"),
            id="removed from the middle",
        ),
        pytest.param(page_of("1\n", block("a")), "", "1\n", id="removed from the end"),
        pytest.param(page_of(block("a"), "1\n"), "", "1\n", id="removed from the start"),
        pytest.param("1\n" + block("a") + "2\n", "", "1\n2\n", id="removed without blank lines"),
        pytest.param(block("a")[:-1], "", "", id="removed without a line end"),
        pytest.param(
            "1\r\n\r\n" + block("a").replace("\n", "\r\n"), "", "1\r\n", id="removed with CRLF"
        ),
        pytest.param(
            page_of("1\n", block("a")), block("b"), page_of("1\n", block("b")), id="another"
        ),
    ],
)
def test_blocks_come_to_their_places(page: str, rendered: str, merged: str) -> None:
    assert merge_bodies(page, rendered) == merged


def test_blocks_take_the_line_ends_of_the_page() -> None:
    page = "Mine.\r\n\r\n<!-- qareport:begin a -->\r\nold\r\n<!-- qareport:end a -->\r\n"

    merged = merge_bodies(page, page_of(block("a", "new\ntext"), block("b")))

    assert merged == page_of("Mine.\n", block("a", "new\ntext"), block("b")).replace("\n", "\r\n")


@pytest.mark.parametrize("text", ["Ours.", "```\nours\n```", "```python\nours\n```"])
@pytest.mark.parametrize("opening", ["```", "~~~ text"])
def test_a_page_that_ends_in_open_code_is_refused(opening: str, text: str) -> None:
    page = f"```\nclosed\n```\n\n{opening}\nnever closed\n"

    with pytest.raises(DataError, match=r"^line 8: code begins here and is not closed; close it"):
        merge_bodies(page, block("a", text), first_line=4)


def test_open_code_in_a_block_of_ours_is_refused() -> None:
    with pytest.raises(DataError, match="block 'a' is not closed"):
        merge_bodies("Mine.", block("a", "```\nnever closed"))


@given(
    some.lists(HAND_TEXT, min_size=5, max_size=5),
    some.permutations(NAMES),
    some.lists(some.sampled_from(NAMES), unique=True),
    some.sampled_from(["\n", "\r\n"]),
)
def test_hand_text_survives_and_a_second_merge_changes_nothing(
    hand_texts: list[str], order: list[str], kept: list[str], ending: str
) -> None:
    parts = [f"{text}\n{block(name, 'old')}" for text, name in zip(hand_texts, order, strict=False)]
    page = page_of(*parts, hand_texts[4]).replace("\n", ending)
    rendered = page_of(*(block(name, f"new {name}") for name in kept))

    merged = merge_bodies(page, rendered)

    assert merge_bodies(merged, rendered) == merged
    assert [one.text for one in read_blocks(merged) if one.text != f"new {one.name}"] == []
    assert sorted(one.name for one in read_blocks(merged)) == sorted(kept)
    assert without_blocks(merged).split() == without_blocks(page).split()
    assert merged.count("\n") == merged.count(ending)


@given(some.data())
def test_any_other_character_in_a_block_makes_a_difference(drawn: some.DataObject) -> None:
    rendered = page_of(block("a", "| x |\n| - |\n| 1 |"), block("b", "```\ncode\n```"))
    page = merge_bodies("Mine.\n", rendered)
    spans = [place for one in read_blocks(page) for place in range(one.start, one.end)]
    place = drawn.draw(some.sampled_from(spans))
    other = drawn.draw(
        some.sampled_from(["", " ", "\n", "\r", "-", "`", "#", "é", page[place] * 2])
    )
    changed = page[:place] + other + page[place + 1 :]
    assume(changed != page)

    try:
        merged = merge_bodies(changed, rendered)
    except DataError:
        return
    assert merged != changed


def without_blocks(page: str) -> str:
    for one in reversed(read_blocks(page)):
        page = page[: one.start] + page[one.end :]
    return page


@pytest.mark.parametrize("around", ["", "Mine.\n\n", "# Mine\n"])
def test_a_block_that_is_added_and_removed_leaves_the_page_as_it_was(around: str) -> None:
    page = page_of(block("headline"), f"{around}{block('training')}")
    added = merge_bodies(page, page_of(block("headline"), block("results"), block("training")))

    assert added != page
    assert remove_blocks(added, {"results", "usage"}) == page
