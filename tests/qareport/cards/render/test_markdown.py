"""Whatever a text holds, the page shows it, and nothing of it takes part in its structure."""

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from qareport.cards.render.markdown import (
    MarkdownText,
    code,
    escape,
    fenced,
    link,
    one_line,
    picture,
    prose,
    table,
)
from qareport.report.tables.plain_table import PlainTable
from tests.markdown_strategies import HOSTILE

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What people read of one paragraph."""
    (_, inline, _) = PARSER.parse(markdown)
    return "".join(
        child.content for child in inline.children or () if child.type in {"text", "code_inline"}
    )


def structure(markdown: str) -> list[str]:
    """The kinds of parts of a page."""
    return [token.type for token in PARSER.parse(markdown)]


@example("\ud800")
@example(r"~~a~~ **b** __c__ `d` [e](f) ![g](h) {i} <j> &amp; $k$ \\l | m")
@given(HOSTILE)
def test_escaped_text_is_one_paragraph_that_reads_as_the_text(text: str) -> None:
    expected = one_line(text)

    markdown = escape(text)

    assert shown(markdown) == expected if expected else not markdown


@given(HOSTILE)
def test_code_reads_as_the_text(text: str) -> None:
    expected = one_line(text)

    markdown = code(text)

    assert shown(markdown) == expected if expected else not markdown


@given(HOSTILE)
def test_a_fence_holds_its_text_whatever_stands_in_it(text: str) -> None:
    lines = ["".join(filter(str.isprintable, line)) for line in text.splitlines()]

    (token,) = PARSER.parse(fenced("\n".join(lines), "python"))

    assert (token.type, token.info) == ("fence", "python")
    assert token.content == "".join(f"{line}\n" for line in "\n".join(lines).splitlines() or [""])


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("48.93", "48.93"),
        ("-12.45 to -9.93", "-12.45 to -9.93"),
        ("my_model-v1.2", "my_model-v1.2"),
        ("_open", "\\_open"),
        ("a | b", "a \\| b"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("1. first", "1\\. first"),
        ("- entry", "\\- entry"),
        ("---", "\\---"),
        ("#1 of 2", "\\#1 of 2"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("", ""),
    ],
)
def test_only_what_means_something_is_escaped(text: str, markdown: str) -> None:
    assert escape(text) == markdown


@given(HOSTILE, HOSTILE)
def test_a_table_keeps_its_shape_whatever_stands_in_it(first: str, second: str) -> None:
    markdown = table(PlainTable(("Name", "Value"), ((first, code(second)), (second, first))))

    cells = [token for token in PARSER.parse(markdown) if token.type in {"th_open", "td_open"}]
    assert len(cells) == 6
    assert structure(markdown)[0] == "table_open"
    assert structure(markdown)[-1] == "table_close"


def test_columns_of_figures_stand_to_the_right() -> None:
    markdown = table(
        PlainTable(("Name", "F1", "Interval"), (("a", "1.5", "1 to 2"), ("b", "-2", "")))
    )

    assert markdown.splitlines()[1] == "| --- | ---: | ---: |"


def test_a_table_without_rows_is_nothing() -> None:
    assert table(PlainTable(("Name",), ())) == ""


@pytest.mark.parametrize(
    ("url", "markdown"),
    [
        ("https://a.org/b?c=d#e", "[x](<https://a.org/b?c=d#e>)"),
        ("card/f1.svg", "[x](<card/f1.svg>)"),
        ("https://a.org/<b> c", "[x](<https://a.org/%3Cb%3E%20c>)"),
        ("javascript:alert(1)", "x"),
        ("data:text/html,x", "x"),
    ],
)
def test_links_lead_to_the_web_or_nowhere(url: str, markdown: str) -> None:
    assert link("x", url) == markdown


def test_a_picture_that_leads_nowhere_is_its_text() -> None:
    assert picture("a chart", "card/f1.svg") == "![a chart](<card/f1.svg>)"
    assert picture("a chart", "file:///etc") == "a chart"


@given(HOSTILE, HOSTILE)
def test_a_link_reads_as_its_text(text: str, address: str) -> None:
    markdown = link(text, f"https://a.org/{address}")

    assert structure(markdown) == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(markdown) == one_line(text)


@given(HOSTILE)
def test_prose_is_closed_and_leaves_what_follows_alone(text: str) -> None:
    page = f"{prose(text, below=2)}\n\n<!-- end -->\n\n## Next\n\n| a |\n| --- |\n| b |\n"

    tokens = PARSER.parse(page)
    tail = [token.type for token in tokens][-len(structure("## Next\n\n| a |\n| --- |\n| b |")) :]
    assert tail == structure("## Next\n\n| a |\n| --- |\n| b |")
    assert [token.tag for token in tokens if token.type == "heading_open"][-1] == "h2"
    html = [token for token in tokens if token.type == "html_block"]
    assert [token.content for token in html] == ["<!-- end -->\n"]


@given(HOSTILE)
def test_prose_written_anew_stays_as_it_is(text: str) -> None:
    once = prose(text, below=0)

    assert prose(once, below=0) == once


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("# Title\n\ntext", "### Title\n\ntext"),
        ("Title\n=====", "### Title"),
        ("##### Deep", "###### Deep"),
        ("```py\nopen", "```py\nopen\n```"),
        ("a <b>b</b>", "a \\<b>b\\</b>"),
        ("| a | b |\n|--|--|\n| 1 | 2 |", "| a   | b   |\n| --- | --- |\n| 1   | 2   |"),
        ("*kept* [link](https://a.org)", "*kept* [link](https://a.org)"),
        ("", ""),
    ],
)
def test_prose_keeps_its_marks_below_its_section(text: str, markdown: str) -> None:
    assert prose(text, below=2) == markdown


def test_markdown_is_told_from_text() -> None:
    assert isinstance(escape("a"), MarkdownText)
    assert not isinstance("a", MarkdownText)
