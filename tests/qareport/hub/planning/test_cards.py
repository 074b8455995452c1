"""Tests that a pushed card keeps what others wrote on the Hub, unless it is to be replaced."""

import pytest

from qareport.cards.text.card_text import split_card
from qareport.errors import PublishError
from qareport.hub.planning.cards import card_to_push, with_results
from qareport.hub.planning.choice import CardRule, Selection

OURS = """---
license: mit
model-index:
- name: ours
  results:
  - task:
      type: question-answering
    dataset:
      type: squad_v2
      name: SQuAD v2
    metrics:
    - type: f1
      value: 80.25
    source:
      name: qareport
      url: https://example.org
---
<!-- qareport:begin results -->

Good.

<!-- qareport:end results -->
"""
THEIRS = "---\nlicense: apache-2.0 # kept\n---\nBy hand.\n"


def pushed(
    local: str | None,
    remote: str | None,
    selection: Selection = Selection.WHOLE,
    rule: CardRule = CardRule.MERGE,
) -> str | None:
    return card_to_push(local, remote, selection, rule)


def test_the_first_card_goes_as_it_is() -> None:
    assert pushed(OURS, None) == OURS


def test_no_card_stays_none() -> None:
    assert pushed(None, THEIRS) is None


def test_a_card_there_keeps_its_text_and_gets_our_blocks() -> None:
    card = pushed(OURS, THEIRS) or ""

    assert card.index("By hand.") < card.index("Good.")
    assert "license: mit # kept" in card


def test_pushing_the_merged_card_again_changes_nothing() -> None:
    card = pushed(OURS, THEIRS)

    assert pushed(OURS, card) == card


def test_a_card_is_replaced_on_request() -> None:
    assert pushed(OURS, THEIRS, rule=CardRule.REPLACE) == OURS


def test_results_alone_touch_nothing_but_the_model_index() -> None:
    card = pushed(OURS, THEIRS, Selection.RESULTS, CardRule.REPLACE) or ""

    assert card.startswith("---\nlicense: apache-2.0 # kept\nmodel-index:\n- name: ours\n")
    assert card.endswith("---\nBy hand.\n")
    assert "Good." not in card


def test_results_go_under_the_name_that_the_page_has() -> None:
    page = split_card("---\nmodel-index:\n- name: theirs\n  results: []\n---\n")

    card = with_results(page, split_card(OURS)).text

    assert "name: theirs" in card
    assert "name: ours" not in card
    assert "value: 80.25" in card


def test_results_come_to_a_page_without_metadata() -> None:
    card = with_results(split_card("By hand.\n"), split_card(OURS)).text

    assert card.startswith("---\nmodel-index:\n")
    assert card.endswith("---\nBy hand.\n")


def test_without_results_of_ours_the_page_stays() -> None:
    page = split_card(THEIRS)

    assert with_results(page, split_card("---\nlicense: mit\n---\n")) == page


def test_results_without_a_card_there_have_no_place() -> None:
    assert pushed(OURS, None, Selection.RESULTS) is None


BROKEN = "---\nlicense: [\n---\n"
OPEN_BLOCK = "<!-- qareport:begin results -->\nnever closed\n"
NO_INDEX = "---\nmodel-index: 2026-11-22\n---\n"


@pytest.mark.parametrize(
    ("local", "remote", "selection"),
    [
        (OURS, BROKEN, Selection.WHOLE),
        (OURS, BROKEN, Selection.RESULTS),
        (OURS, OPEN_BLOCK, Selection.WHOLE),
        (NO_INDEX, THEIRS, Selection.WHOLE),
        (NO_INDEX, THEIRS, Selection.RESULTS),
    ],
)
def test_cards_that_cannot_be_merged_are_reported(
    local: str, remote: str, selection: Selection
) -> None:
    with pytest.raises(PublishError, match=r"^README\.md: the card on the Hub and the folder's "):
        pushed(local, remote, selection)
