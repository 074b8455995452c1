"""Data that comes with the package is found where it lies."""

from pathlib import Path

import pytest

from qareport.data import package_data as packaged
from qareport.data.package_data import packaged_folder


def test_in_a_checkout_it_lies_beside_the_package() -> None:
    assert {"model_card.md.jinja", "report.html.jinja", "report"} <= {
        each.name for each in packaged_folder("templates").iterdir()
    }


def test_in_an_installed_package_it_lies_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qareport/demo").mkdir(parents=True)
    monkeypatch.setattr(packaged, "PACKAGE", tmp_path / "qareport")

    assert packaged_folder("demo") == tmp_path / "qareport/demo"
