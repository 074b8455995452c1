"""A class name stands for one thing in the whole project."""

import ast
from collections import defaultdict

from tests.repository import ROOT


def homes_of_classes() -> dict[str, list[str]]:
    """The files that define a class, by its name."""
    homes = defaultdict(list)
    for package in ("qareport", "trainer"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    homes[node.name].append(str(path.relative_to(ROOT)))
    return homes


def test_a_class_name_has_one_home() -> None:
    homes = homes_of_classes()

    assert homes["Example"] == ["qareport/data/types.py"]
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}
