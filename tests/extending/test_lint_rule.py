"""The page on lint rules: with the change that it shows, `lint` reports the new fault."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from qareport.cards.lint.rules import RULES, Rule, lint_card
from qareport.data.findings import Severity
from tests.card_faults.full_card import OWN_ID
from tests.card_faults.planted_faults import PlantedFault
from tests.card_faults.sound_cards import SOUND_CARDS
from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of
from tests.repository import ROOT

PAGE = "lint_rule.md"
NAME = "insecure-link"


@pytest.fixture(autouse=True)
def _with_the_rule_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    find = names_of(PAGE)["find_insecure_links"]
    assert callable(find)
    monkeypatch.setitem(RULES, NAME, Rule(Severity.WARNING, find))


def lines_of_diffs(mark: str) -> Iterator[str]:
    """The lines of the page's diffs with this mark, without it."""
    for block in blocks(PAGE, "diff"):
        yield from (line[1:] for line in block.splitlines() if line.startswith(mark))


def planted_fault() -> PlantedFault:
    """What the page adds to the planted faults."""
    (added,) = (line for line in lines_of_diffs("+") if "PlantedFault" in line)
    call = ast.parse(added.strip().removesuffix(","), mode="eval").body
    assert isinstance(call, ast.Call)
    rule, old, new, at = map(ast.literal_eval, [*call.args, call.keywords[0].value])
    return PlantedFault(rule, old, new, at)


def test_the_rule_finds_the_planted_fault_and_no_other_rule_does() -> None:
    fault = planted_fault()

    problems = lint_card(fault.card, folder=None, model_id=OWN_ID)

    assert [(each.rule, each.line, each.severity) for each in problems] == [
        (NAME, fault.line, Severity.WARNING)
    ]


def test_the_rule_finds_nothing_in_sound_cards() -> None:
    for card in SOUND_CARDS.values():
        assert lint_card(card.text, folder=None, model_id=card.model_id) == ()


def test_the_command_prints_what_the_page_says(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(planted_fault().card, encoding="utf-8")

    run = run_qareport("lint", card)
    strict = run_qareport("lint", card, "--strict")

    said, _ = run.output.splitlines()
    assert said.removeprefix(f"{tmp_path}/") in (ROOT / "docs/extending" / PAGE).read_text("utf-8")
    assert (run.exit_code, strict.exit_code) == (0, 3)


def test_the_lines_around_the_change_are_those_of_the_files() -> None:
    paths = ("qareport/cards/lint/rules.py", "tests/card_faults/planted_faults.py")
    there = [line for path in paths for line in (ROOT / path).read_text("utf-8").splitlines()]

    around = [*lines_of_diffs(" ")]

    assert len(around) == 3
    assert set(around) <= set(there)
