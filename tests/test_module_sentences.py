"""Every module opens with one sentence that says what it does, in one form."""

import ast
import re
from pathlib import Path

import pytest

from tests.repository import ROOT

MODULES = [path for room in ("qareport", "trainer") for path in sorted((ROOT / room).rglob("*.py"))]
DOES = re.compile(r"[A-Z][a-z]+s\b.*\.")
"""A verb in the third person first, and a full stop last, as in "Reads SQuAD JSON files."."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_does(path: Path) -> None:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert words is not None
    assert DOES.fullmatch(words.splitlines()[0])
