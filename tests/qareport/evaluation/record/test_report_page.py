"""A page of this tool goes with the record that it shows; pages of others stay."""

from pathlib import Path

import pytest

from qareport.errors import OutputError
from qareport.evaluation.record.report_page import MARK, is_report, remove_report
from tests.builders import example
from tests.row_builders import row, write_record

OURS = f'<!doctype html>\n{MARK} 0.1.0">\n'


def test_the_page_of_a_record_goes_when_the_record_is_replaced(tmp_path: Path) -> None:
    page = write_record(tmp_path, row(example())) / "report.html"
    page.write_text(OURS)

    write_record(tmp_path, row(example()))

    assert not page.exists()
    assert (tmp_path / "evaluation.json").exists()


def test_a_page_of_others_stays(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("<!doctype html>\nmine")

    write_record(tmp_path, row(example()))

    assert page.read_text() == "<!doctype html>\nmine"


def test_without_a_page_nothing_is_removed(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()

    remove_report(tmp_path)

    assert (tmp_path / "report.html").is_dir()


def test_a_page_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be read \(Is a directory\); name another file"):
        is_report(tmp_path)
