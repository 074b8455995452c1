"""Well-known names of data sets are found however people write them."""

import pytest

from qareport.cards.claims.claims import ClaimedData
from qareport.cards.claims.reading.data_names import find_data, hub_id, name_data


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Results on SQuAD 2.0", "rajpurkar/squad_v2"),
        ("squad_v2", "rajpurkar/squad_v2"),
        ("SQuAD-v2.0", "rajpurkar/squad_v2"),
        ("SQuAD2.0", "rajpurkar/squad_v2"),
        ("SQuAD v1.1", "rajpurkar/squad"),
        ("on squad.", "rajpurkar/squad"),
        ("AdversarialQA", "UCLNLP/adversarial_qa"),
        ("deepset/germanquad", "deepset/germanquad"),
        ("XQuAD (German)", "google/xquad"),
    ],
)
def test_a_name_stands_for_its_id_on_the_hub(text: str, id_: str) -> None:
    named = name_data(text)

    assert named is not None
    assert named.id == id_


@pytest.mark.parametrize(
    "text", ["a-roberta-squad2", "me/squad_v2-large", "squadron", "", "SQuAD 2.0-style", "İ squa"]
)
def test_a_part_of_something_else_is_no_name(text: str) -> None:
    assert find_data(text) == ()


@pytest.mark.parametrize("rules", ["metric", "metrics", "script", "protocol"])
def test_rules_that_are_called_after_data_are_not_the_data(rules: str) -> None:
    assert find_data(f"by the official SQuAD 2.0 {rules}") == ()


def test_the_longest_name_counts() -> None:
    assert name_data("SQuADShifts New Wiki") == ClaimedData(
        "SQuADShifts", "squadshifts", config="new_wiki"
    )


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("SQuAD v2 dev set", "validation"),
        ("the test set of SQuAD v2", "test"),
        ("SQuAD v2", None),
        ("SQuAD v2 is what we took, and then much later comes the dev set", None),
    ],
)
def test_a_split_beside_a_name_is_that_of_the_data(text: str, split: str | None) -> None:
    named = name_data(text)

    assert named is not None
    assert named.split == split


def test_a_text_of_two_data_sets_is_of_neither() -> None:
    assert name_data("from SQuAD 1.1 to XQuAD") is None


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("squad_v2", "rajpurkar/squad_v2"),
        ("squad", "rajpurkar/squad"),
        ("germanquad", "deepset/germanquad"),
        ("my/data", None),
        ("", None),
    ],
)
def test_an_old_id_is_known_without_its_owner(name: str, id_: str | None) -> None:
    assert hub_id(name) == id_
