"""An extra that is missing is told with the command that installs it; what is imported is quiet."""

import os

import pytest

from qareport.errors import EngineError
from qareport.inference.engines import extras
from qareport.inference.engines.extras import (
    UNSEEN,
    has_openvino,
    require_openvino,
    without_telemetry,
)


def test_what_is_installed_is_not_asked_for() -> None:
    require_openvino()

    assert has_openvino()


def test_what_is_missing_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "OPENVINO_PACKAGES", ("openvino", "no_such_nncf"))

    with pytest.raises(EngineError) as caught:
        require_openvino()

    assert not has_openvino()
    assert caught.value.exit_code == 1
    assert str(caught.value) == (
        "engine 'openvino' needs no_such_nncf; run: pip install 'qareport[openvino]'"
    )


def test_imports_are_unseen_and_the_environment_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "false")
    monkeypatch.delenv("NNCF_CI", raising=False)

    with without_telemetry():
        inside = {name: os.environ[name] for name in UNSEEN}

    assert inside == UNSEEN
    assert os.environ["CI"] == "false"
    assert "NNCF_CI" not in os.environ
