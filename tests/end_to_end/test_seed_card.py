"""The card that this project started from comes back with its sections, without its faults."""

import hashlib
from pathlib import Path

import pytest

from qareport.cards.text.blocks import read_blocks
from qareport.cards.text.card_text import split_card
from qareport.cards.text.markdown import read_markdown
from tests.command_line import Run, run_qareport
from tests.shared_data import SEED_CARD, needs_shared

GOLDEN = Path(__file__).parent / "golden/seed_card.md"
MODEL_ID = "deepset/xlm-roberta-base-squad2-distilled"
OF_OTHERS = ("authors", "about")
"""Blocks in other people's words, which the golden file has by their hashes."""

pytestmark = needs_shared


@pytest.fixture
def imported(tmp_path: Path) -> Run:
    """The import of the seed card into the test's folder."""
    return run_qareport("import", SEED_CARD, "--model-id", MODEL_ID, "--output", tmp_path)


def hashed(page: str) -> str:
    """The page with other people's words told by their hashes."""
    body = split_card(page).body
    for block in read_blocks(body):
        if block.name in OF_OTHERS:
            digest = hashlib.sha256(block.text.encode()).hexdigest()
            page = page.replace(block.text, f"sha256 {digest}")
    return page


def test_the_card_is_that_of_the_golden_file(imported: Run, tmp_path: Path) -> None:
    run_qareport("card", tmp_path, "--template", "deepset")

    page = (tmp_path / "README.md").read_text(encoding="utf-8")

    assert imported.exit_code == 0
    assert hashed(page) == GOLDEN.read_text(encoding="utf-8")


def test_the_sections_stand_in_their_order(imported: Run, tmp_path: Path) -> None:
    run_qareport("card", tmp_path, "--template", "deepset")

    before, after = (
        [
            each.text
            for each in read_markdown(split_card(path.read_text())).headings
            if each.level == 2
        ]
        for path in (SEED_CARD, tmp_path / "README.md")
    )

    assert imported.exit_code == 0
    assert after == before


def test_the_faults_are_named_when_it_is_imported(imported: Run) -> None:
    for fault in (
        "'M\u00c3\u00b6ller:' -> 'M\u00f6ller:'",
        "its file is named after deepset/germanquad",
        "tag 'exbert': names a demo of another project",
        f"model_id 'deepset/roberta-base-squad2-distilled': contradicts '{MODEL_ID}'",
        "date 'Apr 21st, 2021'",
        '"exact": 79.8366040596311%',
        "all f1 83.916407079888",
    ):
        assert fault in imported.output


def test_no_error_is_left(imported: Run, tmp_path: Path) -> None:
    run_qareport("card", tmp_path, "--template", "deepset")

    before = run_qareport("lint", SEED_CARD, "--model-id", MODEL_ID)
    after = run_qareport("lint", tmp_path)

    assert imported.exit_code == 0
    assert (before.exit_code, after.exit_code) == (3, 0)
    assert "3 errors" in before.output
    assert "0 errors" in after.output


def test_the_card_checks_and_verifies(imported: Run, tmp_path: Path) -> None:
    run_qareport("card", tmp_path, "--template", "deepset")

    assert imported.exit_code == 0
    assert run_qareport("card", tmp_path, "--check").exit_code == 0
    assert run_qareport("verify", tmp_path).exit_code == 0
