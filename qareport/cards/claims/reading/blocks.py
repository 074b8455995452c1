"""Reads scores in the code blocks of a card: JSON, dictionaries, lines of keys and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from qareport.cards.claims.claims import Form
from qareport.cards.claims.reading.data_names import blanked, find_data
from qareport.cards.claims.reading.labels import Label, measure_label, read_label, subject_of
from qareport.cards.claims.reading.stated import (
    UNNAMED,
    Figure,
    FigureContext,
    Stated,
    drop_lone_counts,
    figure_of,
    look_around,
    read_figure,
    state,
)
from qareport.cards.text.markdown import CodeBlock, Markdown

_TOKEN = re.compile(
    r"""
    (?P<number>(?<![\w.+-])(?:\d{1,3}(?:,\d{3})+(?![\w,]) | \d+(?:\.\d+)?(?!\w|\.\d)))
        (?P<percent>[ ]*%)?
    | "(?P<double>[^"\n]{0,80})" | '(?P<single>[^'\n]{0,80})'
    | (?P<word>[^\W\d][\w-]*)
    | (?P<mark>[:=,{}()\[\]|/;\n])
    """,
    re.VERBOSE,
)
OPENING, CLOSING = "{", "}"
JOINING = frozenset(":=,|")
"""Marks between a key and its value; a comma is one in pairs such as ("f1", 80)."""


def read_blocks(page: Markdown) -> Iterator[Stated]:
    """The scores in blocks of code, and the counts with them."""
    for block in page.code_blocks:
        around = look_around(page, block.line)
        scope = FigureContext(block.line, Form.BLOCK, around.data or UNNAMED, around.subset)
        yield from drop_lone_counts(_BlockReader(scope).read(block))


@dataclass(slots=True)
class _BlockReader:
    """Goes through the tokens of a block; a key is all words since the last mark."""

    scope: FigureContext
    key: str = ""
    is_joined: bool = False
    """Whether a mark that joins keys to values was read since the key."""
    outer: list[FigureContext] = field(default_factory=list)
    """Scopes of the enclosing tables, innermost last."""

    def read(self, block: CodeBlock) -> Iterator[Stated]:
        for number, line in enumerate(block.text.splitlines(keepends=True)):
            self.scope = replace(self.scope, line=block.line + number)
            if self._is_caption(line):
                continue
            for token in _TOKEN.finditer(line):
                yield from self._take(token)

    def _is_caption(self, line: str) -> bool:
        """Whether a line only names the data set of the lines after it."""
        named = find_data(line)
        if not named or OPENING in line or measure_label(line) or _has_figure(line):
            return False
        self.scope = replace(self.scope, data=named[-1].data, subject=subject_of(line))
        self._forget()
        return True

    def _take(self, token: re.Match[str]) -> Iterator[Stated]:
        if token["number"]:
            percent = bool(token["percent"])
            yield from self._value(figure_of(token["number"], is_percent=percent))
        elif token["mark"]:
            self._mark(token["mark"])
        else:
            quoted = token["double"] or token["single"]
            figure = read_figure(quoted or "")
            if figure is not None:
                yield from self._value(figure)
            elif quoted:
                self._word(quoted, is_new=True)
            elif token["word"]:
                self._word(token["word"], is_new=self.is_joined)

    def _word(self, word: str, *, is_new: bool) -> None:
        """Adds a word to the key or begins a new one; the old key may name data or questions."""
        if is_new and self.is_joined:
            self.scope = _inside(self.scope, read_label(self.key))
        self.key = word if is_new else f"{self.key} {word}"
        self.is_joined = False

    def _value(self, figure: Figure | None) -> Iterator[Stated]:
        label = measure_label(self.key)
        if label is not None and figure is not None:
            yield from state(figure, label, self.scope)
        self._forget()

    def _mark(self, mark: str) -> None:
        if mark == OPENING:
            self.outer.append(self.scope)
            inside = _inside(self.scope, read_label(self.key))
            self.scope = replace(inside, subject=inside.subject or subject_of(self.key))
            self._forget()
        elif mark == CLOSING and self.outer:
            self.scope = replace(self.outer.pop(), line=self.scope.line)
            self._forget()
        elif mark in JOINING and self.key:
            self.is_joined = True
        elif mark != "(":
            self._forget()

    def _forget(self) -> None:
        self.key, self.is_joined = "", False


def _inside(scope: FigureContext, label: Label) -> FigureContext:
    """The scope narrowed to the data or the kind of questions of a label."""
    return replace(scope, data=label.data or scope.data, subset=label.subset or scope.subset)


def _has_figure(line: str) -> bool:
    """Whether a line has a number outside the names of data sets."""
    outside = blanked(line, find_data(line))
    return any(token["number"] for token in _TOKEN.finditer(outside))
