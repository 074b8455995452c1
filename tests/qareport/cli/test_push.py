"""`qareport push` refuses contradictions and bad cards before it uses the network."""

from pathlib import Path

import pytest

from qareport.cli.push_options import Wishes, choose
from qareport.hub.plan_text import NOT_COMPARED
from qareport.hub.planning.choice import CardRule, Route, Selection, Visibility
from tests.command_line import run_qareport
from tests.hub.pushing import model_folder

NAME = "someone/model"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "model")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--yes", "--card-only", "--results-only"), "exclude each other; choose one"),
        (("--yes", "--results-only", "--replace-card"), "leave --replace-card out"),
        (("--yes", "--message", " "), "--message: is empty; say what the change is"),
        ((), "nobody can be asked here; look at the plan with --dry-run, and add --yes"),
    ],
)
def test_contradictions_are_wrong_usage(
    folder: Path, options: tuple[str, ...], sentence: str
) -> None:
    run = run_qareport("push", folder, NAME, *options)

    assert run.exit_code == 2
    assert run.errors.startswith("Error: ")
    assert sentence in run.errors


def test_a_name_that_is_none_is_wrong_usage(folder: Path) -> None:
    run = run_qareport("push", folder, "model", "--yes")

    assert (run.exit_code, run.errors) == (
        2,
        "Error: 'model': is not the name of a model on the Hub; write OWNER/NAME\n",
    )


def test_a_card_with_faults_is_a_failed_check(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: my-own\n---\n")

    run = run_qareport("push", folder, NAME, "--yes")

    assert run.exit_code == 3
    assert "not fit to be pushed:\n- README.md:2: " in run.errors


def test_nothing_is_pushed_offline(folder: Path) -> None:
    run = run_qareport("push", folder, NAME, "--yes")

    assert (run.exit_code, run.errors) == (1, "Error: HF_HUB_OFFLINE is set; unset it to push\n")
    assert run.output == ""


def test_a_dry_run_offline_shows_what_would_go_and_why_it_is_not_compared(folder: Path) -> None:
    run = run_qareport("push", folder, NAME, "--dry-run")

    assert (run.exit_code, run.errors) == (1, "Error: HF_HUB_OFFLINE is set; unset it to push\n")
    assert f"repository: {NAME} (not read)" in run.output
    assert "  here     model.safetensors: model, 7 B, sha256 " in run.output
    assert "to send: at most 4 files, " in run.output
    assert f"note: {NOT_COMPARED}\n" in run.output


def test_a_dry_run_offline_refuses_what_no_push_would_send(folder: Path) -> None:
    (folder / ".env").write_text("")

    run = run_qareport("push", folder, NAME, "--dry-run")

    assert run.exit_code == 1
    assert "HF_HUB_OFFLINE" not in run.errors


def test_a_card_that_is_not_utf_8_is_told(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"\xff")

    run = run_qareport("push", folder, NAME, "--yes")

    assert run.exit_code == 1
    assert "README.md: cannot be read as UTF-8; save it as that" in run.errors


def test_a_folder_without_card_passes_the_lint(folder: Path) -> None:
    (folder / "README.md").unlink()

    assert "HF_HUB_OFFLINE" in run_qareport("push", folder, NAME, "--yes").errors


def test_options_make_the_choice() -> None:
    wishes = Wishes(create_pr=False, private=True, card_only=True, replace_card=True)

    choice = choose(NAME, wishes, message=" Why ")

    assert (choice.repository, choice.summary) == (NAME, "Why")
    assert (choice.route, choice.visibility) == (Route.COMMIT, Visibility.PRIVATE)
    assert (choice.selection, choice.card_rule) == (Selection.CARD, CardRule.REPLACE)


def test_the_default_choice_leaves_it_to_the_owner() -> None:
    choice = choose(NAME, Wishes(), message="Why")

    assert (choice.route, choice.visibility) == (Route.BY_OWNER, Visibility.DEFAULT)
    assert (choice.selection, choice.card_rule) == (Selection.WHOLE, CardRule.MERGE)
