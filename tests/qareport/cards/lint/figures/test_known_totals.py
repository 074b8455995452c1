"""Data sets have as many questions as they have."""

import pytest

from qareport.cards.claims.claims import ClaimedData, Subset
from qareport.cards.lint.figures.known_totals import KNOWN_COUNTS, known_count
from tests.linting_builders import found_by, lines_of


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


def test_a_wrong_total_is_told_with_the_right_one() -> None:
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
