"""Every rule finds its own fault on its own line, and nothing in sound cards."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.lint.rules import FIGURE_RULES, RULES, hub_errors, lint_card, mend_card
from tests.card_faults.full_card import FULL, OWN_ID
from tests.card_faults.planted_faults import PLANTED_FAULTS, PlantedFault
from tests.card_faults.sound_cards import SOUND_CARDS, SoundCard
from tests.linting_builders import found_by

FAULTY_LINES = (
    *("---", "language: EN", "- null", "datasets:", "- squad_v2", "license: no", "tags: [a]"),
    *("| a | b |", "| 1 | 2 |", '"exact": 79.8%', "```", "MÃ¶ller 3.5", "version: 1.10", ""),
)


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


def mended(text: str) -> str:
    return mend_card(text, model_id=OWN_ID).text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("---\nlanguage: Multilingual\n---\n", "---\nlanguage: multilingual\n---\n"),
        ("---\nlanguage: [EN, 'German'] # two\n---\n", "---\nlanguage: [en, de] # two\n---\n"),
        ("---\nlanguage: NO\n---\n", '---\nlanguage: "no"\n---\n'),
        ("---\nlanguage: EN\nlanguage: EN\n---\n", "---\nlanguage: en\n---\n"),
        ("---\nlicense: Apache 2.0\n---\n", "---\nlicense: apache-2.0\n---\n"),
        ("---\nlicense:  'CC-BY-4.0'\r\n---\n", "---\nlicense:  cc-by-4.0\r\n---\n"),
        ("---\ndate: 2026-11-22\n---\n", '---\ndate: "2026-11-22"\n---\n'),
        ("---\nversion: 1.10\n---\n", '---\nversion: "1.10"\n---\n'),
        ("---\ntags:\n- a\n-\n- null\n- b\n---\n", "---\ntags:\n- a\n- b\n---\n"),
        ("---\ntags: [a]\ntags: [a]\n---\n", "---\ntags: [a]\n---\n"),
        ("---\ntags:\n- a\nx: 1\ntags:\n- a\ny: 2\n---\n", "---\ntags:\n- a\nx: 1\ny: 2\n---\n"),
        ("---\ndatasets: [squad_v2]\n---\n", "---\ndatasets: [rajpurkar/squad_v2]\n---\n"),
        ("Timo MÃ¶ller und Ã„nne\n", "Timo Möller und Änne\n"),
        ('```\n"exact": 79.8%\n"f1": 83.9 %,\n```\n', '```\n"exact": 79.8\n"f1": 83.9,\n```\n'),
        ("| a | b |\n| 1 | 2 |\n", "| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
        ("| a |\r\n| 1 |\r\n", "| a |\r\n| --- |\r\n| 1 |\r\n"),
    ],
)
def test_what_is_mechanical_is_mended(old: str, new: str) -> None:
    assert mended(old) == new


@pytest.mark.parametrize(
    "text",
    [
        "---\nlanguage: es-ES\n---\n",
        "---\nlicense: free\n---\n",
        "---\ntags:\n- null\n---\n",
        "---\ntags: [a, null]\n---\n",
        "---\ntags: [a]\ntags: [b]\n---\n",
        "---\nlicense: mit\nlicense: apache-2.0\n---\n",
        "---\nmodel-index: [{name: m, name: m}]\n---\n",
        "---\nlicense: !!int 3\n---\n",
        "---\ntags:\n\n- a\ntags:\n\n- b\n---\n",
        "---\n{tags: [a], tags: [a]}\n---\n",
        "---\n  tags: [a]\n  tags: [a]\n---\n",
        "| a | b |\n| 1 | 2 |\n| - | - |\n",
    ],
)
def test_what_takes_a_person_stays(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("block", ["|+\n  mit\n\n\n", "|\n  mit\n", ">-\n  mit\n"])
def test_a_block_of_lines_is_mended_up_to_its_last_line(block: str) -> None:
    text = f"---\nfoo: 1\nlicense: {block}---\n# T\n"

    assert mended(text).startswith("---\nfoo: 1\nlicense: ")
    assert mended(text).endswith("\n---\n# T\n")


def test_many_faults_side_by_side_are_mended_at_once() -> None:
    text = "---\ntags:\n" + "- null\n" * 200 + "- a\n---\n" + "MÃ¶ller\n" * 200

    assert mended(text) == "---\ntags:\n- a\n---\n" + "Möller\n" * 200


def test_faults_of_one_line_are_mended_one_after_another() -> None:
    text = "| MÃ¶ller | b |\n| 1 | 2 |\n"

    assert mended(text) == "| Möller | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_mending_says_what_was_wrong() -> None:
    result = mend_card("---\nlanguage: EN\nlicense: MIT\n---\n", model_id=None)

    assert [(each.line, each.rule) for each in result.mended] == [(2, "language"), (3, "licence")]


@pytest.mark.parametrize(
    "fault", PLANTED_FAULTS, ids=lambda fault: f"{fault.rule}-{fault.new[:30]}"
)
def test_mending_again_mends_nothing_and_what_was_mended_is_gone(fault: PlantedFault) -> None:
    once = mend_card(fault.card, model_id=OWN_ID)

    again = mend_card(once.text, model_id=OWN_ID)

    assert again.text == once.text
    assert again.mended == ()
    for problem in once.mended:
        assert problem.rule not in FIGURE_RULES
        assert found_by(problem.rule, once.text, model_id=OWN_ID) == []


def test_mending_changes_only_the_lines_of_the_faults() -> None:
    text = FULL.replace("\n", "\r\n").replace("language: en", "language:   EN # yes")

    changed = mended(text)

    assert changed == text.replace("EN # yes", "en # yes")


@pytest.mark.parametrize("card", SOUND_CARDS.values(), ids=SOUND_CARDS)
def test_sound_cards_stay_as_they_are(card: SoundCard) -> None:
    assert mend_card(card.text, model_id=card.model_id).text == card.text


@given(st.lists(st.sampled_from(FAULTY_LINES), max_size=14))
def test_mending_ends_and_no_figure_changes(lines: list[str]) -> None:
    text = "\n".join(["---", *lines])

    once = mend_card(text, model_id=None).text

    assert mend_card(once, model_id=None).mended == ()
    assert set(re.findall(r"\d+\.\d+", once)) == set(re.findall(r"\d+\.\d+", text))
