"""The card that this project began with has its faults found by name."""

import pytest

from qareport.cards.lint.rules import lint_card, mend_card
from tests.shared_data import SHARED, needs_shared

SEED_CARD = SHARED / "seed/card.md"
MODEL = "deepset/xlm-roberta-base-squad2-distilled"
FOUND = {
    ("language", 2),
    ("moved-dataset", 4),
    ("foreign-picture", 6),
    ("foreign-tag", 8),
    ("section", 10),
    ("subsets", 10),
    ("revision", 10),
    ("seed", 10),
    ("versions", 10),
    ("date", 18),
    ("data-percent", 37),
    ("protocol", 38),
    ("encoding", 42),
}
pytestmark = needs_shared


def found(model_id: str | None) -> set[tuple[str, int]]:
    text = SEED_CARD.read_text(encoding="utf-8")
    return {(each.rule, each.line) for each in lint_card(text, folder=None, model_id=model_id)}


@pytest.mark.parametrize("model_id", [None, MODEL])
def test_what_is_wrong_whatever_the_model_is(model_id: str | None) -> None:
    assert found(model_id) >= FOUND


def test_by_its_own_words_teacher_and_language_fit_no_such_model() -> None:
    assert found(None) >= {("tokenizers", 21), ("english-only", 2)}


def test_by_the_name_of_its_repository_name_and_figures_are_of_another_model() -> None:
    assert found(MODEL) >= {("model-name", 14), ("other-figures", 37)}


def test_mending_leaves_what_takes_a_person() -> None:
    text = SEED_CARD.read_text(encoding="utf-8")

    result = mend_card(text, model_id=MODEL)

    assert [(each.rule, each.line) for each in result.mended] == [
        ("language", 2),
        ("moved-dataset", 4),
        ("data-percent", 37),
        ("data-percent", 38),
        ("encoding", 42),
    ]
    assert result.text == (
        text.replace("Multilingual\nd", "multilingual\nd", 1)
        .replace("- squad_v2", "- rajpurkar/squad_v2")
        .replace("%\n", "\n")
        .replace("Ã¶", "ö")
    )
