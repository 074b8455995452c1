"""Tests that the reader of the page on readers works once its line is in the table."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import typer
from typer.testing import CliRunner

from qareport.cli.doctor import doctor
from qareport.data.readers.read import DataSource, inspect_data_set
from qareport.data.readers.source_kind import READERS, Reader, formats_in_words, has_splits
from qareport.errors import UsageError
from tests.extending_pages import blocks, names_of
from tests.repository import ROOT

HEADER = "id\tquestion\tcontext\tanswer"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the page defines, with its reader in the table."""
    names = dict(names_of("reader.md"))
    questions_in = names["tab_separated_questions"]
    assert callable(questions_in)
    monkeypatch.setitem(READERS, "tab-separated", Reader(questions_in, (".tsv",)))
    return names


def written(folder: Path, *rows: str) -> Path:
    """A tab-separated file with these rows below its header."""
    path = folder / "ships.tsv"
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return path


def test_the_test_of_the_page_passes(names: dict[str, object], tmp_path: Path) -> None:
    (test,) = (value for name, value in names.items() if name.startswith("test_"))

    cast("Callable[[Path], None]", test)(tmp_path)


@pytest.mark.usefixtures("names")
def test_doctor_reads_the_format_and_names_the_line_of_a_fault(tmp_path: Path) -> None:
    path = written(tmp_path, "a\tWho?\tNorman was here\tNorman", "b\tWho?\tNorman was here\tRollo")
    app = typer.Typer()
    app.command()(doctor)

    printed = CliRunner().invoke(app, [str(path)])

    assert printed.exit_code == 1
    assert "2 questions" in printed.stdout
    assert f"{path}: line 3 (id 'b'): field 'answers[0].answer_start' is -1" in printed.stdout


@pytest.mark.usefixtures("names")
def test_a_question_without_an_answer_is_unanswerable(tmp_path: Path) -> None:
    path = written(tmp_path, "a\tWho?\tNorman was here\t")

    (example,) = inspect_data_set(DataSource(name=str(path))).examples

    assert not example.has_answer


@pytest.mark.usefixtures("names")
def test_the_format_is_listed_and_is_a_single_file() -> None:
    assert formats_in_words().endswith(" or tab-separated (.tsv)")
    assert not has_splits("ships.tsv")
    with pytest.raises(UsageError, match=r"^ships\.tsv: is a single file; leave out --split$"):
        inspect_data_set(DataSource(name="ships.tsv", split="test"))


def test_lines_around_the_new_one_are_those_of_the_table() -> None:
    (diff,) = blocks("reader.md", "diff")
    table = (ROOT / "qareport/data/readers/source_kind.py").read_text("utf-8")

    kept = [line[1:] for line in diff.splitlines() if not line.startswith("+")]
    assert "\n".join(kept) in table
