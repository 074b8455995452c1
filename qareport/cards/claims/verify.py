"""Verifies the claims of a card with its records."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.cards.author_words import read_words
from qareport.cards.claims.earlier_versions import sort_lines
from qareport.cards.claims.find_claims import read_claims
from qareport.cards.claims.measurements import measure_record
from qareport.cards.claims.verdicts import Outcome, Verdict, check_claims
from qareport.cards.compose.gather import GatheredCard
from qareport.cards.compose.stale_lines import (
    StaleLine,
    find_stale_lines,
    gather_made,
    managed_lines,
)
from qareport.cards.text.card_text import CardText, split_card
from qareport.cards.text.front_matter import naming, read_front_matter
from qareport.data.files import read_text
from qareport.data.inside import inside
from qareport.data.names import DataName
from qareport.evaluation.record.file_names import CARD_TOML
from qareport.evaluation.record.reader import Record, find_records, read_record
from qareport.evaluation.remeasure import Remeasured
from qareport.evaluation.training_json import FACTS_FILE, STUDENT

RENDERED = "as rendered"
"""Named instead of a record if the figure is as a new rendering of the card gives it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdicts on a card; claimed and measured scores are in percent."""

    verdicts: tuple[Verdict, ...]
    stale_lines: tuple[StaleLine, ...]
    """Of a card that qareport made: lines that differ from a new rendering in more than the
    figures that verdicts contradict."""
    unchecked_intervals: tuple[int, ...] = ()
    """Lines with intervals of an earlier version of qareport, which cannot be computed any more."""
    remeasured: Remeasured | None = None
    """What the card's model answered again; None if it was not asked."""


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """A card with all that it can be compared with."""

    card: CardText
    records: tuple[Record, ...]
    data_names: tuple[DataName, ...] = ()
    """The author's names for the data of the records."""
    tolerance: float = 0.0
    """Points by which a score may differ; 0 is half a unit of its last digit."""
    made_of: GatheredCard | None = None
    """What qareport rendered the card from; None if it did not."""


def verify_card(evidence: CardEvidence) -> tuple[Verdict, ...]:
    """The verdicts of all checks.

    Raises:
        DataError: the card's front matter is not YAML, or a record was changed.
    """
    return tuple(verdict for check in CHECKS for verdict in check(evidence))


def check_figures(evidence: CardEvidence) -> tuple[Verdict, ...]:
    """A verdict on every score and count that the card states."""
    measurements = [measure_record(each, evidence.data_names) for each in evidence.records]
    return check_claims(read_claims(evidence.card), measurements, tolerance=evidence.tolerance)


CHECKS: Sequence[Callable[[CardEvidence], Iterable[Verdict]]] = (check_figures,)
"""The checks of a card; another one is a function and a line here."""


def verify_made(evidence: CardEvidence) -> Verification:
    """The verdicts on a card; one that qareport made is also rendered again and compared.

    A claim of it that is not checkable otherwise is confirmed if its line is as it is rendered.

    Raises:
        DataError: as for `verify_card`.
    """
    verdicts = verify_card(evidence)
    if evidence.made_of is None:
        return Verification(verdicts, ())
    found = find_stale_lines(evidence.card, evidence.made_of)
    lines = sort_lines(found)
    rendered = managed_lines(evidence.card) - {each.line for each in lines.wrong}
    return Verification(
        tuple(_confirmed(each, rendered) for each in verdicts),
        tuple(each for each in lines.wrong if not _is_covered(each, verdicts)),
        unchecked_intervals=tuple(each.line for each in lines.unchecked),
    )


def _is_covered(stale: StaleLine, verdicts: Sequence[Verdict]) -> bool:
    """Whether a line differs only in figures that verdicts contradict."""
    wrong = [
        each.claim.text
        for each in verdicts
        if each.outcome is Outcome.CONTRADICTED and each.claim.line == stale.line
    ]
    words, rendered = stale.text.split(), stale.rendered.split()
    return len(words) == len(rendered) and all(
        word == other or any(figure in word for figure in wrong)
        for word, other in zip(words, rendered, strict=True)
    )


def _confirmed(verdict: Verdict, rendered: frozenset[int]) -> Verdict:
    """The verdict, confirmed if it was not checkable and its line is as it is rendered."""
    claim = verdict.claim
    if verdict.outcome is not Outcome.NOT_CHECKABLE or claim.line not in rendered:
        return verdict
    return Verdict(claim, Outcome.CONFIRMED, claim.value, RENDERED, explanation="")


def read_evidence(
    card: Path,
    folders: Sequence[Path] = (),
    *,
    first: Sequence[Path] = (),
    tolerance: float = 0.0,
) -> CardEvidence:
    """The card with the records of `first`, then those in `folders`, each read once.

    Without any folders they are those that the card was rendered from, that of its own model
    first; for a card that qareport did not render, those beside and below it. The author's names
    of data sets are read from card.toml beside the card.

    Raises:
        DataError: a file cannot be read, a record was changed, or what the card was rendered
            from cannot be read any more.
    """
    made_of = gather_made(card, folders)
    read = {each.folder.resolve(): each for each in made_of.records} if made_of else {}
    own = tuple(each.folder for each in made_of.records) if made_of else _records_beside(card)
    named: dict[Path, Path] = {}
    for folder in (*first, *(folders or own)):
        named.setdefault(folder.resolve(), folder)
    words = inside(card.parent, CARD_TOML)
    page = read_card(card)
    with naming(card):
        read_front_matter(page)
    return CardEvidence(
        card=page,
        records=tuple(
            replace(read[resolved], folder=folder) if resolved in read else read_record(folder)
            for resolved, folder in named.items()
        ),
        data_names=read_words(words).data if words.is_file() else (),
        tolerance=tolerance,
        made_of=made_of,
    )


def _records_beside(card: Path) -> tuple[Path, ...]:
    """The folders of the records beside and below a card, that of a training's student first."""
    found = find_records(card.parent)
    if not (card.parent / FACTS_FILE).exists():
        return found
    # Beside the student are its teacher and its baseline, which the card is not about.
    return tuple(sorted(found, key=lambda each: each.name != STUDENT))


def read_card(path: Path) -> CardText:
    """The card in a file.

    Raises:
        DataError: it cannot be read, is not UTF-8, or has too large tables.
    """
    text = read_text(path)
    with naming(path):
        return split_card(text)
