"""Text that a template left for somebody to fill in, to where it stands."""

import re
from collections.abc import Iterator, Mapping

from qareport.cards.author_words import NO_MODEL_ID
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Fault

PLACEHOLDERS: Mapping[str, re.Pattern[str]] = {
    "More Information Needed": re.compile(r"\[?more information needed\]?", re.IGNORECASE),
    "unknown data set": re.compile(r"\ban unknown dataset\b|\bunknown dataset\b", re.IGNORECASE),
    "results without any": re.compile(r"^\s*(?:-\s+)?results:\s*\[\s*\]"),
    "mark of a template": re.compile(r"\{\{\s*[a-z_][a-z0-9_. |]*\}\}|\{%.{0,200}?%\}"),
    # In brackets, so that tools which look for such notes do not find them here.
    "note to oneself": re.compile(r"\b(?:TO[D]O|FIX[M]E|TBD|X[X]X)\b"),
    "name to fill in": re.compile(
        r"(?<![\w-])(?:your[-_ ](?:user)?name|your-org|your_org|username)/[\w.-]+"
        r"|<your[-_ ][\w -]{1,40}>|\[your [\w ]{1,40}\]",
        re.IGNORECASE,
    ),
}
"""What templates leave, by name."""
UNNAMED_MODEL = re.compile(rf"(?<![\w/.]){NO_MODEL_ID}[\w.-]+")
BIBTEX = re.compile(r"\s*@\w+\s*\{")


def find_placeholders(card: ReadCard) -> Iterator[Fault]:
    """Lines with text that was to be replaced; BibTeX has double braces of its own."""
    citations = _citation_lines(card)
    for line in card.lines:
        for name, pattern in PLACEHOLDERS.items():
            found = pattern.search(line.text)
            if found and line.number not in citations:
                yield Fault(
                    line.number,
                    f"{found[0].strip()!r} is a {name}",
                    "write what belongs there, or delete the sentence",
                )
                break


def find_unnamed_model(card: ReadCard) -> Iterator[Fault]:
    """The first line with the path that stands for a model whose id nobody told."""
    for line in card.lines:
        found = UNNAMED_MODEL.search(line.text)
        if found:
            yield Fault(
                line.number,
                f"{found[0]!r} stands for the model, whose id on the Hub is not known",
                'write model_id = "owner/name" into card.toml, or give `qareport card` --model-id',
            )
            return


def _citation_lines(card: ReadCard) -> frozenset[int]:
    return frozenset(
        block.line + place
        for block in card.markdown.code_blocks
        if BIBTEX.match(block.text)
        for place in range(block.text.count("\n") + 1)
    )
