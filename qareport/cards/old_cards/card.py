"""Imports an old card as its author's words, its claims, and notes of what was left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qareport.cards.author_words import AuthorWords
from qareport.cards.claims.claims import Claim
from qareport.cards.claims.find_claims import read_claims
from qareport.cards.old_cards.front import named_in_file, read_front
from qareport.cards.old_cards.gathering import gather
from qareport.cards.old_cards.lines import find_teacher, read_hyperparameters, read_key_lines
from qareport.cards.old_cards.page_sections import (
    LISTS,
    PageBlock,
    PageSection,
    joined,
    read_authors,
    read_links,
    read_sections,
)
from qareport.cards.old_cards.pieces import Imported, Note, TomlValue, left_out, mend, table_value
from qareport.cards.text.card_text import CardText, split_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.cards.text.markdown import Hyperlink, read_markdown

SHOWN_LETTERS = 60


@dataclass(frozen=True, slots=True)
class ImportedCard:
    """All that was in an old card."""

    words: AuthorWords
    claims: tuple[Claim, ...]
    notes: tuple[Note, ...]
    """What went where, what was mended and what was left out, in the order of the lines."""


def import_card(text: str, *, model_id: str | None = None) -> ImportedCard:
    """What an old card says, sorted; `model_id` counts more than what the card calls its model.

    Raises:
        DataError: the front matter is not YAML.
        SectionError: the card says what no card.toml can.
    """
    mended, notes = mend(text)
    card = split_card(mended)
    claims = read_claims(card)
    named = [TomlValue(0, "model_id", model_id)] if model_id else []
    found = [*named, *read_front(read_front_matter(card)), *_read_page(card, claims)]
    gathered = gather(found)
    every_note = sorted((*notes, *gathered.notes), key=lambda note: note.line)
    return ImportedCard(gathered.words, claims, tuple(every_note))


def _read_page(card: CardText, claims: Sequence[Claim]) -> Iterator[Imported]:
    stated = frozenset(claim.line for claim in claims)
    pictures = [link for link in read_markdown(card).links if link.is_picture]
    sections = read_sections(card)
    own = [each for each in sections if each.level == 1][:1]
    for section in sections:
        notes, kept = _without_figures(section, stated, pictures)
        yield from notes
        is_title = section in own
        if is_title:
            yield from _title(section)
        title = "" if is_title else section.title
        yield from _read_section(PageSection(section.line, title, section.level, kept))


def _title(section: PageSection) -> Iterator[Imported]:
    if section.title.count("/") == 1 and " " not in section.title:
        yield TomlValue(section.line, "model_id", section.title)
    else:
        yield left_out(section.line, f"title {section.title!r}", "cards are named by model_id")


def _read_section(section: PageSection) -> Iterator[Imported]:
    for block in section.blocks:
        yield from find_teacher(block)
    read = TITLES.get(section.title.lower().strip(" :#*"), _passage)
    yield from read(section)


def _without_figures(
    section: PageSection, stated: frozenset[int], pictures: Sequence[Hyperlink]
) -> tuple[tuple[Note, ...], tuple[PageBlock, ...]]:
    """What is left out of a section because it states figures or shows others' pictures."""
    notes: list[Note] = []
    kept: list[PageBlock] = []
    for block in section.blocks:
        reason = _why_left_out(block, stated, pictures)
        if reason is None:
            kept.append(block)
            continue
        # A caption such as "SQuAD v2 dev set:" says nothing without the figures below it.
        if kept and _is_caption(kept[-1]) and reason == CLAIMS:
            caption = kept.pop()
            notes.append(left_out(caption.line, _shown(caption), "is the caption of figures"))
        notes.append(left_out(block.line, _shown(block), reason))
    return tuple(notes), tuple(kept)


CLAIMS = "states figures, which are claims"


def _why_left_out(
    block: PageBlock, stated: frozenset[int], pictures: Sequence[Hyperlink]
) -> str | None:
    if any(line in stated for line in range(block.line, block.end)):
        return CLAIMS
    shown = (picture for picture in pictures if block.line <= picture.line < block.end)
    named = (named_in_file(picture.url) for picture in shown)
    foreign = next((name for name in named if name is not None), None)
    is_alone = block.text.lstrip().startswith("![") and "\n" not in block.text
    return f"shows a picture that is named after {foreign}" if foreign and is_alone else None


def _is_caption(block: PageBlock) -> bool:
    return block.text.rstrip(" *_").endswith(":") and "\n" not in block.text


def _shown(block: PageBlock) -> str:
    """The first line of a block, without the marks that begin a block of code."""
    lines = block.text.splitlines()
    line = lines[1] if block.kind == "fence" and len(lines) > 1 else lines[0]
    return repr(line if len(line) <= SHOWN_LETTERS else f"{line[:SHOWN_LETTERS]}...")


def _overview(section: PageSection) -> Iterator[Imported]:
    """Lines of known keys to their fields, and the rest to the overview."""
    kept: list[PageBlock] = []
    for block in section.blocks:
        found, rest = read_key_lines(block)
        yield from found
        if rest is not None:
            kept.append(rest)
    if kept:
        yield TomlValue(section.line, "overview", joined(tuple(kept)))


def _passage(section: PageSection) -> Iterator[Imported]:
    if section.blocks:
        passage = {"title": section.title, "text": joined(section.blocks)}
        yield table_value(section.line, "sections", passage)
    else:
        yield left_out(section.line, f"section {section.title!r}", "nothing is left in it")


def _hyperparameters(section: PageSection) -> Iterator[Imported]:
    return read_hyperparameters(section.blocks)


def _authors(section: PageSection) -> Iterator[Imported]:
    lists = tuple(block for block in section.blocks if block.kind in LISTS)
    if not lists:
        return read_authors(section.blocks)
    return iter((*read_authors(lists), *_named(section.blocks, lists, "is not an author")))


def _links(section: PageSection) -> Iterator[Imported]:
    return read_links(section.blocks)


def _named(
    blocks: Iterable[PageBlock], used: Iterable[PageBlock], reason: str
) -> Iterator[Imported]:
    for block in blocks:
        if block not in used:
            yield left_out(block.line, _shown(block), reason)


def _citation(section: PageSection) -> Iterator[Imported]:
    """The BibTeX of a section, in a block of code or not."""
    for block in section.blocks:
        lines = block.text.splitlines()
        inside = lines[1:-1] if block.kind == "fence" else lines
        if any(line.lstrip().startswith("@") for line in inside):
            yield TomlValue(block.line, "citation", "\n".join(inside))
        else:
            yield left_out(block.line, _shown(block), "is not BibTeX")


def _text(field: str) -> Callable[[PageSection], Iterator[Imported]]:
    def read(section: PageSection) -> Iterator[Imported]:
        if section.blocks:
            yield TomlValue(section.line, field, joined(section.blocks))
        else:
            yield left_out(section.line, f"section {section.title!r}", "nothing is left in it")

    return read


_Reader = Callable[[PageSection], Iterator[Imported]]
FIELDS: Mapping[_Reader, tuple[str, ...]] = {
    _overview: ("", "overview", "model overview", "model description", "model details"),
    _hyperparameters: ("hyperparameters", "training hyperparameters", "hyper-parameters"),
    _authors: ("authors", "author"),
    _links: ("links", "further reading", "resources"),
    _citation: ("citation", "citations", "bibtex", "bibtex entry and citation info"),
    _text("about"): ("about us", "about"),
    _text("limitations"): (
        *("limitations", "limitations and bias", "bias, risks, and limitations"),
        *("bias, risks and limitations", "known limitations"),
    ),
    _text("intended_use"): ("intended use", "intended uses", "intended uses & limitations"),
    _text("training_data"): ("training data",),
    _text("infrastructure"): ("infrastructure", "hardware"),
}
TITLES: Mapping[str, _Reader] = {title: read for read, titles in FIELDS.items() for title in titles}
"""How sections are read by their title in small letters; others are passages of their own."""
