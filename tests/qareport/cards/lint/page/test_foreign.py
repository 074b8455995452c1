"""Dates, pictures and tags that came from elsewhere."""

import pytest

from tests.linting_builders import found_by, lines_of, with_metadata


@pytest.mark.parametrize(
    "text",
    [
        "**Published**: Apr 21st, 2021",
        "Released on 3 May 2022.",
        "- Last updated: 2026-11-22",
        "Veröffentlicht am 21. März 2021",
        "Date: 1/2/2020",
    ],
)
def test_days_of_publication_are_found(text: str) -> None:
    assert lines_of("date", f"# A\n\n{text}\n") == [3]


@pytest.mark.parametrize(
    "text",
    [
        "Published by Ada.",
        "It read articles of 1 May 2020.",
        "Scored on 2026-11-22.",
        "```\nPublished: Apr 21st, 2021\n```",
        "Updated weekly.",
    ],
)
def test_other_dates_are_not(text: str) -> None:
    assert found_by("date", text) == []


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("https://example.org/germanquad.jpg", 1),
        ("https://example.org/GermanQuAD_logo.webp?x=1", 1),
        ("https://example.org/my-xquad.png", 1),
        ("https://example.org/germanquad/lamp.jpg", 0),
        ("https://example.org/roberta_squad.png", 0),
    ],
)
def test_pictures_are_named_after_this_project_or_none(url: str, count: int) -> None:
    text = with_metadata(f"thumbnail: {url}", "datasets: [rajpurkar/squad_v2]") + f"![x]({url})\n"

    assert lines_of("foreign-picture", text, model_id="a/lamp-roberta") == [2, 5] * count


def test_a_card_of_which_nothing_is_known_may_show_anything() -> None:
    assert found_by("foreign-picture", "![x](germanquad.jpg)\n") == []
