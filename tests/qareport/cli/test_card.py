"""`qareport card` writes a card, shows what it would change, and tells when records disagree."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.compose import write
from qareport.cards.render.sources import CardRecord
from qareport.cards.snippet import Usage
from qareport.data.own_key import FILE_VARIABLE
from tests.card_builders import write_card_folder
from tests.command_line import heavy_imports_of, run_qareport


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a record."""
    return write_card_folder(tmp_path)


def test_a_card_is_written_with_its_charts(folder: Path) -> None:
    run = run_qareport("card", folder, "--no-run", "--model-id", "acme/ships")

    assert run.exit_code == 0
    written = run.output.split()
    assert str(folder / "README.md") in written
    assert all(Path(path).is_file() for path in written)
    page = (folder / "README.md").read_text()
    assert "# ships" in page
    assert 'model_id = "acme/ships"' in page
    assert "](<charts/risk_coverage.svg>)" in page


def test_a_second_run_writes_nothing(folder: Path) -> None:
    run_qareport("card", folder, "--no-run")

    run = run_qareport("card", folder, "--no-run")

    assert (run.exit_code, run.output) == (0, "")


def test_a_diff_writes_nothing(folder: Path) -> None:
    run = run_qareport("card", folder, "--diff")

    assert run.exit_code == 0
    assert "+++ b/README.md" in run.output
    assert "card.json is missing" in run.output
    assert not (folder / "README.md").exists()


def test_a_check_ends_with_3_where_page_and_records_disagree(folder: Path) -> None:
    run_qareport("card", folder, "--no-run")
    fine = run_qareport("card", folder, "--check")
    page = folder / "README.md"
    page.write_text(page.read_text().replace("**50.00**", "**60.00**"))

    wrong = run_qareport("card", folder, "--check")

    assert (fine.exit_code, fine.output) == (0, "")
    assert wrong.exit_code == 3
    assert "**60.00**" in wrong.output
    assert wrong.errors == (
        f"Error: {folder}: page and records disagree; run `qareport card {folder}`\n"
    )


def test_another_template_may_extend_a_shipped_one(folder: Path, tmp_path: Path) -> None:
    template = tmp_path / "mine.md.jinja"
    template.write_text(
        '{% extends "model_card.md.jinja" %}{% block citation %}By {{ card.title }}{% endblock %}'
    )

    run_qareport("card", folder, "--no-run", "--template", template, "--model-id", "a/b*c")

    page = (folder / "README.md").read_text()
    assert "<!-- qareport:begin citation -->\n\nBy b\\*c\n\n<!-- qareport:end citation -->" in page


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "{{ nothing }}",
            "'nothing' is undefined; see the shipped templates for valid names",
        ),
        ("{{ card.nothing }}", "has no attribute 'nothing'; see the shipped templates"),
        ("{% if %}", ":1: Expected an expression, got 'end of statement block'"),
        ("{{ card.__class__.__mro__ }}", "access to attribute '__class__' of"),
        ("{{ 1.5 }}", "TypeError: 1.5 is neither text nor a whole number"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ('{% extends "none.md.jinja" %}', "none.md.jinja"),
    ],
)
def test_a_template_that_cannot_be_filled_is_one_sentence(
    folder: Path, tmp_path: Path, text: str, reason: str
) -> None:
    template = tmp_path / "mine.jinja"
    template.write_text(text)

    run = run_qareport("card", folder, "--no-run", "--template", template)

    assert run.exit_code == 2
    assert reason in run.errors
    assert not (folder / "README.md").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--check", "--diff"], 2, "--check and --diff both write nothing; leave one out"),
        (["--template", "none"], 2, "none: neither a template file nor a shipped one (deepset, mo"),
        (["--record", "nowhere"], 1, "nowhere: is not a folder with a record"),
    ],
)
def test_wrong_usage_is_one_sentence(
    folder: Path, arguments: list[str], code: int, reason: str
) -> None:
    run = run_qareport("card", folder, *arguments)

    assert run.exit_code == code
    assert reason in run.errors
    assert run.errors.count("\n") == 1


def test_damaged_words_are_one_sentence(folder: Path) -> None:
    (folder / "card.toml").write_text('modelid = "a/b"\n')

    run = run_qareport("card", folder)

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {folder / 'card.toml'}: unknown key 'modelid'; did you mean 'model_id'?\n"
    )


@pytest.mark.parametrize(
    ("options", "runs", "remarks"), [((), 0, 1), (("--run",), 1, 0), (("--no-run",), 0, 0)]
)
def test_a_strangers_code_is_run_only_on_demand(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    runs: int,
    remarks: int,
) -> None:
    asked: list[str] = []

    def run_usage_in(_folder: Path, model_id: str, measured: CardRecord) -> Usage:
        asked.append(model_id)
        return write.show_usage(model_id, measured)

    monkeypatch.setattr(write, "run_usage_in", run_usage_in)
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "another key"))

    run = run_qareport("card", folder, *options)

    assert (run.exit_code, len(asked), run.errors.count("\n")) == (0, runs, remarks)
    assert run.errors.startswith(f"Note: {folder}: its usage code is shown" if remarks else "")


def test_code_is_run_when_it_is_wanted_later_and_shown_alone_when_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def run_usage_in(_folder: Path, model_id: str, measured: CardRecord) -> Usage:
        runs.append(model_id)
        return replace(write.show_usage(model_id, measured), output="tea\n")

    monkeypatch.setattr(write, "run_usage_in", run_usage_in)
    pages = []
    for options in (("--no-run",), ("--run",), (), ("--check",), ("--no-run",), ("--check",)):
        assert run_qareport("card", folder, *options).exit_code == 0
        pages.append("It prints" in (folder / "README.md").read_text())

    assert pages == [False, True, True, True, False, False]
    assert len(runs) == 1


@pytest.mark.slow
def test_making_a_card_imports_neither_torch_nor_transformers() -> None:
    assert (
        heavy_imports_of("import qareport.cards.compose.write, qareport.cards.compose.write") == []
    )
