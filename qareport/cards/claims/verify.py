"""A card to what became of each of its claims."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qareport.cards.author_words import read_words
from qareport.cards.claims.find_claims import read_claims
from qareport.cards.claims.other_rules import measure_record
from qareport.cards.claims.verdicts import Outcome, Verdict, check_claims
from qareport.cards.compose.card_json import read_making, recall
from qareport.cards.compose.gather import CardChoice, gather
from qareport.cards.compose.stale_lines import StaleLine, find_stale_lines, is_ours, managed_lines
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


def verify_made(path: Path, evidence: CardEvidence) -> Verification:
    """The same of the card in a file; one that qareport made is rendered again and compared too.

    What other checks cannot tell of it is confirmed where its line is as it was rendered.

    Raises:
        DataError: as for `verify_card`, or what the card was made of cannot be read any more.
    """
    verdicts = verify_card(evidence)
    if not is_ours(path):
        return Verification(verdicts, ())
    stale = find_stale_lines(path, evidence.card)
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


def record_folders(card: Path) -> tuple[Path, ...]:
    """The folders of the records that a card is held against, that of its own model first.

    Of a card that qareport made, those that it was made of; else those beside and below it.

    Raises:
        DataError: what the card was made of cannot be read any more.
    """
    folder = card.parent
    if is_ours(card):
        sources = gather(recall(CardChoice(folder), read_making(folder)))
        return tuple(folder / each.folder for each in sources.records)
    found = find_records(folder)
    if not (folder / FACTS_FILE).exists():
        return found
    # Beside the student lie its teacher and its baseline, which the card is not of.
    return tuple(sorted(found, key=lambda each: each.name != STUDENT))


def read_evidence(card: Path, folders: Sequence[Path], *, tolerance: float = 0.0) -> CardEvidence:
    """The card with the records in these folders; without any, those of `record_folders`.

    The author's names of data sets are read from card.toml beside the card.

    Raises:
        DataError: a file cannot be read, or a record was changed.
    """
    words = card.parent / CARD_TOML
    return CardEvidence(
        card=read_card(card),
        records=tuple(read_record(folder) for folder in folders or record_folders(card)),
        data_names=read_words(words).data if words.is_file() else (),
        tolerance=tolerance,
    )


def read_card(path: Path) -> CardText:
    """The card in a file.

    Raises:
        DataError: it cannot be read, or is no UTF-8.
    """
    return split_card(read_text(path))
