"""The table of engines names what is missing, its help all engines, and imports are quiet."""

import os
from dataclasses import replace

import pytest

from qareport.errors import EngineError
from qareport.inference.engines.table import (
    DTYPE_HELP,
    ENGINE_HELP,
    ENGINES,
    WITHOUT_TELEMETRY,
    require_packages,
    without_telemetry,
)
from qareport.inference.options import EngineOptions


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_installed_is_not_asked_for(engine: str) -> None:
    require_packages(engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_and_its_formats_are_options_with_help(engine: str) -> None:
    assert EngineOptions(engine=engine).engine == engine
    assert engine in ENGINE_HELP
    for dtype in ENGINES[engine].dtypes:
        assert EngineOptions(dtype=dtype).dtype == dtype
        assert dtype in DTYPE_HELP


def test_help_says_what_engines_are_for() -> None:
    assert ENGINE_HELP.startswith(
        "torch; torch-compiled; openvino, for CPUs; onnxruntime, for CPUs; "
    )
    assert ENGINE_HELP.endswith("auto takes the faster of torch and openvino.")
    assert all(name in ENGINE_HELP for name in ENGINES)


def test_what_is_missing_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = replace(ENGINES["openvino"], packages=("openvino", "no_such_nncf"))
    monkeypatch.setitem(ENGINES, "openvino", kind)

    with pytest.raises(EngineError) as caught:
        require_packages("openvino")

    assert caught.value.exit_code == 1
    assert str(caught.value) == (
        "engine 'openvino' needs no_such_nncf; run: pip install 'qareport[openvino]'"
    )


def test_imports_are_not_reported_and_the_environment_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "false")
    monkeypatch.delenv("NNCF_CI", raising=False)

    with without_telemetry():
        inside = {name: os.environ[name] for name in WITHOUT_TELEMETRY}

    assert inside == WITHOUT_TELEMETRY
    assert os.environ["CI"] == "false"
    assert "NNCF_CI" not in os.environ
