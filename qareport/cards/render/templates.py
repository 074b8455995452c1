"""Fills the template of a card, in a sandbox."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from qareport.cards.render import markdown
from qareport.cards.render.markdown import MarkdownText
from qareport.cards.text.blocks import managed_block
from qareport.data.files import TEMPLATES, packaged_folder
from qareport.errors import UsageError

SUFFIX = ".md.jinja"
DEFAULT_TEMPLATE = "model_card"
AUTHORS_HEADING = 2
"""Level of the headings under which authors write; theirs come below."""


def shipped_templates() -> tuple[str, ...]:
    """Names of the templates that come with qareport, in order."""
    names = (entry.name for entry in packaged_folder(TEMPLATES).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def render_template(name: str, variables: Mapping[str, object]) -> str:
    """The text of a shipped template, or of the one in a file, filled with variables.

    A file may extend a shipped one by its file name. Every value is shown as plain text unless it
    is Markdown already; an undefined one is an error.

    Raises:
        UsageError: there is no such template, or it cannot be filled.
    """
    path = Path(name)
    is_shipped = name in shipped_templates()
    if not is_shipped and not path.is_file():
        raise UsageError(
            f"{name}: neither a template file nor a shipped one ({', '.join(shipped_templates())})"
        )
    environment = _shipped() if is_shipped else _environment([FileSystemLoader(path.parent)])
    try:
        template = environment.get_template(name + SUFFIX if is_shipped else path.name)
        return template.render(**variables)
    except TemplateSyntaxError as error:
        raise UsageError(f"{error.name}:{error.lineno}: {error.message}") from error
    except TemplateError as error:
        raise UsageError(f"{name}: {error}; see the shipped templates for valid names") from error
    # Expressions of a template may raise these; the sandbox lets them through.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError(f"{name}: {type(error).__name__}: {error}") from error


@cache
def _shipped() -> Environment:
    """The environment of shipped templates, each compiled once."""
    return _environment([])


def _environment(loaders: Sequence[BaseLoader]) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*loaders, FunctionLoader(_shipped_text)]),
        undefined=StrictUndefined,
        autoescape=False,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["managed"] = _managed
    environment.globals.update(
        code=markdown.code,
        fenced=markdown.fenced,
        link=markdown.link,
        picture=markdown.picture,
        prose=_prose,
        table=markdown.table,
    )
    return environment


def _finalize(value: object) -> str:
    """The text of a value on the page."""
    if isinstance(value, Undefined):
        return str(value)  # raises: a strict one has no text
    if isinstance(value, MarkdownText):
        return value
    if isinstance(value, str):
        return markdown.escape(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"{value!r} is neither text nor a whole number; only these are shown")


def _managed(text: str, name: str) -> MarkdownText:
    block = managed_block(name, text).strip()
    return MarkdownText(f"\n{block}\n" if block else "")


def _prose(text: str) -> MarkdownText:
    return markdown.prose(text, below=AUTHORS_HEADING)


def _shipped_text(file_name: str) -> str | None:
    """The text of a shipped template; None if there is none of that name."""
    found = {entry.name: entry for entry in packaged_folder(TEMPLATES).iterdir()}.get(file_name)
    return found.read_text(encoding="utf-8") if found and file_name.endswith(SUFFIX) else None
