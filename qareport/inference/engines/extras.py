"""Packages that need not be installed: whether they are, and how to import them unseen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from qareport.errors import EngineError

OPENVINO_PACKAGES = ("openvino", "nncf")
"""What the extra "openvino" installs."""
UNSEEN = {"CI": "true", "NNCF_CI": "true"}
"""Environment in which OpenVINO and NNCF, when imported, do not tell their makers of it."""


def has_openvino() -> bool:
    """Whether the extra "openvino" is installed."""
    return not _missing()


def require_openvino() -> None:
    """Nothing, where the extra "openvino" is installed.

    Raises:
        EngineError: it is not.
    """
    if missing := _missing():
        raise EngineError(
            f"engine 'openvino' needs {' and '.join(missing)}; "
            "run: pip install 'qareport[openvino]'"
        )


@contextmanager
def without_telemetry() -> Iterator[None]:
    """Keeps OpenVINO and NNCF from sending word of their use, where the block imports them."""
    before = {name: os.environ.get(name) for name in UNSEEN}
    os.environ.update(UNSEEN)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _missing() -> list[str]:
    return [name for name in OPENVINO_PACKAGES if find_spec(name) is None]
