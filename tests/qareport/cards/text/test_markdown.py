"""The parts of a page are as people read them, with their lines in the card."""

import pytest

from qareport.cards.text.card_text import split_card
from qareport.cards.text.markdown import (
    CodeBlock,
    Heading,
    Hyperlink,
    Markdown,
    Prose,
    Table,
    TableRow,
    read_markdown,
)


def read(text: str) -> Markdown:
    return read_markdown(split_card(text))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("top", ["", "\ufeff---\na: 1\n# b\n---\n", "\n\n---\n---\n"])
def test_lines_are_those_of_the_card(top: str, ending: str) -> None:
    body = "# T\n\ntext [l](u)\n\n| a |\n| - |\n| 1 |\n\n```\ncode\n```\n\n    code\n"

    page = read((top + body).replace("\n", ending))

    first = top.count("\n")
    assert [
        page.headings[0].line,
        page.prose[1].line,
        page.links[0].line,
        page.tables[0].header.line,
        page.tables[0].rows[0].line,
        *(block.line for block in page.code_blocks),
    ] == [first + line for line in (1, 3, 3, 5, 7, 10, 13)]


def test_headings_have_their_level_and_their_text_without_marks() -> None:
    page = read("# **One** `two` #\n\nThree\n---\n\n###### [Six](u)\n\n    # code\n\n> ## Quoted\n")

    assert page.headings == (
        Heading(1, 1, "One two"),
        Heading(3, 2, "Three"),
        Heading(6, 6, "Six"),
        Heading(10, 2, "Quoted"),
    )


def test_a_line_of_hyphens_in_the_body_is_no_metadata() -> None:
    page = read("---\na: 1\n---\ntext\n\n---\n\nb: 2\n\n---\n")

    assert page.prose == (Prose(4, "text", ""), Prose(8, "b: 2", ""))


def test_cells_are_read_without_their_marks() -> None:
    table = "|a|`b`|\n|:-|-:|\n|x \\| y|`c \\| d`|\n|**1**|[l](u) ![p](q)|\n"

    assert read(table).tables == (
        Table(
            TableRow(1, ("a", "b")),
            (TableRow(3, ("x | y", "c | d")), TableRow(4, ("1", "l p"))),
            "",
        ),
    )


def test_rows_have_as_many_cells_as_the_header() -> None:
    page = read("# One\n\n| a | b |\n|-|-|\n| 1 |\n| 1 | 2 | 3 |\n\n## Two\n\nc | d\n-|-\n")

    assert page.tables == (
        Table(TableRow(3, ("a", "b")), (TableRow(5, ("1", "")), TableRow(6, ("1", "2"))), "One"),
        Table(TableRow(10, ("c", "d")), (), "Two"),
    )


def test_cells_are_no_prose() -> None:
    assert read("| a |\n|-|\n| 1 |\n\nafter\n").prose == (Prose(5, "after", ""),)


def test_blocks_of_code_have_their_language_and_first_line() -> None:
    page = read("# T\n```python title=x\na = 1\n\n```\n\n- b\n\n  ~~~\n  c\n  ~~~\n\n```json\nopen")

    assert page.code_blocks == (
        CodeBlock(3, "python", "a = 1\n\n", "T"),
        CodeBlock(10, "", "c\n", "T"),
        CodeBlock(14, "json", "open", "T"),
    )


def test_indented_code_begins_on_its_own_line() -> None:
    assert read("text\n\n    a\n    b\n").code_blocks == (CodeBlock(3, "", "a\nb\n", ""),)


def test_links_and_pictures_have_text_and_address() -> None:
    text = '[a *b*](https://x "t") <https://y> [r][ref]\n![p *q*](p.png)\n\n[ref]: https://z\n'

    assert read(text).links == (
        Hyperlink(1, "a b", "https://x", is_picture=False),
        Hyperlink(1, "https://y", "https://y", is_picture=False),
        Hyperlink(1, "r", "https://z", is_picture=False),
        Hyperlink(1, "p q", "p.png", is_picture=True),
    )


def test_a_picture_in_a_link_is_both() -> None:
    assert read("| [![b](b.svg)](https://l) |\n|-|\n").links == (
        Hyperlink(1, "b", "https://l", is_picture=False),
        Hyperlink(1, "b", "b.svg", is_picture=True),
    )


def test_links_in_code_are_none() -> None:
    assert read("`[a](b)`\n\n    [a](b)\n").links == ()


def test_entries_of_nested_lists_and_quotations_are_prose_of_their_own() -> None:
    page = read("# T\n\n- a\n  - b\n    c\n    1. d\n- [ ] e\n\n> f\n> g\n")

    assert page.prose == (
        Prose(1, "T", "T"),
        Prose(3, "a", "T"),
        Prose(4, "b\nc", "T"),
        Prose(6, "d", "T"),
        Prose(7, "[ ] e", "T"),
        Prose(9, "f\ng", "T"),
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a **b** _c_ ~~d~~ `e`", "a b c d e"),
        ("a\\\nb  \nc", "a\nb\nc"),
        ("&lt;a&gt; &amp; \\*", "<a> & *"),
        ("<b>a</b> c", "a c"),
        ("\U0001f600 \u202eabc", "\U0001f600 \u202eabc"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_prose_is_what_people_read(text: str, plain: str) -> None:
    assert [prose.text for prose in read(text).prose] == [plain]


def test_blocks_of_html_and_comments_are_no_prose() -> None:
    assert read("<!-- a -->\n\n<div>b\n</div>\n\nc\n").prose == (Prose(6, "c", ""),)


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "- ", "<!--", "`", "![", "|"])
def test_marks_without_end_are_read(piece: str) -> None:
    assert read(piece * 2000).tables == ()
