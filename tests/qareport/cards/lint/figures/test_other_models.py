"""Figures show which model they belong to, and which protocol."""

import pytest

from qareport.cards.lint.figures.other_models import (
    KNOWN_FIGURES,
    LARGEST_OFFICIAL_GAP,
    KnownFigures,
)
from tests.linting_builders import found_by, lines_of

OWN = "our-lab/lamp-roberta"


def scores(exact: str, f1: str) -> str:
    return f'SQuAD 2.0 dev:\n```\n"exact": {exact},\n"f1": {f1}\n```\n'


def test_known_figures_can_be_of_one_model() -> None:
    assert all(known.exact < known.f1 < 100 for known in KNOWN_FIGURES)
    assert len({(known.exact, known.f1) for known in KNOWN_FIGURES}) == len(KNOWN_FIGURES)


@pytest.mark.parametrize("known", KNOWN_FIGURES, ids=lambda known: f"{known.model} {known.exact}")
def test_figures_of_another_model_are_found_and_its_own_are_not(known: KnownFigures) -> None:
    text = scores(str(known.exact), str(known.f1))

    assert lines_of("other-figures", text, model_id=OWN) == [3]
    assert found_by("other-figures", text, model_id=known.model) == []


@pytest.mark.parametrize(
    ("exact", "f1", "count"),
    [
        ("79.837", "83.916", 1),
        ("79.84", "83.92", 0),
        ("79.837", "83.917", 0),
        ("79.8366040596311", "82.9", 0),
    ],
)
def test_only_figures_with_many_equal_digits_betray(exact: str, f1: str, count: int) -> None:
    assert lines_of("other-figures", scores(exact, f1), model_id=OWN) == [3] * count


def test_a_card_without_a_name_has_no_figures_of_others() -> None:
    assert found_by("other-figures", scores("79.8366", "83.9164")) == []


@pytest.mark.parametrize(
    ("exact", "f1", "count"),
    [
        ("79.8703", "82.9125", 0),
        ("79.8366", "83.9164", 1),
        ("80.0", str(80 + LARGEST_OFFICIAL_GAP), 0),
        ("58.58", "62.30", 0),
    ],
)
def test_a_wide_gap_betrays_the_token_level_protocol(exact: str, f1: str, count: int) -> None:
    assert lines_of("protocol", scores(exact, f1)) == [4] * count


def test_a_protocol_that_is_named_betrays_nothing() -> None:
    text = "Scored token-level, as in FARM.\n\n" + scores("79.8366", "83.9164")

    assert found_by("protocol", text) == []


def test_gaps_on_other_data_are_other_gaps() -> None:
    assert found_by("protocol", scores("85.2", "91.8").replace("2.0", "1.1")) == []
