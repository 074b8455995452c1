"""A merged card has our blocks and values, and all that was somebody else's, to the byte."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qareport.cards.text.blocks import managed_block
from qareport.cards.text.card_text import CardText, join_card, split_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.cards.text.merging import card_diff, merge_cards
from qareport.cards.text.metadata import Metadata, dump_metadata
from qareport.errors import DataError

METADATA: Metadata = {
    "language": ["en", "no"],
    "license": "apache-2.0",
    "pipeline_tag": "question-answering",
    "datasets": ["rajpurkar/squad_v2"],
    "co2_eq_emissions": {"emissions": 12.5},
    "model-index": [
        {
            "name": "me/mine",
            "results": [
                {
                    "metrics": [{"type": "f1", "value": 82.9125}],
                    "source": {"name": "qareport", "url": "https://example.org/mine"},
                }
            ],
        }
    ],
}
BODY = "\n".join(
    [
        "",
        managed_block("headline", "# Mine"),
        managed_block("results", "| f1 |\n| --- |\n| 82.91 |"),
    ]
)
RENDERED = join_card(dump_metadata(METADATA), BODY)
FRONT_MATTER_LINES = some.sampled_from(
    [
        *(
            "# a remark",
            "",
            "license:   mit  # ok",
            "tags: [a,  b]",
            "unknown: {x:  'y'}",
            "on: no",
        ),
        *("datasets:\n- 'squad'", "language: en", "widget:\n- text: |\n    a\n\n    b"),
        "model-index:\n- name: other\n  results:\n  - task: {type: qa}\n    more: 1e3",
    ]
)
BODY_LINES = some.sampled_from(
    [
        *(
            "",
            "# Title",
            "Text  ",
            "    code",
            "---",
            "<!-- remark -->",
            "- [x] a",
            "\u202e\U0001f600",
        ),
        "```\n<!-- qareport:begin results -->\n```",
    ]
)


@some.composite
def pages(draw: some.DrawFn) -> CardText:
    """Cards written by hand, some of which had blocks of ours."""
    lines = draw(some.lists(FRONT_MATTER_LINES, unique=True))
    top = "\n".join(["---", *lines, "---\n"]) if draw(some.booleans()) else ""
    ours = [managed_block(name, "old") for name in draw(some.permutations(["headline", "results"]))]
    parts = [*draw(some.lists(BODY_LINES, max_size=4)), *ours[: draw(some.integers(0, 2))]]
    body = "\n".join([*parts, *draw(some.lists(BODY_LINES, max_size=4))])
    # Blank lines and a line `---` at the very top would be the beginning of metadata.
    mark = draw(some.sampled_from(["", "\ufeff"]))
    text = mark + (top + body if top else "Mine.\n" + body)
    return split_card(text.replace("\n", draw(some.sampled_from(["\n", "\r\n"]))))


@given(pages())
def test_a_second_merge_changes_nothing(page: CardText) -> None:
    merged = merge_cards(page, RENDERED)

    assert merge_cards(merged, RENDERED) == merged
    assert merged == split_card(merged.text)


@given(pages())
def test_all_lines_of_others_survive_in_order(page: CardText) -> None:
    merged = merge_cards(page, RENDERED).text.splitlines(keepends=True)

    replaced = ("old", "license:", "language:", "\ufeff")
    theirs = [
        line
        for line in page.text.splitlines(keepends=True)
        if line.strip() and line.endswith("\n") and not line.startswith(replaced)
    ]
    remaining = iter(merged)
    assert [line for line in theirs if line not in remaining and "qareport:" not in line] == []


@given(pages())
def test_merged_cards_say_what_the_rendered_one_says(page: CardText) -> None:
    values = read_front_matter(merge_cards(page, RENDERED)).values

    assert values["license"] == "apache-2.0"
    assert values["co2_eq_emissions"] == {"emissions": 12.5}
    assert {"en", "no"} <= set(values["language"])  # type: ignore[call-overload]  # a list


def test_a_rendered_card_is_its_own_merge() -> None:
    assert merge_cards(RENDERED, RENDERED) == RENDERED


@pytest.mark.parametrize("text", ["", "\n", "---\n---\n", "---\n\n---\n\n"])
def test_an_empty_page_becomes_the_rendered_card(text: str) -> None:
    merged = merge_cards(split_card(text), RENDERED)

    assert merged.text.replace("---\n\nlang", "---\nlang") == RENDERED.text


@pytest.mark.parametrize(
    ("page", "merged"),
    [
        ("Mine.\n", "---\na: 1\n---\nMine.\n"),
        ("\ufeffMine.\r\n", "\ufeff---\r\na: 1\r\n---\r\nMine.\r\n"),
        ("Mine.", "---\na: 1\n---\nMine."),
        ("--- \r\nb: 2\r\n---\t\r\nMine.", "--- \r\nb: 2\r\na: 1\r\n---\t\r\nMine."),
        ("\n---\nb: 2\n---", "\n---\nb: 2\na: 1\n---"),
        ("---\r\n---\r\nMine.", "---\r\na: 1\r\n---\r\nMine."),
        ("# T\n\n---\nno: yaml\n---\n", "---\na: 1\n---\n# T\n\n---\nno: yaml\n---\n"),
    ],
)
def test_metadata_comes_to_pages_with_and_without_any(page: str, merged: str) -> None:
    assert merge_cards(split_card(page), join_card("a: 1\n", "")).text == merged


def test_a_page_with_windows_line_ends_and_no_text_gets_them_throughout() -> None:
    merged = merge_cards(split_card("---\r\nlicense: mit\r\n---\r\n"), RENDERED)

    assert merged.text.count("\r\n") == merged.text.count("\n")


def test_without_rendered_metadata_a_page_without_stays_so() -> None:
    assert merge_cards(split_card("Mine.\n"), split_card("")) == split_card("Mine.\n")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("---\na: 1\n---\n\n<!-- qareport:begin a -->\n", "line 5: block 'a' is not closed"),
        ("\n\n---\na: 1\na: 2\n---\n", "line 5: 'a' stands twice"),
        ("---\na: [\n---\n", "line 3: is not YAML ("),
        ("\n---\na: 1\nmodel-index: 5\n---\n", "line 4: model-index is not a list"),
        ("---\na: 1\n---\n\n```\n", "line 5: code begins here and is not closed"),
    ],
)
def test_lines_of_faults_are_those_of_the_card(page: str, message: str) -> None:
    with pytest.raises(DataError) as refusal:
        merge_cards(split_card(page), RENDERED)

    assert str(refusal.value).startswith(message)


def test_rendered_metadata_that_is_no_json_is_refused() -> None:
    with pytest.raises(DataError, match=r"^date: .* is of type datetime.date, which a card"):
        merge_cards(split_card(""), join_card("date: 2026-11-22\n", ""))


@given(some.data())
def test_any_other_character_in_our_metadata_makes_a_difference(drawn: some.DataObject) -> None:
    owned = {"license", "pipeline_tag", "co2_eq_emissions", "model-index"}
    page = merge_cards(split_card("---\nmine: 1\n---\nMine.\n"), RENDERED)
    place = drawn.draw(some.integers(len("---\nmine: 1\n"), len(page.text) - len(page.body) - 5))
    other = drawn.draw(some.sampled_from(["", "7", "x", "\n", "]", page.text[place] * 2]))
    changed = split_card(page.text[:place] + other + page.text[place + 1 :])
    try:
        values = read_front_matter(changed).values
        merged = merge_cards(changed, RENDERED)
    except DataError:
        return

    if any(values.get(key) != METADATA[key] for key in owned):
        assert merged != changed


def test_an_entry_of_a_list_that_is_missing_makes_a_difference() -> None:
    changed = split_card(RENDERED.text.replace("- 'no'\n", "- 'nb'\n"))

    assert read_front_matter(merge_cards(changed, RENDERED)).values["language"] == [
        "en",
        "nb",
        "no",
    ]


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("a\n", "a\n", ""),
        ("", "a\n", "--- a/README.md\n+++ b/README.md\n@@ -0,0 +1 @@\n+a\n"),
        (
            "1\n2\n3\n4\n5\n",
            "1\n2\n3\n4\n6\n",
            "--- a/README.md\n+++ b/README.md\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+6\n",
        ),
        (
            "a",
            "a\n",
            "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
        ),
        (
            "a\x0bb\r\n",
            "a\r\n",
            "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-a\x0bb\r\n+a\r\n",
        ),
    ],
)
def test_differences_are_shown_line_by_line(before: str, after: str, diff: str) -> None:
    assert card_diff(before, after, name="README.md") == diff


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_git_can_apply_a_diff(tmp_path: Path, ending: str) -> None:
    card = tmp_path / "README.md"
    before, after = "1\n2\r\n3\n\u2028 4\n5" + ending, "1\n2\r\n3\n4\n5\n6"
    card.write_text(before, encoding="utf-8", newline="")

    patch = card_diff(before, after, name="README.md").encode()
    subprocess.run(["git", "apply"], cwd=tmp_path, input=patch, check=True)  # noqa: S607  # on the path

    assert card.read_bytes() == after.encode()
