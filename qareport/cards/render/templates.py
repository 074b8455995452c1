"""Fills the template of a card, in a sandbox."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from qareport.cards.render import markdown
from qareport.cards.render.markdown import MarkdownText
from qareport.cards.text.blocks import managed_block
from qareport.data.files import TEMPLATES, packaged_folder, read_text
from qareport.data.inside import is_inside
from qareport.errors import DataError, UsageError

SUFFIX = ".md.jinja"
DEFAULT_TEMPLATE = "model_card"
LONGEST_PAGE = 1 << 20
"""Characters of a page; our choice, some twenty times those of the longest shipped card."""
MENDING = "repeat and write less in it"
"""How a template that takes too much is mended."""
AUTHORS_HEADING = 2
"""Level of the headings under which authors write; theirs come below."""


def shipped_templates() -> tuple[str, ...]:
    """Names of the templates that come with qareport, in order."""
    names = (entry.name for entry in packaged_folder(TEMPLATES).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def fill_shipped(name: str, variables: Mapping[str, object]) -> str:
    """The text of a shipped template, filled with variables.

    Raises:
        UsageError: it cannot be filled.
    """
    return _fill(name, _shipped(), name + SUFFIX, variables)


def fill_file(path: Path, variables: Mapping[str, object]) -> str:
    """The text of a template in a file, filled with variables; this may never end.

    It may extend, include and import shipped templates, and those beside it whose names end in
    SUFFIX.

    Raises:
        UsageError: it cannot be read or filled, or is too large.
    """
    try:
        own = DictLoader({path.name: read_text(path)})
    except DataError as error:
        raise UsageError(str(error)) from error
    beside = FunctionLoader(partial(_text_beside, path.parent))
    return _fill(str(path), _environment([own, beside]), path.name, variables)


def _fill(
    name: str, environment: Environment, file_name: str, variables: Mapping[str, object]
) -> str:
    try:
        template = environment.get_template(file_name)
        return _joined(name, template.generate(**variables))
    except UsageError:
        raise
    except TemplateSyntaxError as error:
        raise UsageError(f"{error.name}:{error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise UsageError(
            f"{name}: there is no template {error.name!r} for it; it may use shipped ones "
            f"({', '.join(each + SUFFIX for each in shipped_templates())}) and those in its own "
            f"folder whose names end in {SUFFIX}"
        ) from error
    except TemplateError as error:
        raise UsageError(f"{name}: {error}; see the shipped templates for valid names") from error
    except RecursionError as error:
        raise UsageError(f"{name}: calls or includes itself too often; {MENDING}") from error
    # Expressions of a template may raise these; the sandbox lets them through.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError(f"{name}: {type(error).__name__}: {error}") from error


def _joined(name: str, pieces: Iterable[str]) -> str:
    """The pieces of a page in one text, as long as a page may be."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST_PAGE:
            raise UsageError(
                f"{name}: makes a page of more than {LONGEST_PAGE:,} characters; {MENDING}"
            )
        kept.append(piece)
    return "".join(kept)


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


def _text_beside(folder: Path, file_name: str) -> str | None:
    """The text of a template in the folder; None if there is none, or a link leads elsewhere.

    Other files, such as somebody's notes beside a template that was downloaded, stay unread.
    """
    path = folder / file_name
    is_template = path.name.endswith(SUFFIX) and path.resolve().name.endswith(SUFFIX)
    return read_text(path) if is_template and is_inside(folder, path) and path.is_file() else None
