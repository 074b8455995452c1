"""Finds what is missing on a page: sections, facts, and what a template left to fill in."""

import re
from collections.abc import Iterator, Mapping

from qareport.cards.author_words import NO_MODEL_ID
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import EACH, values_at
from qareport.cards.lint.problems import Problem

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

SECTIONS: Mapping[str, re.Pattern[str]] = {
    "usage": re.compile(r"\b(?:usage|use|using|quick ?start|get started|verwendung|nutzung)\b"),
    "results": re.compile(r"\b(?:results?|performance|evaluation|scores?|ergebnisse?)\b"),
    "training": re.compile(
        r"\b(?:training|hyperparameters?|distillation|fine-?tuning|hyperparameter)\b"
    ),
    "limits": re.compile(
        r"\b(?:limits?|limitations?|intended use|bias|risks?|out[- ]of[- ]scope|grenzen)\b"
    ),
}
"""Sections that every card should have, with words of their headings in small letters."""
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
_REVISION = re.compile(r"\brevision\b[^.\n]{1,40}?\b(?=[a-f]*\d)[0-9a-f]{6,40}\b", re.IGNORECASE)
_SEED = re.compile(r"\bseed\b|\bseeds\b|zufallsstart", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:transformers|torch|pytorch)\b[^\w\n]{0,6}v?\d+\.\d+", re.IGNORECASE)
_SUBSETS = re.compile(r"has[_ -]?ans|no[_ -]?ans|answerable|without (?:an )?answer", re.IGNORECASE)
_SQUAD_2 = re.compile(r"squad[ _-]?v?2", re.IGNORECASE)


def find_placeholders(card: ReadCard) -> Iterator[Problem]:
    """Lines with text that was to be replaced; BibTeX has double braces of its own."""
    citations = _citation_lines(card)
    for line in card.lines:
        for name, pattern in PLACEHOLDERS.items():
            found = pattern.search(line.text)
            if found and line.number not in citations:
                yield Problem(
                    line.number,
                    f"{found[0].strip()!r} is a {name}",
                    "write what belongs there, or delete the sentence",
                )
                break


def find_unnamed_model(card: ReadCard) -> Iterator[Problem]:
    """The first line with the path that stands for a model whose id is unknown."""
    for line in card.lines:
        found = UNNAMED_MODEL.search(line.text)
        if found:
            yield Problem(
                line.number,
                f"{found[0]!r} stands for the model, whose id on the Hub is not known",
                'write model_id = "owner/name" into card.toml, or give `qareport card` --model-id',
            )
            return


def find_missing_sections(card: ReadCard) -> Iterator[Problem]:
    """Sections that every card should have."""
    headings = [heading.text.lower() for heading in card.markdown.headings]
    for name, words in SECTIONS.items():
        if not any(words.search(heading) for heading in headings):
            yield Problem(
                card.text.body_line,
                f"no heading is about {name}",
                f"add a section on {name}",
            )


def find_missing_subsets(card: ReadCard) -> Iterator[Problem]:
    """SQuAD 2.0 without the scores of questions with and without answer."""
    text = card.text.text
    if _SQUAD_2.search(text) and not _SUBSETS.search(text):
        yield Problem(
            card.text.body_line,
            "the card names SQuAD 2.0 but no scores for questions with and without answer",
            "add the HasAns and NoAns scores, which one score hides",
        )


def find_missing_revision(card: ReadCard) -> Iterator[Problem]:
    """No word on which version of the data set the scores are of."""
    pattern = ("model-index", EACH, "results", EACH, "dataset", "revision")
    is_known = card.yaml_fault or any(values_at(card.front_matter.values, pattern))
    if not is_known and not _COMMIT.search(card.text.body) and not _REVISION.search(card.text.body):
        yield Problem(
            card.text.body_line,
            "no revision of the data set is named",
            "name its commit on the Hub, without which nobody can repeat the scores",
        )


def find_missing_seed(card: ReadCard) -> Iterator[Problem]:
    """No word on the seed of the training."""
    if not _SEED.search(card.text.text):
        yield Problem(card.text.body_line, "no seed of the training is named", "name the seed")


def find_missing_versions(card: ReadCard) -> Iterator[Problem]:
    """No word on the libraries that made the model or the scores."""
    if not _VERSION.search(card.text.body):
        yield Problem(
            card.text.body_line,
            "no version of transformers or torch is named",
            "name the versions of the libraries, such as `transformers 5.23`",
        )


def _citation_lines(card: ReadCard) -> frozenset[int]:
    return frozenset(
        block.line + offset
        for block in card.markdown.code_blocks
        if BIBTEX.match(block.text)
        for offset in range(block.text.count("\n") + 1)
    )
