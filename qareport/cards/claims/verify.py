"""A card to what became of each of its claims."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.cards.author_words import read_words
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
from qareport.data.files import read_text
from qareport.data.names import DataName
from qareport.evaluation.record.reader import Record, find_records, read_record
from qareport.evaluation.record.writer import CARD_TOML
from qareport.evaluation.training_json import FACTS_FILE, STUDENT

RENDERED = "as rendered"
"""In place of a record: the card was rendered again from all of its own."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of a card."""

    verdicts: tuple[Verdict, ...]
    stale_lines: tuple[StaleLine, ...]
    """Of a card that qareport made: those that its records would have otherwise, where verdicts
    do not tell all of that."""


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """A card with all that it can be held against."""

    card: CardText
    records: tuple[Record, ...]
    data_names: tuple[DataName, ...] = ()
    """What the author calls the data of the records."""
    tolerance: float = 0.0
    """Points by which a score may differ; 0 is half a unit of its last digit."""
    made_of: GatheredCard | None = None
    """What qareport made the card of; None of a card that it did not make."""


def verify_card(evidence: CardEvidence) -> tuple[Verdict, ...]:
    """What every check finds in a card.

    Raises:
        DataError: the card's front matter is no YAML, or a record was changed.
    """
    return tuple(verdict for check in CHECKS for verdict in check(evidence))


def check_figures(evidence: CardEvidence) -> tuple[Verdict, ...]:
    """A verdict on every figure that the card states about its scores."""
    measurements = [measure_record(each, evidence.data_names) for each in evidence.records]
    return check_claims(read_claims(evidence.card), measurements, tolerance=evidence.tolerance)


CHECKS: Sequence[Callable[[CardEvidence], Iterable[Verdict]]] = (check_figures,)
"""What is looked at in a card; another check is a function and a line here."""


def verify_made(evidence: CardEvidence) -> Verification:
    """The same; a card that qareport made is rendered again and compared too.

    What other checks cannot tell of it is confirmed where its line is as it was rendered.

    Raises:
        DataError: as for `verify_card`.
    """
    verdicts = verify_card(evidence)
    if evidence.made_of is None:
        return Verification(verdicts, ())
    stale = find_stale_lines(evidence.card, evidence.made_of)
    rendered = managed_lines(evidence.card) - {each.line for each in stale}
    return Verification(
        tuple(_confirmed(each, rendered) for each in verdicts),
        tuple(each for each in stale if not _is_told(each, verdicts)),
    )


def _is_told(stale: StaleLine, verdicts: Sequence[Verdict]) -> bool:
    """Whether all that differs in a line are figures that verdicts contradict."""
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
    """The verdict, confirmed if all that is missing is a record of what the figure is of."""
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

    Without any folders they are those that the card was made of, that of its own model first; of
    a card that qareport did not make, those beside and below it. The author's names of data sets
    are read from card.toml beside the card.

    Raises:
        DataError: a file cannot be read, a record was changed, or what the card was made of
            cannot be read any more.
    """
    made_of = gather_made(card)
    read = {each.folder.resolve(): each for each in made_of.records} if made_of else {}
    own = tuple(each.folder for each in made_of.records) if made_of else _records_beside(card)
    named: dict[Path, Path] = {}
    for folder in (*first, *(folders or own)):
        named.setdefault(folder.resolve(), folder)
    words = card.parent / CARD_TOML
    return CardEvidence(
        card=read_card(card),
        records=tuple(
            replace(read[place], folder=folder) if place in read else read_record(folder)
            for place, folder in named.items()
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
    # Beside the student lie its teacher and its baseline, which the card is not of.
    return tuple(sorted(found, key=lambda each: each.name != STUDENT))


def read_card(path: Path) -> CardText:
    """The card in a file.

    Raises:
        DataError: it cannot be read, or is no UTF-8.
    """
    return split_card(read_text(path))
