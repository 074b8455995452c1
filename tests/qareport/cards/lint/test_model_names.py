"""Names of models are found in text, and a card names its own."""

import pytest

from qareport.cards.lint.card import read_card
from qareport.cards.lint.model_names import MODEL_NAME, is_same_model
from tests.linting_builders import with_metadata

INDEX = "model-index: [{name: lamp}, {name: 3}, 4, {name: harbour}]"
SAID = "**Language model:** a/lamp-bert.\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("deepset/xlm-roberta-large-squad2 was used.", ["deepset/xlm-roberta-large-squad2"]),
        ("It is roberta-base.", ["roberta-base"]),
        ("a/b-bert, c/d-electra.v2", ["a/b-bert", "c/d-electra.v2"]),
        ("BERT and RoBERTa are words, and so is rajpurkar/squad_v2", []),
        ("https://huggingface.co/a/b-bert x@b-bert.org", []),
    ],
)
def test_names_of_models_are_found_in_text(text: str, names: list[str]) -> None:
    assert MODEL_NAME.findall(text) == names


@pytest.mark.parametrize(
    ("name", "other", "is_same"),
    [
        ("a/m", "A/M", True),
        ("a/m", "m", True),
        ("m", "m", True),
        ("a/m", "b/m", False),
        ("a/m", "a/n", False),
    ],
)
def test_an_owner_counts_where_both_names_have_one(name: str, other: str, is_same: bool) -> None:  # noqa: FBT001 - a parameter
    assert is_same_model(name, other) == is_same
    assert is_same_model(other, name) == is_same


@pytest.mark.parametrize(
    ("text", "model_id", "own"),
    [
        (with_metadata(INDEX) + SAID, "a/b", ("a/b",)),
        (with_metadata(INDEX) + SAID, None, ("lamp", "harbour")),
        (SAID, None, ("a/lamp-bert",)),
        ("**Language model:** bert-base", None, ()),
        ("", None, ()),
    ],
)
def test_the_caller_knows_the_name_before_the_card(
    text: str, model_id: str | None, own: tuple[str, ...]
) -> None:
    assert read_card(text, folder=None, model_id=model_id).own_ids == own
