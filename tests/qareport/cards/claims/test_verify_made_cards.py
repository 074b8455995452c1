"""A card that qareport made is verified line by line, beside its claims."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.claims.verdicts import Outcome
from qareport.cards.claims.verify import RENDERED, read_evidence, verify_made
from qareport.cards.compose.stale_lines import LATER_BLOCKS
from qareport.cards.lint.rules import lint_card
from qareport.cards.render.templates import shipped_templates
from qareport.cards.text.blocks import remove_blocks
from qareport.errors import ExitCode
from qareport.evaluation.evaluation_json import PrecisionCheck, read_evaluation, write_evaluation
from qareport.evaluation.training_json import write_facts
from tests.card_builders import BASELINE, RIGHT, STUDENT, write_card_folder
from tests.command_line import run_qareport
from tests.training_facts import training_facts


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A card of a record, and of another model trained alike."""
    folder = write_card_folder(tmp_path / "record")
    seed = write_card_folder(tmp_path / "seed", ("", "", "", "", "", ""), weights="w2")
    run_qareport("card", folder, "--no-run", "--record", seed)
    return folder / "README.md"


def test_every_figure_of_a_fresh_card_is_confirmed(page: Path) -> None:
    verified = verify_made(read_evidence(page))

    assert verified.stale_lines == ()
    assert {each.outcome for each in verified.verdicts} == {Outcome.CONFIRMED}
    assert RENDERED in {each.record for each in verified.verdicts}


def trained(folder: Path) -> Path:
    """The folder of a training, with the records of all three models."""
    for role, texts in (("baseline", BASELINE), ("student", STUDENT), ("teacher", RIGHT)):
        write_card_folder(folder / role, texts, weights=role)
    write_facts(training_facts(), folder / "training.json")
    return folder


def test_the_card_of_a_student_is_not_held_against_its_teacher_or_baseline(tmp_path: Path) -> None:
    folder = trained(tmp_path)
    run_qareport("card", folder, "--no-run")

    run = run_qareport("verify", folder)

    assert run.exit_code == 0, run.output
    assert "0 contradicted, 0 not checkable" in run.output


def test_a_card_by_hand_beside_a_training_is_of_its_student(tmp_path: Path) -> None:
    folder = trained(tmp_path)
    (folder / "README.md").write_text("EM: 50.00 / F1: 61.11\n")

    run = run_qareport("verify", folder)

    # It names no data, of which there are three records, so that nothing can be checked.
    assert run.exit_code == ExitCode.NOTHING_CHECKED
    assert "0 contradicted, 2 not checkable" in run.output


def test_records_elsewhere_are_found_again(page: Path) -> None:
    folders = [record.folder.resolve() for record in read_evidence(page).records]

    assert folders == [page.parent, page.parent.parent / "seed"]


def test_a_changed_figure_ends_with_3_and_its_line(page: Path) -> None:
    text = page.read_text().replace("mean of 2 | 18 | 41.67", "mean of 2 | 18 | 42.67")
    page.write_text(text)
    line = 1 + text[: text.index("mean of 2")].count("\n")

    run = run_qareport("verify", page.parent)

    assert run.exit_code == 3
    assert f"line {line} is '| mean of 2 | 18 | 42.67" in run.output
    assert run.errors.endswith(f"lines that contradict the records: {line}\n")


def test_a_line_whose_wrong_figures_are_contradicted_is_told_once(page: Path) -> None:
    text = page.read_text()
    wrong = re.sub(r"exact match \*\*[\d.]+\*\*", "exact match **12.34**", text, count=1)
    page.write_text(wrong)

    (line,) = {
        each.claim.line
        for each in verify_made(read_evidence(page)).verdicts
        if each.outcome is Outcome.CONTRADICTED
    }
    run = run_qareport("verify", page)

    assert run.exit_code == 3
    assert f"line {line}, all exact 12.34: " in run.output
    assert f"line {line} is" not in run.output
    assert run.errors.endswith(f"lines that contradict the records: {line}\n")


def test_a_line_with_more_wrong_than_its_figures_is_told_whole(page: Path) -> None:
    text = page.read_text()
    wrong = re.sub(r"exact match \*\*[\d.]+\*\*", "an exact match of **12.34**", text, count=1)
    page.write_text(wrong)

    verified = verify_made(read_evidence(page))

    assert [each.text for each in verified.stale_lines if "12.34" in each.text]


def test_a_number_that_is_no_score_is_noticed_too(page: Path) -> None:
    page.write_text(page.read_text().replace("out each of 9 articles", "out each of 5 articles"))

    run = run_qareport("verify", page.parent, "--format", "json")

    assert run.exit_code == 3
    (stale,) = json.loads(run.output)["stale_lines"]
    assert "out each of 9 articles" in stale["rendered"]


def test_what_people_wrote_is_claimed_but_not_rendered(page: Path) -> None:
    page.write_text(f"{page.read_text()}\nOn other data it reaches 12.34 F1.\n")

    verified = verify_made(read_evidence(page))

    assert verified.stale_lines == ()
    assert {each.outcome for each in verified.verdicts if each.claim.value == 12.34} != {
        Outcome.CONFIRMED
    }


def test_differences_from_float32_are_no_scores(tmp_path: Path) -> None:
    path = write_card_folder(tmp_path) / "evaluation.json"
    check = PrecisionCheck(6, 0.95, -0.0123, 0.0456)
    write_evaluation(replace(read_evaluation(path), precision_check=check), path)
    run_qareport("card", tmp_path, "--no-run")

    run = run_qareport("verify", tmp_path)

    assert "-1.23 points of exact match" in (tmp_path / "README.md").read_text()
    assert run.exit_code == 0, run.output
    assert "0 contradicted, 0 not checkable" in run.output


def test_the_records_of_a_made_card_are_read_once(page: Path) -> None:
    evidence = read_evidence(page)

    assert evidence.made_of is not None
    pairs = zip(evidence.records, evidence.made_of.records, strict=True)
    assert [one.asked is other.asked for one, other in pairs] == [True, True]


def test_a_record_that_is_named_is_called_as_it_was_named(page: Path) -> None:
    named = page.parent / ".." / "seed"

    (record,) = read_evidence(page, [named]).records

    assert record.folder == named


def test_a_fresh_record_comes_first_and_once(page: Path) -> None:
    seed = page.parent.parent / "seed"

    records = read_evidence(page, first=[seed]).records

    assert [record.folder.resolve() for record in records] == [seed.resolve(), page.parent]


@pytest.mark.parametrize(
    ("off_by", "is_stale"), [("0.25", False), ("0.5", True)], ids=["same figure", "another figure"]
)
def test_the_words_of_an_earlier_version_are_no_contradiction(
    tmp_path: Path, off_by: str, *, is_stale: bool
) -> None:
    folder = trained(tmp_path)
    run_qareport("card", folder, "--no-run")
    page = folder / "README.md"
    now = r"in float16, at most 0\.25 from what the teacher computed in [^|]*? \|"
    earlier = re.sub(now, f"in half precision, off by {off_by} at most |", page.read_text())
    assert earlier != page.read_text()
    page.write_text(earlier)

    assert bool(verify_made(read_evidence(page)).stale_lines) is is_stale


ROWS = re.compile(
    r"^\| (?:Always no|This model|With a tuned|Humans).*$(?=[^#]*end floor-and-ceilings)",
    re.MULTILINE,
)
"""Of the floor and ceilings of a card."""


def forgeries(text: str) -> Iterator[str]:
    """The card with each number among its floor and ceilings changed, one at a time."""
    for row in ROWS.finditer(text):
        for number in re.finditer(r"[\d.]+(?= \|)", row[0]):
            start, end = row.start() + number.start(), row.start() + number.end()
            forged = str(float(number[0]) + 1) if "." in number[0] else str(int(number[0]) + 1)
            yield text[:start] + forged + text[end:]


@pytest.mark.parametrize("template", shipped_templates())
def test_each_changed_number_of_floor_and_ceilings_is_contradicted_by_the_record(
    tmp_path: Path, template: str
) -> None:
    run_qareport("card", write_card_folder(tmp_path), "--no-run", "--template", template)
    page = tmp_path / "README.md"
    # What a record says must not depend on a new rendering.
    (tmp_path / "card.json").unlink()
    forged = list(forgeries(page.read_text()))
    before = verify_made(read_evidence(page)).verdicts

    assert len(forged) == 15
    assert not any(each.outcome is Outcome.CONTRADICTED for each in before)
    for text in forged:
        page.write_text(text)
        verdicts = verify_made(read_evidence(page)).verdicts
        wrong = [each.claim for each in verdicts if each.outcome is Outcome.CONTRADICTED]
        assert len(wrong) == 1
        assert f"| {wrong[0].text} |" in text.splitlines()[wrong[0].line - 1]


def test_the_floor_of_a_card_is_no_claim_about_its_model(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path, ("salt", "tea", "tea", "tea", "tea", "tea"))
    named = '[[data]]\nsource = "data.json"\nid = "acme/ships"\nname = "Ships"\n'
    (folder / "card.toml").write_text(named)
    run_qareport("card", folder, "--no-run")
    page = (folder / "README.md").read_text()
    without = remove_blocks(page, LATER_BLOCKS)

    run = run_qareport("verify", folder)
    rules = [
        [each.rule for each in lint_card(text, folder=None, model_id=None)]
        for text in (page, without)
    ]

    assert "would score more than this model in exact match and F1." in page
    assert "| Always no answer | 18 | 33.33 | 33.33 |\n| This model | 18 | 0.00 | 0.00 |" in page
    assert run.exit_code == 0, run.output
    assert "0 contradicted, 0 not checkable" in run.output
    assert rules[0] == rules[1]
