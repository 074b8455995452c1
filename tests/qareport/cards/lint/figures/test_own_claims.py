"""Claims of one data set are those that can be compared."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.claims.claims import Claim, ClaimedData, Form, Subset
from qareport.cards.lint.figures.own_claims import (
    KNOWN_COUNTS,
    are_equal,
    by_data,
    data_key,
    known_count,
    rounding,
)
from qareport.data.types import F1
from tests.linting_builders import found_by, lines_of

DATA = ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2")
CLAIM = Claim(1, Form.PROSE, F1, Subset.ALL, 80.0, "80.0", DATA)


def of(**parts: str) -> Claim:
    return replace(CLAIM, data=replace(DATA, **parts))


def test_the_id_names_a_data_set_before_its_name() -> None:
    assert data_key(DATA) == "rajpurkar/squad_v2"
    assert data_key(ClaimedData("Ours", None)) == "ours"
    assert data_key(ClaimedData(None, None)) is None


def test_claims_of_no_named_data_set_are_left_out() -> None:
    assert by_data([replace(CLAIM, data=ClaimedData(None, None))]) == {}


def test_claims_that_say_less_go_with_those_that_say_more() -> None:
    claims = [of(), of(split="validation"), of(split="validation", config="squad_v2")]

    assert list(by_data(claims).values()) == [claims]


def test_two_splits_are_apart() -> None:
    groups = by_data([of(split="validation"), of(split="test"), of(split="validation")])

    assert sorted(len(group) for group in groups.values()) == [1, 2]


@given(st.floats(0, 100), st.integers(0, 10), st.integers(0, 10))
def test_a_figure_agrees_with_itself_rounded(value: float, digits: int, fewer: int) -> None:
    written = [f"{value:.{each}f}" for each in (max(digits, fewer), min(digits, fewer))]
    full, rounded = (replace(CLAIM, value=float(text), text=text) for text in written)

    assert are_equal(full, full)
    assert abs(full.value - rounded.value) <= rounding(full, rounded)


@pytest.mark.parametrize("data", KNOWN_COUNTS)
def test_known_counts_add_up(data: str) -> None:
    counts = KNOWN_COUNTS[data]

    assert counts[Subset.HAS_ANSWER] + counts[Subset.NO_ANSWER] == counts[Subset.ALL]


@pytest.mark.parametrize(
    ("split", "count"), [(None, 11873), ("validation", 11873), ("train", None), ("test", None)]
)
def test_counts_are_of_the_validation_split(split: str | None, count: int | None) -> None:
    data = ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2", split=split)

    assert known_count(data, Subset.ALL) == count


@pytest.mark.parametrize(
    ("name", "total", "count"),
    [
        ("SQuAD 2.0 dev", 11873, 0),
        ("SQuAD 2.0 dev", 11869, 1),
        ("SQuAD 1.1 dev", 10570, 0),
        ("SQuAD 1.1 dev", 10507, 1),
        ("XQuAD", 1190, 0),
        ("XQuAD", 1191, 1),
        ("GermanQuAD test", 7, 0),
    ],
)
def test_totals_are_those_of_the_data_set(name: str, total: int, count: int) -> None:
    text = f'{name}:\n```\n"exact": 50.0,\n"f1": 60.0,\n"total": {total}\n```\n'

    assert lines_of("total", text) == [5] * count


def test_a_wrong_total_is_reported_with_the_right_one() -> None:
    text = 'SQuAD 2.0 dev:\n```\n"f1": 60.0,\n"total": 11869\n```\n'

    (problem,) = found_by("total", text)

    assert problem.message == "SQuAD 2.0 has 11873 questions (all), not 11869"


@pytest.mark.parametrize(("whole", "count"), [(100, 0), (99, 1)])
def test_counts_of_the_parts_make_the_count_of_all(whole: int, count: int) -> None:
    text = (
        "GermanQuAD:\n\n| questions | n | F1 |\n| --- | --- | --- |\n"
        f"| all | {whole} | 50 |\n| HasAns | 60 | 50 |\n| NoAns | 40 | 50 |\n"
    )

    assert lines_of("counts", text) == [5] * count
