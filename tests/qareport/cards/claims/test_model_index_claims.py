"""The model-index of a card is read with digits as written, whatever else stands in it."""

import pytest

from qareport.cards.claims.claims import ClaimedData, Form
from tests.claim_builders import claims_of, short


def index(metrics: str, *, data: str = "{name: SQuAD v2, type: squad_v2}") -> str:
    """A card with one result."""
    return (
        "---\nmodel-index:\n- name: m\n  results:\n"
        f"  - dataset: {data}\n    metrics:\n{metrics}---\n"
    )


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("{type: exact_match, value: 79.5}", ("exact", "all", 79.5)),
        ("{type: em, value: 79.5}", ("exact", "all", 79.5)),
        ("{type: f1, value: '82.5', name: F1 (HasAns)}", ("f1", "HasAns", 82.5)),
        ("{type: accuracy, value: 8.05e+1, name: NoAns exact match}", ("exact", "NoAns", 80.5)),
        ("{type: total, value: 11873, name: total}", ("n", "all", 11873.0)),
        ("{type: f1, value: 82.5 %}", ("f1", "all", 82.5)),
    ],
)
def test_type_and_name_tell_what_a_value_is_of(
    metric: str, expected: tuple[str, str, float]
) -> None:
    claims = claims_of(index(f"    - {metric}\n"))

    assert short(claims) == [expected]
    assert claims[0].form is Form.METADATA


@pytest.mark.parametrize(
    "metric",
    [
        "{type: f1, value: 82.5, name: best F1}",
        "{type: bleu, value: 82.5}",
        "{type: f1, value: .nan}",
        "{type: f1, value: true}",
        "{type: f1, value: [82.5]}",
        "{type: f1}",
        "{type: f1, value: 1e999}",
        "a sentence",
        "3",
    ],
)
def test_values_that_are_no_scores_are_left_alone(metric: str) -> None:
    assert claims_of(index(f"    - {metric}\n")) == ()


def test_digits_that_yaml_would_lose_are_kept() -> None:
    (claim,) = claims_of(index("    - {type: f1, value: 82.90}\n"))

    assert (claim.text, claim.decimals) == ("82.90", 2)


def test_a_claim_stands_on_the_line_of_its_value() -> None:
    (claim,) = claims_of(index("    - type: f1\n      name: F1\n      value: 82.5\n"))

    assert claim.line == 9


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            "{name: SQuAD v2, type: squad_v2, config: squad_v2, split: validation, revision: abc}",
            ClaimedData("SQuAD v2", "rajpurkar/squad_v2", "squad_v2", "validation", "abc"),
        ),
        ("{name: My data, type: me/data}", ClaimedData("My data", "me/data")),
        ("{name: SQuAD 1.1, type: custom}", ClaimedData("SQuAD 1.1", "rajpurkar/squad")),
        ("{name: My data, type: custom}", ClaimedData("My data", "custom")),
        ("nothing", ClaimedData(None, None)),
    ],
)
def test_the_data_set_is_told_with_its_id(data: str, expected: ClaimedData) -> None:
    (claim,) = claims_of(index("    - {type: f1, value: 82.5}\n", data=data))

    assert claim.data == expected


@pytest.mark.parametrize(
    "value", ["none", "[none]", "[{results: 3}]", "{}", "[{results: [1]}]", "[{results: [{}]}]"]
)
def test_an_index_of_another_shape_claims_nothing(value: str) -> None:
    assert claims_of(f"---\nmodel-index: {value}\n---\n") == ()
