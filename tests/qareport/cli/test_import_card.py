"""`qareport import` writes card.toml and claims.json, and says what became of every line."""

import json
from pathlib import Path

import pytest

from qareport.cards.author_words import read_words
from qareport.cards.claims.claims import Claim
from qareport.cards.old_cards.card import import_card
from tests.command_line import run_qareport
from tests.shared_data import SHARED, needs_shared

CARD = """---
language: German
tags: [exbert]
---
# me/old

It reads roofs.

EM: 79.5

## Authors
- Zoë MÃ¼ller: `zoe [at] example.org`
"""
SEED = SHARED / "seed/card.md"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card" / "README.md"
    path.parent.mkdir()
    path.write_text(CARD, encoding="utf-8")
    return path


def test_words_and_claims_are_written_beside_the_card(card: Path) -> None:
    run = run_qareport("import", card)

    words = read_words(card.parent / "card.toml")
    (claim,) = json.loads((card.parent / "claims.json").read_text())
    assert run.exit_code == 0
    assert (words.model_id, words.overview, words.languages) == (
        "me/old",
        "It reads roofs.",
        ("de",),
    )
    assert [(each.name, each.contact) for each in words.authors] == [
        ("Zoë Müller", "zoe [at] example.org")
    ]
    assert (claim["line"], claim["measure"], claim["text"]) == (9, "exact", "79.5")


def test_every_line_is_accounted_for(card: Path) -> None:
    run = run_qareport("import", card)

    assert run.output.splitlines() == [
        "kept: 4",
        "  line 2: languages: de",
        "  line 5: model_id: me/old",
        "  line 5: overview: It reads roofs.",
        "  line 12: authors: Zoë Müller",
        "mended: 1",
        "  line 12: 'MÃ¼ller:' -> 'Müller:'",
        "left out: 2",
        "  line 3: tag 'exbert': names a demo of another project",
        "  line 9: 'EM: 79.5': states figures, which are claims",
        "claims: 1",
        "  line 9: all exact 79.5",
        f"{card.parent / 'card.toml'} and {card.parent / 'claims.json'} are written",
    ]


@pytest.mark.parametrize("name", ["card.toml", "claims.json"])
def test_nothing_is_replaced_unless_it_is_asked_for(card: Path, name: str) -> None:
    (card.parent / name).write_text("mine")

    refused = run_qareport("import", card)
    untouched = (card.parent / name).read_text()
    replaced = run_qareport("import", card, "--overwrite")

    assert refused.exit_code == 1
    assert f"{name}: exists already; replace it with --overwrite" in refused.errors
    assert untouched == "mine"
    assert replaced.exit_code == 0
    assert (card.parent / name).read_text() != "mine"


def test_another_folder_is_made(card: Path, tmp_path: Path) -> None:
    run = run_qareport("import", card.parent, "--output", tmp_path / "new" / "folder")

    assert run.exit_code == 0
    assert {path.name for path in (tmp_path / "new/folder").iterdir()} == {
        "card.toml",
        "claims.json",
    }


def test_a_place_that_is_no_folder_is_told(card: Path) -> None:
    (card.parent / "notes.txt").touch()

    run = run_qareport("import", card, "--output", card.parent / "notes.txt/below")

    assert run.exit_code == 1
    assert "cannot be made" in run.errors


def test_the_id_of_the_model_counts_more_than_the_card(card: Path) -> None:
    run = run_qareport("import", card, "--model-id", "me/new")

    assert read_words(card.parent / "card.toml").model_id == "me/new"
    assert "  line 5: model_id 'me/old': contradicts 'me/new', which is kept" in run.output


@needs_shared
def test_the_seed_card_is_taken_over_whole(tmp_path: Path) -> None:
    model_id = "deepset/xlm-roberta-base-squad2-distilled"

    run = run_qareport("import", SEED, "--output", tmp_path, "--model-id", model_id)

    words = read_words(tmp_path / "card.toml")
    assert run.exit_code == 0
    assert words == import_card(SEED.read_text(encoding="utf-8"), model_id=model_id).words
    assert (words.model_id, words.teacher) == (model_id, "deepset/xlm-roberta-large-squad2")
    assert (words.languages, words.license) == (("multilingual",), "mit")
    assert (words.datasets, words.training_data) == (
        ("rajpurkar/squad_v2",),
        "SQuAD 2.0 training set",
    )
    assert words.infrastructure == "1x V100 GPU"
    assert (words.thumbnail, words.tags) == (None, ())
    assert words.hyperparameters == {
        "batch_size": 56,
        "n_epochs": 4,
        "max_seq_len": 384,
        "learning_rate": 3e-5,
        "lr_schedule": "LinearWarmup",
        "embeds_dropout_prob": 0.1,
        "temperature": 3,
        "distillation_loss_weight": 0.75,
    }
    assert words.authors[0].name == "Timo Möller"
    assert len(words.authors) == 4
    assert [passage.title for passage in words.sections] == ["Details"]
    assert words.about is not None
    assert words.about.count("https://deepset.ai/german") == 2
    lines = run.output.splitlines()
    assert sum(line.startswith("  line 14: model_id 'deepset/roberta-base") for line in lines) == 1
    assert sum(line.startswith("  line 18: date 'Apr 21st, 2021'") for line in lines) == 1


@needs_shared
def test_the_figures_of_the_seed_card_are_claims_and_no_words(tmp_path: Path) -> None:
    text = SEED.read_text(encoding="utf-8")

    imported = import_card(text)
    run_qareport("import", SEED, "--output", tmp_path)

    assert [_told(claim) for claim in imported.claims] == [
        (37, "exact", "79.8366040596311", "rajpurkar/squad_v2", "validation"),
        (38, "f1", "83.916407079888", "rajpurkar/squad_v2", "validation"),
    ]
    assert "79.8366" not in (tmp_path / "card.toml").read_text(encoding="utf-8")


def _told(claim: Claim) -> tuple[int, str, str, str | None, str | None]:
    return claim.line, claim.measure, claim.text, claim.data.id, claim.data.split
