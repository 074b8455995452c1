"""`qareport report` writes a page and says where, and never replaces what is not its own."""

from pathlib import Path

import pytest

from tests.command_line import heavy_imports_of, run_qareport
from tests.report_builders import write_found

UNREADABLE = Path("/proc/self/mem")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record."""
    return write_found(tmp_path / "record")


def test_the_page_stands_in_the_folder_of_the_record(record: Path) -> None:
    run = run_qareport("report", record)

    assert (run.exit_code, run.errors) == (0, "")
    assert run.output == f"{record / 'report.html'}\n"
    assert "What did she carry?" in (record / "report.html").read_text()


@pytest.mark.slow
def test_an_earlier_report_is_replaced(record: Path) -> None:
    run_qareport("report", record, "--redact")

    run = run_qareport("report", record)

    assert run.exit_code == 0
    assert "What did she carry?" in (record / "report.html").read_text()


@pytest.mark.parametrize(
    "name", ["evaluation.json", "examples.parquet", "README.md", "card.toml", "training.json"]
)
def test_no_page_takes_the_place_of_a_file_of_a_record(record: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in record.iterdir()}

    run = run_qareport("report", record, "--output", record / name, "--overwrite")

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {record / name}: has the name of a file of records or cards, which nothing "
        "else must replace; name another file\n"
    )
    assert {path: path.read_bytes() for path in record.iterdir()} == before


def test_a_redacted_page_has_no_texts(record: Path) -> None:
    run_qareport("report", record, "--redact")

    page = (record / "report.html").read_text()
    assert "What did she carry?" not in page
    assert "Passages, questions and answers are left out" in page


def test_a_page_of_others_is_replaced_only_on_demand(record: Path, tmp_path: Path) -> None:
    page = tmp_path / "mine.html"
    page.write_text("<p>mine</p>")

    refused = run_qareport("report", record, "--output", page)
    kept = page.read_text()
    run = run_qareport("report", record, "--output", page, "--overwrite")

    assert refused.exit_code == 1
    assert refused.errors == (
        f"Error: {page}: is not a report of qareport; name another file or add --overwrite\n"
    )
    assert kept == "<p>mine</p>"
    assert run.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--teacher", "there"], 2, "--teacher and --baseline go together; give both or neither"),
        (["--output", "."], 1, ".: is a folder; name a file for the page"),
        (["--output", "none/page.html"], 1, "none/page.html: cannot be written"),
        (["nowhere"], 1, "nowhere: is not a folder with a record"),
    ],
)
def test_wrong_usage_is_one_sentence(
    record: Path, arguments: list[str], code: int, reason: str
) -> None:
    run = run_qareport("report", record, *arguments)

    assert run.exit_code == code
    assert reason in run.errors
    assert run.errors.count("\n") == 1


@pytest.mark.skipif(not UNREADABLE.exists(), reason="only Linux has such a file")
def test_a_file_that_cannot_be_read_is_one_sentence(record: Path) -> None:
    run = run_qareport("report", record, "--output", UNREADABLE)

    assert run.exit_code == 1
    assert run.errors.startswith(f"Error: {UNREADABLE}: cannot be read (")
    assert run.errors.count("\n") == 1


@pytest.mark.slow
def test_torch_is_not_imported() -> None:
    assert heavy_imports_of("import qareport.cli.report, qareport.report.gather") == []
