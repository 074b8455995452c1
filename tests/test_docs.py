"""What the documentation says is true: it builds, stands alone, and names what is there."""

import ast
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from pkgutil import resolve_name

import jsonschema  # type: ignore[import-untyped] # it has no types
import pytest
import yaml
from typing_extensions import override

from qareport.data.json_format import numbered_json
from qareport.evaluation.evaluation_json import FILE
from tests.answering_builders import evaluation
from tests.command_lines import code_blocks, command_lines, parse
from tests.repository import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
OURS = ("qareport", "trainer", "tests")
FOLDERS = "qareport|trainer|templates|tests|demo|examples|reports|benchmarks|docs"

COMMANDS = [(page, line) for page, text in TEXTS.items() for line in command_lines(text)]
PYTHON = [
    pytest.param(block.text, id=f"{page}-{number}")
    for page, text in TEXTS.items()
    for number, block in enumerate(code_blocks(text))
    if block.language == "python"
]
PATHS = sorted(
    {path for text in TEXTS.values() for path in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text)}
)
NAMES = sorted(
    {
        name
        for text in TEXTS.values()
        for name in re.findall(r"`((?:qareport|trainer|tests)(?:\.\w+)+)(?:\(\))?`", text)
    }
)
LOADING = {"href": {"link"}, "src": set[str](), "srcset": set[str](), "data": {"object"}}
"""Attributes by which a page loads something, with the elements that do; any, where none stands."""
ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)


class Loads(HTMLParser):
    """Collects what a page has its reader's browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the addresses that an element loads from."""
        for name, value in attrs:
            if name in LOADING and (not LOADING[name] or tag in LOADING[name]):
                self.addresses.append(value or "")


def loads_of(html: str) -> list[str]:
    """The addresses that a page loads from."""
    parser = Loads()
    parser.feed(html)
    return parser.addresses


def from_elsewhere(addresses: Iterable[str]) -> list[str]:
    """Those of other places than the site."""
    return [each for each in addresses if ELSEWHERE.match(each.strip())]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: any warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    ended = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.mark.slow
def test_every_page_is_built(site: Path) -> None:
    built = {path.relative_to(site).as_posix() for path in site.rglob("index.html")}

    assert built == {
        re.sub(r"(?<!index)\.md$", "/index.html", page).replace("index.md", "index.html")
        for page in TEXTS
    }


@pytest.mark.slow
def test_built_pages_load_nothing_from_elsewhere(site: Path) -> None:
    loaded = {page: loads_of(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}

    assert all(loaded.values())
    assert {str(page): found for page in loaded if (found := from_elsewhere(loaded[page]))} == {}


@pytest.mark.slow
def test_built_styles_load_nothing_from_elsewhere(site: Path) -> None:
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    addresses = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", "\n".join(styles))

    assert addresses
    assert from_elsewhere(addresses) == []


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="HTTP://cdn.example/x.png">',
    ],
)
def test_what_comes_from_elsewhere_would_be_seen(html: str) -> None:
    assert from_elsewhere(loads_of(html))


def test_a_link_to_click_on_loads_nothing() -> None:
    assert loads_of('<a href="https://example.org/">out</a>') == []


def test_every_page_is_in_the_navigation_once() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    assert sorted(navigated(settings["nav"])) == sorted(TEXTS)


def navigated(entry: object) -> Iterator[str]:
    """The pages of a navigation."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        yield from (page for each in entry.values() for page in navigated(each))
    elif isinstance(entry, list):
        yield from (page for each in entry for page in navigated(each))


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_every_command_line_is_one_that_the_program_takes(page: str, line: str) -> None:
    assert page in TEXTS

    parse(line)


@pytest.mark.parametrize("line", ["evaluate m --no-such-option", "evaluate", "no-such-command m"])
def test_a_line_that_the_program_does_not_take_is_noticed(line: str) -> None:
    with pytest.raises(Exception, match=r"no-such|Missing"):
        parse(line)


@pytest.mark.parametrize("code", PYTHON)
def test_every_block_of_python_compiles_and_imports_what_is_there(code: str) -> None:
    missing = [name for name in imported(ast.parse(code)) if not exists(name)]

    assert missing == []


def imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names of ours that a program imports, or takes from `qareport` itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if is_ours(each.name))
        elif isinstance(node, ast.ImportFrom) and is_ours(node.module or ""):
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in OURS:
            yield ast.unparse(node)


def is_ours(module: str) -> bool:
    """Whether a module belongs to this repository."""
    return module.partition(".")[0] in OURS


def exists(name: str) -> bool:
    """Whether a dotted name is a module of ours, or a thing in one."""
    try:
        resolve_name(name)
    except (AttributeError, ImportError):
        return False
    return True


@pytest.mark.parametrize("name", ["qareport.nothing", "qareport.metrics.nothing.score"])
def test_a_name_that_is_not_there_is_noticed(name: str) -> None:
    assert not exists(name)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_that_a_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_module_and_thing_that_a_page_names_is_there(name: str) -> None:
    assert exists(name)


def test_the_schemas_are_those_of_the_types() -> None:
    names = runpy.run_path(str(DOCS / "schemas/write.py"))
    stored = {path.name: path.read_text() for path in (DOCS / "schemas").glob("*.json")}

    assert stored == names["SCHEMAS"], "run `make schemas`"


def test_what_is_written_fits_its_schema() -> None:
    schema = json.loads((DOCS / "schemas/evaluation.json").read_text())
    written = json.loads(numbered_json(evaluation(), FILE))

    jsonschema.validate(written, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written, "questions_read": -1}, schema)
