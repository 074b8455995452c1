"""Reads the pages on extending: their blocks, the module that they make up, and its tests."""

import sys
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.command_lines import code_blocks
from tests.repository import ROOT

PAGES = ROOT / "docs/extending"
NEEDS_MODELS = "load_answerer("
"""Marks blocks that are for models of the reader's own."""


def blocks(page: str, language: str) -> list[str]:
    """The blocks of a language on a page."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return [block.text for block in code_blocks(text) if block.language == language]


def names_of(page: str) -> Mapping[str, object]:
    """What the Python of a page defines, imported as a module of a temporary folder."""
    code = [block for block in blocks(page, "python") if NEEDS_MODELS not in block]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"documented_{Path(page).stem}.py"
        path.write_text("\n".join(code), encoding="utf-8")
        spec = spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[path.stem] = module  # dataclasses look their module up by its name
        spec.loader.exec_module(module)
    return vars(module)


def run_tests(names: Mapping[str, object]) -> int:
    """How many cases the tests among the names have, after running them all."""
    cases = 0
    for name, test in names.items():
        if name.startswith("test_") and callable(test):
            for arguments in cases_of(test):
                test(*arguments)
                cases += 1
    return cases


def cases_of(test: object) -> Iterator[tuple[object, ...]]:
    """The arguments of each case of a test."""
    marks = vars(test).get("pytestmark", ())
    yield from (case for mark in marks for case in mark.args[1])
    if not marks:
        yield ()
