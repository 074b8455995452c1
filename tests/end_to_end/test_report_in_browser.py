"""What moves in a report: the threshold, filters, orders, links, keys, sorting, comparison."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import example
from tests.report_builders import OPTIONS, SHIPS, Found, write_found
from tests.report_pages import found, rescored_at, show, shown_at, texts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("threshold", [-100.0, -4.0, -2.5, -2.4, -1.25, 0.0, 1.0, 1.2, 1.5, 100.0])
def test_the_slider_tells_what_rescoring_gives(
    page: "Page", record: Path, threshold: float
) -> None:
    show(page, record)

    assert shown_at(page, threshold) == rescored_at(record, threshold)


def test_the_slider_follows_the_rule_that_withholds_equal_margins(
    page: "Page", tmp_path: Path
) -> None:
    record = write_found(tmp_path / "record", options=replace(OPTIONS, null_rule="per-window"))
    show(page, record)

    assert shown_at(page, -4.0) == rescored_at(record, -4.0)
    assert shown_at(page, -4.0)[1] == ["0.00", "0.00"]


def test_moving_the_range_tells_the_number_and_back_again(page: "Page", record: Path) -> None:
    show(page, record)
    before = texts(page, "#threshold-scores td")

    page.locator("#threshold").fill("-3")
    moved = page.locator("#threshold-number").input_value(), texts(page, "#threshold-scores td")
    page.locator("#threshold-reset").click()

    assert moved[0] == "-3"
    assert moved[1] != before
    assert texts(page, "#threshold-scores td") == before
    assert "At 0.000 the model answers 60.00 %" in page.locator("#threshold-words").inner_text()


def test_mistakes_are_shown_first_and_all_on_demand(page: "Page", record: Path) -> None:
    show(page, record)
    mistakes = found(page)

    page.get_by_role("button", name="Show all").click()

    assert (mistakes, found(page)) == (3, 5)


@pytest.mark.parametrize(
    ("choices", "ids"),
    [
        ({"kind": "correct"}, ["tea", "long"]),
        ({"kind": "false null"}, ["name"]),
        ({"kind": "false answer"}, ["who"]),
        ({"kind": "", "trait": "answerable", "group": "no answer"}, ["who", "long"]),
        ({"kind": "", "trait": "article", "group": "a"}, ["tea", "when"]),
        ({"kind": "", "order": "Surest to abstain first"}, ["long", "name", "who", "when", "tea"]),
        ({"kind": "", "order": "As in the data"}, ["tea", "when", "who", "long", "name"]),
        ({"kind": "", "order": "Nearest to the threshold"}, ["name", "who", "long", "when", "tea"]),
    ],
)
def test_filters_and_orders_give_what_is_in_the_record(
    page: "Page", record: Path, choices: dict[str, str], ids: list[str]
) -> None:
    show(page, record)

    for name, label in choices.items():
        page.locator(f"#{name}").select_option(label=label or "all")

    links = page.locator("#rows a").all()
    assert [link.get_attribute("href") for link in links] == [f"#example-{id_}" for id_ in ids]
    assert found(page) == len(ids)


def test_words_are_searched_in_questions_passages_and_answers(page: "Page", record: Path) -> None:
    show(page, record)
    page.locator("#kind").select_option(label="all")

    counts = []
    for words in ("WHO built", "aurora sailed", "zebra", "tea"):
        page.locator("#search").fill(words)
        counts.append(found(page))

    assert counts == [1, 5, 0, 5]


def test_a_question_shows_its_passage_with_both_answers_marked(page: "Page", record: Path) -> None:
    show(page, record, part="#example-when")

    assert page.locator("#example h3").inner_text() == "When did she sail?"
    assert texts(page, "#example .passage mark.gold") == ["May"]
    assert "".join(texts(page, "#example .passage mark.answer")) == "inMay"
    assert page.locator("#example .passage").inner_text() == SHIPS[1].asked.context
    assert texts(page, "#example tbody tr")[:2] == ["in May\t2.500", "May\t2.000"]


def test_a_question_is_chosen_by_link_click_and_keys(page: "Page", record: Path) -> None:
    show(page, record)
    page.locator("#kind").select_option(label="all")
    heading = page.locator("#example h3")

    page.locator("#rows a").nth(1).click()
    clicked = heading.inner_text()
    page.locator("#list").focus()
    page.keyboard.press("ArrowDown")
    moved = heading.inner_text()
    page.keyboard.press("Home")

    assert clicked == "When did she sail?"
    assert moved == "Who built her?"
    assert heading.inner_text() == "What did she carry?"
    assert page.url.endswith("#example-tea")


def test_figures_lead_to_the_questions_behind_them(page: "Page", record: Path) -> None:
    show(page, record)

    page.locator("[data-kind='false null']").click()
    false_nulls = found(page)
    page.locator("[data-trait='article'][data-group='b']").click()

    assert (false_nulls, found(page)) == (1, 2)


def test_only_rows_in_sight_stand_in_a_long_list(page: "Page", tmp_path: Path) -> None:
    many = [
        Found(
            example(f"q{number}", f"Question {number}?", context="a b", title=str(number % 3)), ()
        )
        for number in range(500)
    ]
    show(page, write_found(tmp_path / "many", many))
    page.locator("#kind").select_option(label="all")
    page.locator("#order").select_option(label="As in the data")

    before = len(page.locator("#rows li").all())
    page.locator("#list").focus()
    page.keyboard.press("End")

    assert before < 30
    assert page.locator("#example h3").inner_text() == "Question 499?"
    assert page.locator("#rows li[aria-posinset='500'] a").is_visible()


def test_groups_are_sorted_and_narrowed(page: "Page", record: Path) -> None:
    show(page, record)
    table = page.locator("#groups-table")

    table.get_by_role("button", name="Questions", exact=True).click()
    counts = [int(text) for text in texts(page, "#groups-table td:nth-child(2)")]
    page.locator("#groups-trait").select_option(label="article")

    assert counts == sorted(counts)
    assert texts(page, "#groups-table th[aria-sort='ascending']") == ["Questions"]
    assert len([row for row in table.locator("tbody tr").all() if row.is_visible()]) == 3


def test_records_are_compared_question_by_question(page: "Page", record: Path, other: Path) -> None:
    show(page, record, other)

    page.locator("[data-parting='lost']").click()
    lost = texts(page, "#rows .question")
    page.locator("[data-parting='won']").click()
    won = texts(page, "#rows .question")

    assert lost == ["What did she carry?"]
    assert won == ["When did she sail?", "Who built her?", "Which brig was it?"]
    assert page.locator("#example .scroller").last.locator("td").first.inner_text() == "May"
