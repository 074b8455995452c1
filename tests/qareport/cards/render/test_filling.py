"""A template in a file is filled within a stated time and size, and reads only templates."""

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from qareport.cards.render import filling
from qareport.cards.render.filling import answer_request, render_template
from qareport.cards.render.page import make_view
from qareport.cards.render.templates import LONGEST_PAGE, MENDING, fill_file, fill_shipped
from qareport.errors import UsageError
from tests.card_builders import distilled


def template(folder: Path, text: str, name: str = "mine.md.jinja") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refusal(path: Path) -> str:
    """Why a template is not filled, in this process."""
    with pytest.raises(UsageError) as caught:
        fill_file(path, {})
    return str(caught.value)


def answered(path: Path, **variables: object) -> dict[str, str]:
    """What the process that fills a template answers."""
    answer = io.BytesIO()
    answer_request(io.BytesIO(pickle.dumps((path, variables))), answer)
    head, _, filled = answer.getvalue().partition(b"\n")
    assert head == b"ready"
    parsed: dict[str, str] = json.loads(filled)
    return parsed


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the memory of this process as it is."""
    monkeypatch.setattr(filling, "limit_memory", lambda: None)


def test_a_file_that_extends_a_shipped_one_gives_the_same_page(tmp_path: Path) -> None:
    variables: dict[str, object] = {"card": make_view(distilled())}

    page = render_template(
        str(template(tmp_path, '{% extends "model_card.md.jinja" %}')), variables
    )

    assert page == fill_shipped("model_card", variables)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{{ range(99999)|batch(1)|list|length }}{% endfor %}",
        "{% set many = 7 ** (7 ** 99) %}",
    ],
)
def test_a_template_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(filling, "LONGEST_SECONDS", 0.2)
    path = template(tmp_path, text)

    with pytest.raises(UsageError) as caught:
        render_template(str(path), {})

    assert str(caught.value) == f"{path}: takes longer than 0.2 seconds to fill; {MENDING}"


@pytest.mark.skipif(sys.platform != "linux", reason="memory has a limit on Linux alone")
@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10 ** 10 }}",
        "{{ '%10000000000d' % 1 }}",
        "{{ 'a'|center(10 ** 10) }}",
        "{% set n = namespace(t='a') %}{% for i in range(60) %}{% set n.t = n.t~n.t %}{% endfor %}",
    ],
)
def test_a_template_that_takes_too_much_memory_is_ended(tmp_path: Path, text: str) -> None:
    path = template(tmp_path, text)

    with pytest.raises(UsageError) as caught:
        render_template(str(path), {})

    assert str(caught.value) == f"{path}: takes more than 128 MiB of memory to fill; {MENDING}"


def test_a_page_that_is_too_long_is_refused(tmp_path: Path) -> None:
    line = "a" * 999
    path = template(tmp_path, f"{{% for i in range(99999) %}}{line}{{% endfor %}}")

    assert refusal(path) == (
        f"{path}: makes a page of more than {LONGEST_PAGE:,} characters; {MENDING}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{% macro more() %}{{ more() }}{% endmacro %}{{ more() }}",
        '{% include "mine.md.jinja" %}',
        '{% import "mine.md.jinja" as mine %}',
        '{% extends "mine.md.jinja" %}',
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    ],
)
def test_a_template_that_goes_round_in_circles_is_refused(tmp_path: Path, text: str) -> None:
    path = template(tmp_path, text)

    assert refusal(path) == f"{path}: calls or includes itself too often; {MENDING}"


@pytest.mark.usefixtures("unlimited")
def test_the_process_answers_with_the_page_or_why_there_is_none(tmp_path: Path) -> None:
    assert answered(template(tmp_path, "{{ title }}"), title="a*b") == {"text": "a\\*b"}
    assert "'title' is undefined" in answered(template(tmp_path, "{{ title }}"))["error"]


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "takes more than 128 MiB of memory to fill"),
        (OSError("no reason"), "OSError: no reason"),
    ],
)
def test_whatever_a_template_raises_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fill(_path: Path, _variables: object) -> str:
        raise error

    monkeypatch.setattr(filling, "fill_file", fill)
    path = template(tmp_path, "")

    assert answered(path) == {"error": f"{path}: {reason}; {MENDING}"}


@pytest.mark.parametrize(
    ("code", "status"), [("", 0), ("print('ready')", 0), ("raise SystemExit(7)", 7)]
)
def test_a_process_that_dies_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    started = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda _, **options: started([sys.executable, "-c", code], **options),
    )
    path = template(tmp_path, "{{ title }}")

    with pytest.raises(UsageError) as caught:
        # More than a pipe holds, so that one that reads nothing is noticed while it is written.
        render_template(str(path), {"title": "a" * (1 << 20)})

    assert (
        str(caught.value)
        == f"{path}: the process that filled it ended with exit status {status}; {MENDING}"
    )


def test_nothing_is_imported_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("jinja2", "json", "qareport"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)

    assert render_template(str(template(tmp_path, "{{ title }}")), {"title": "Ada"}) == "Ada"


@pytest.mark.parametrize("name", ["part.md.jinja", "sub/part.md.jinja", "link.md.jinja"])
def test_templates_in_the_folder_may_be_used(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    template(tmp_path, "ours", "part.md.jinja")
    template(tmp_path, "ours", "sub/part.md.jinja")
    (tmp_path / "link.md.jinja").symlink_to("part.md.jinja")

    assert fill_file(template(tmp_path, f'{{% include "{name}" %}}'), {}) == "ours"


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "../secret.md.jinja",
        "sub/../../secret.md.jinja",
        "/etc/passwd",
        "notes.md.jinja",
        "out.md.jinja",
        "none.md.jinja",
        "folder.md.jinja",
    ],
)
@pytest.mark.parametrize("call", ["include", "extends"])
def test_nothing_else_is_read(tmp_path: Path, name: str, call: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "folder.md.jinja").mkdir()
    (tmp_path / "secret.md.jinja").write_text("secret")
    (folder / "notes.txt").write_text("secret")
    (folder / "notes.md.jinja").symlink_to("notes.txt")
    (folder / "out.md.jinja").symlink_to(tmp_path / "secret.md.jinja")
    path = template(folder, f'{{% {call} "{name}" %}}')

    assert refusal(path) == (
        f"{path}: there is no template {name!r} for it; it may use shipped ones "
        "(deepset.md.jinja, model_card.md.jinja) and those in its own folder whose names end in "
        ".md.jinja"
    )


def test_a_template_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.md.jinja"
    path.write_bytes(b"\xff")

    assert refusal(path).startswith(f"{path}: is not UTF-8 (")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ nothing }}", "'nothing' is undefined; see the shipped templates for valid names"),
        ("{{ 1.5 }}", "TypeError: 1.5 is neither text nor a whole number; only these are shown"),
        ("{{ 1 // 0 }}", "ZeroDivisionError: integer division or modulo by zero"),
    ],
)
def test_a_fault_of_a_template_is_named(tmp_path: Path, text: str, reason: str) -> None:
    path = template(tmp_path, text)

    assert refusal(path) == f"{path}: {reason}"


def test_a_fault_of_its_grammar_has_a_line(tmp_path: Path) -> None:
    path = template(tmp_path, "\n{% if %}")

    assert refusal(path).startswith(f"{path.name}:2: Expected an expression")


def test_whole_numbers_are_shown(tmp_path: Path) -> None:
    assert fill_file(template(tmp_path, "{{ 7 }}"), {}) == "7"


@pytest.mark.skipif(sys.platform != "linux", reason="memory has a limit on Linux alone")
def test_the_limit_of_memory_is_above_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limit: limits.append(limit))

    filling.limit_memory()

    ((soft, hard),) = limits
    assert filling.LARGEST_MEMORY < soft == hard < 1 << 50
