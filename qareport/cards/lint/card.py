"""Reads the text of a card into everything that rules look at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import yaml

from qareport.cards.claims.claims import Claim
from qareport.cards.claims.find_claims import read_claims
from qareport.cards.lint.model_names import own_names
from qareport.cards.text.card_text import CardText, Edit, line_end, split_card
from qareport.cards.text.front_matter import (
    AliasNode,
    FrontMatter,
    KeyPath,
    compose_nodes,
    read_front_matter,
)
from qareport.cards.text.markdown import Markdown, read_markdown
from qareport.errors import DataError

MAXIMUM_CHARACTERS = 1_000_000
"""Longer cards are not read: no model needs one, and hostile ones would take hours."""
NO_METADATA = FrontMatter({}, {}, ())
NO_MARKDOWN = Markdown((), (), (), (), ())
_YAML_FAULT = re.compile(r"line (?P<line>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a card, without its end."""

    number: int
    """From 1."""
    start: int
    """Its first character, counted in the card."""
    text: str

    def replaced(self, text: str) -> Edit:
        """This line with other text; its end stays."""
        return Edit(self.start, self.start + len(self.text), text)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as the metadata writes it."""

    start: int
    """Its first character, counted in the card."""
    end: int
    text: str
    """Without quotes."""
    is_plain: bool
    """Whether it stands without quotes."""

    def replaced(self, text: str) -> Edit:
        """This value replaced by `text`, in quotes where YAML would read something else."""
        return Edit(self.start, self.end, as_yaml(text))


@dataclass(frozen=True, slots=True)
class YamlFault:
    """Why the metadata cannot be read."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ReadCard:
    """A card, read once for all rules."""

    text: CardText
    lines: tuple[SourceLine, ...]
    front_matter: FrontMatter
    """Empty where there is none or it cannot be read."""
    scalars: Mapping[KeyPath, Scalar]
    """Single values of the metadata."""
    yaml_fault: YamlFault | None
    markdown: Markdown
    claims: tuple[Claim, ...]
    own_ids: tuple[str, ...]
    """Names of the card's model; empty where it does not say."""
    folder: Path | None
    """Where the card lies; None where it lies nowhere."""

    @property
    def line_end(self) -> str:
        """How the card ends its lines."""
        return line_end(self.text.text)

    def whole_lines(self, first: int, last: int) -> Edit:
        """These lines, gone with their ends."""
        following = self.lines[last].start if last < len(self.lines) else len(self.text.text)
        return Edit(self.lines[first - 1].start, following, "")

    def code_lines(self) -> frozenset[int]:
        """Numbers of the lines that stand in blocks of code."""
        return frozenset(
            block.line + offset
            for block in self.markdown.code_blocks
            for offset in range(block.text.count("\n") + 1)
        )


def read_card(text: str, *, folder: Path | None, model_id: str | None) -> ReadCard:
    """Everything that rules look at; whatever cannot be read is empty."""
    card = split_card(text)
    lines = split_lines(text)
    front_matter, scalars, fault = _metadata(card, lines)
    markdown = read_markdown(card)
    return ReadCard(
        text=card,
        lines=lines,
        front_matter=front_matter,
        scalars=scalars,
        yaml_fault=fault,
        markdown=markdown,
        claims=read_claims(replace(card, front_matter=None) if fault else card),
        own_ids=own_names(front_matter, markdown, model_id=model_id),
        folder=folder,
    )


def split_lines(text: str) -> tuple[SourceLine, ...]:
    """The lines of a card."""
    parts = text.split("\n")
    starts = accumulate((len(part) + 1 for part in parts), initial=0)
    return tuple(
        SourceLine(number, start, part.removesuffix("\r"))
        for number, (start, part) in enumerate(zip(starts, parts, strict=False), start=1)
    )


def as_yaml(text: str) -> str:
    """An id or code as YAML that reads as this string."""
    return text if yaml.safe_load(text) == text else f'"{text}"'


def _metadata(
    card: CardText, lines: Sequence[SourceLine]
) -> tuple[FrontMatter, Mapping[KeyPath, Scalar], YamlFault | None]:
    try:
        front_matter = read_front_matter(card)
    except DataError as error:
        found = _YAML_FAULT.fullmatch(str(error))
        line = int(found["line"]) if found else card.front_matter_line
        message = found["message"] if found else str(error)
        return NO_METADATA, {}, YamlFault(line, message.removeprefix("the metadata "))
    node = compose_nodes(card.front_matter or "")
    offset = lines[card.front_matter_line - 1].start if node else 0
    nodes = _scalars(node, ()) if node else ()
    text = card.front_matter or ""
    scalars = {path: _scalar_in(text, scalar, offset) for path, scalar in nodes}
    return front_matter, scalars, None


def _scalar_in(text: str, node: yaml.ScalarNode, offset: int) -> Scalar:
    """The value with its offsets; the text of the metadata starts at `offset` of the page."""
    start = node.start_mark.index
    # A block of lines, by | or >, ends with the line after it.
    written = text[start : node.end_mark.index].rstrip("\r\n")
    first = offset + start
    return Scalar(first, first + len(written), node.value, is_plain=node.style is None)


def _scalars(node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, yaml.ScalarNode]]:
    """Every single value below a node that is written out there."""
    if isinstance(node, AliasNode):
        return
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, str(key.value)))
    else:
        for index, value in enumerate(node.value):
            yield from _scalars(value, (*path, index))
