"""Every rule finds its own fault on its own line, and nothing in sound cards."""

from pathlib import Path

import pytest

from qareport.cards.lint.rules import RULES, hub_errors, lint_card
from tests.card_faults.full_card import OWN_ID
from tests.card_faults.planted_faults import PLANTED_FAULTS, PlantedFault
from tests.card_faults.sound_cards import SOUND_CARDS, SoundCard


def found(text: str, folder: Path | None = None) -> list[tuple[int, str]]:
    """Lines and rules of all problems of a card of our lab's model."""
    return [(each.line, each.rule) for each in lint_card(text, folder=folder, model_id=OWN_ID)]


def name(fault: PlantedFault) -> str:
    return f"{fault.rule}-{fault.new.strip()[:40]}"


@pytest.mark.parametrize("fault", PLANTED_FAULTS, ids=name)
def test_a_planted_fault_is_found_by_its_rule_on_its_line(
    fault: PlantedFault, tmp_path: Path
) -> None:
    problems = found(fault.card, tmp_path)

    assert problems == [(fault.line, fault.rule)]


@pytest.mark.parametrize("card", SOUND_CARDS.values(), ids=SOUND_CARDS)
def test_nothing_is_found_in_a_sound_card(card: SoundCard) -> None:
    problems = lint_card(card.text, folder=None, model_id=card.model_id)

    assert problems == ()
    assert hub_errors(card.text) == ()


def test_the_sound_cards_are_many() -> None:
    assert len({card.text for card in SOUND_CARDS.values()}) >= 10


def test_every_rule_has_a_planted_fault() -> None:
    assert {fault.rule for fault in PLANTED_FAULTS} == set(RULES)
    assert len(PLANTED_FAULTS) >= 80
