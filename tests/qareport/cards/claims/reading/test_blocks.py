"""Blocks of code are read as JSON, dictionaries, or lines of keys and values."""

import pytest

from tests.claim_builders import claims_of, short


def block(text: str) -> str:
    """A card with one block of code."""
    return f"```\n{text}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        '"exact": 79.5%\n"HasAns_f1": 84.25%',
        "exact: 79.5\nHasAns_f1: 84.25",
        "EM = 79.5, HasAns F1 = 84.25",
        "EM 79.5 HasAns F1 84.25",
        '{"exact": 79.5, "HasAns_f1": 84.25}',
        '{\n  "exact": 79.5,\n  "HasAns": {"f1": "84.25"}\n}',
        "{'exact': 79.5, 'best_exact': 80.1, 'best_exact_thresh': 0.5, 'HasAns_f1': 84.25}",
        "OrderedDict([('exact', 79.5), ('HasAns_f1', 84.25)])",
        '{"name": "m", "exact": 79.5, "has_answer": {"seed": 3, "f1": 84.25}}',
        "| exact | 79.5 |\n| HasAns f1 | 84.25 |",
    ],
)
def test_keys_and_values_are_read_however_they_are_written(text: str) -> None:
    assert short(claims_of(block(text))) == [("exact", "all", 79.5), ("f1", "HasAns", 84.25)]


def test_each_claim_stands_on_its_line() -> None:
    claims = claims_of("Scores:\n\n" + block('{\n"exact": 1.5,\n\n"f1": 2.5}'))

    assert [claim.line for claim in claims] == [5, 7]


def test_a_table_that_is_closed_tells_no_more() -> None:
    claims = claims_of(block('{"HasAns": {"exact": 70.5}, "exact": 79.5}}'))

    assert short(claims) == [("exact", "HasAns", 70.5), ("exact", "all", 79.5)]


def test_a_line_with_a_name_of_data_alone_is_about_the_lines_after_it() -> None:
    claims = claims_of(block("EM: 70\nSQuAD 2.0 dev:\nEM: 79.5\nXQuAD\nEM: 50.5"))

    assert [claim.data.id for claim in claims] == [None, "rajpurkar/squad_v2", "google/xquad"]


def test_data_may_be_named_by_a_key_or_a_value() -> None:
    claims = claims_of(
        block('{"squad_v2": {"f1": 80.5}, "x": {"dataset": "xquad", "f1": 50.5}, "f1": 3.5}')
    )

    assert [claim.data.id for claim in claims] == ["rajpurkar/squad_v2", "google/xquad", None]


def test_scores_of_a_teacher_are_told_apart() -> None:
    claims = claims_of(block('{"teacher": {"f1": 88.5}, "f1": 80.5}'))

    assert [claim.subject for claim in claims] == ["teacher", None]


@pytest.mark.parametrize(
    "text",
    [
        "batch_size = 56\nn_epochs = 4",
        "n = 5\ntotal = 3",
        "f1 = -3.5",
        "f1 = 3.5e-5",
        "f1: high",
        'f1: "',
        '"": 3.5',
        "}}}{{{",
        "f1: " + "9" * 60,
        "exact; 79.5",
        "SQuAD 2.0: 79.5",
    ],
)
def test_other_values_are_left_alone(text: str) -> None:
    assert claims_of(block(text)) == ()


def test_the_section_names_the_data() -> None:
    claims = claims_of("## Performance\nSQuAD v2 dev set:\n" + block("EM: 79.5"))

    assert [(each.data.id, each.data.split) for each in claims] == [
        ("rajpurkar/squad_v2", "validation")
    ]
