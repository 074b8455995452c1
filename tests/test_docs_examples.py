"""The examples of the pages on extending work as printed, and their own tests pass."""

from pathlib import Path

import pytest

from qareport.analysis.examples.breakdown import Trait
from qareport.analysis.examples.traits import TRAITS
from qareport.cards.render.page import render_card
from qareport.metrics.normalisers import NORMALISERS, Normaliser
from tests.card_builders import distilled
from tests.extending_pages import blocks, names_of, run_tests
from tests.repository import ROOT


def test_the_trait_groups_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_of("trait.md")
    group_of = names["question_digits"]
    assert callable(group_of)
    monkeypatch.setitem(TRAITS, "question digits", Trait(group_of))

    assert run_tests(names) == 2


def test_the_normaliser_compares_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_of("normaliser.md")
    normaliser = names["PLAIN_FR"]
    assert isinstance(normaliser, Normaliser)
    monkeypatch.setitem(NORMALISERS, normaliser.name, normaliser)

    assert run_tests(names) == 2


def test_the_tests_of_the_page_on_losses_pass() -> None:
    assert run_tests(names_of("loss.md")) == 1


def test_the_template_extends_the_shipped_one(tmp_path: Path) -> None:
    (template,) = blocks("template.md", "jinja")
    path = tmp_path / "short.md.jinja"
    path.write_text(template, encoding="utf-8")

    page = render_card(distilled(), str(path)).body

    assert "## In short\n\nsmall-ships finds" in page
    assert "## Results" in page
    assert "## Charts" not in page


@pytest.mark.parametrize("page", ["trait.md", "normaliser.md", "loss.md", "engine.md"])
def test_lines_that_a_page_takes_away_or_goes_by_are_those_of_the_package(page: str) -> None:
    named = [path for path in (ROOT / "qareport", ROOT / "trainer") for path in path.rglob("*.py")]
    lines = {line.rstrip() for path in named for line in path.read_text("utf-8").splitlines()}
    shown = [line for block in blocks(page, "diff") for line in block.splitlines()]

    kept = [line[1:] for line in shown if line and not line.startswith("+")]
    assert kept
    assert set(kept) <= lines
