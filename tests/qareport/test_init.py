"""Importing qareport is cheap, and its public names are found when they are used."""

import subprocess
import sys
from pkgutil import iter_modules

import pytest

import qareport


@pytest.mark.parametrize("name", qareport.__all__)
def test_every_public_name_is_found(name: str) -> None:
    found = getattr(qareport, name)

    assert callable(found) or isinstance(found, type)


def test_the_public_names_are_listed() -> None:
    assert dir(qareport) == qareport.__all__ == sorted(qareport.__all__)


def test_no_public_name_is_a_room_which_would_hide_it_once_imported() -> None:
    rooms = {module.name for module in iter_modules(qareport.__path__)}

    assert {"cli", "report", "metrics"} <= rooms
    assert rooms.isdisjoint(qareport.__all__)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = qareport.nothing

    assert str(caught.value) == "module 'qareport' has no attribute 'nothing'"


def test_importing_qareport_imports_nothing_heavy() -> None:
    code = "import sys, qareport; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "qareport" in loaded
    assert not {"torch", "transformers", "datasets", "numpy", "pyarrow"} & set(loaded)
