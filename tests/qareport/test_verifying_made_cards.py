"""A card that qareport made is verified line by line, beside its claims."""

import json
from pathlib import Path

import pytest

from qareport.claiming.verdicts import Outcome
from qareport.verifying import RENDERED, read_evidence, verify_made
from tests.card_builders import write_card_folder
from tests.command_line import run_qareport


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A card of a record, and of another model trained alike."""
    folder = write_card_folder(tmp_path / "record")
    seed = write_card_folder(tmp_path / "seed", ("", "", "", "", "", ""), weights="w2")
    run_qareport("card", folder, "--no-run", "--record", seed)
    return folder / "README.md"


def test_every_figure_of_a_fresh_card_is_confirmed(page: Path) -> None:
    verified = verify_made(page, read_evidence(page, ()))

    assert verified.stale_lines == ()
    assert {each.outcome for each in verified.verdicts} == {Outcome.CONFIRMED}
    assert RENDERED in {each.record for each in verified.verdicts}


def test_a_changed_figure_ends_with_3_and_its_line(page: Path) -> None:
    text = page.read_text().replace("mean of 2 | 41.67", "mean of 2 | 42.67")
    page.write_text(text)
    line = 1 + text[: text.index("mean of 2")].count("\n")

    run = run_qareport("verify", page.parent)

    assert run.exit_code == 3
    assert f"line {line} is '| mean of 2 | 42.67" in run.output
    assert run.errors.endswith(f"1 lines contradict the records: {line}\n")


def test_a_number_that_is_no_score_is_noticed_too(page: Path) -> None:
    page.write_text(page.read_text().replace("resampling 3 articles", "resampling 5 articles"))

    run = run_qareport("verify", page.parent, "--format", "json")

    assert run.exit_code == 3
    (stale,) = json.loads(run.output)["stale_lines"]
    assert "resampling 3 articles" in stale["rendered"]


def test_what_people_wrote_is_claimed_but_not_rendered(page: Path) -> None:
    page.write_text(f"{page.read_text()}\nOn other data it reaches 12.34 F1.\n")

    verified = verify_made(page, read_evidence(page, ()))

    assert verified.stale_lines == ()
    assert {each.outcome for each in verified.verdicts if each.claim.value == 12.34} != {
        Outcome.CONFIRMED
    }
