"""Defines what a card is made from: records, facts of a training, the author's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qareport.analysis.analyse import Analysis
from qareport.analysis.statistics.comparison import Comparison
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.analysis.statistics.seeds import SeedScores
from qareport.cards.author_words import NO_MODEL_ID, AuthorWords
from qareport.cards.snippet import Usage
from qareport.data.names import DataName, data_label
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.training_json import TrainingFacts


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A record as the card shows it."""

    folder: str
    """Path from the page's folder, with forward slashes."""
    evaluation: Evaluation
    analysis: Analysis
    named: DataName | None
    """The public name of its data; None where unknown."""
    is_own: bool = False
    """Whether it has the mark of the user's key."""

    @property
    def label(self) -> str:
        """What people call its data."""
        return data_label(self.evaluation.data, self.named)


@dataclass(frozen=True, slots=True)
class Against:
    """Another model on the same data, and how the card's model differs from it."""

    role: str
    """Such as "teacher"."""
    measured: CardRecord
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart beside the page."""

    path: str
    """From the page's folder, with forward slashes."""
    summary: str
    """What it shows, in a sentence."""


@dataclass(frozen=True, slots=True)
class CardSources:
    """All that a card is made from."""

    model_id: str
    """Id on the Hub, or the name of the folder where there is none."""
    has_hub_id: bool
    words: AuthorWords
    main: CardRecord | None = None
    """The record that the card is about; None of a card without any."""
    training: TrainingFacts | None = None
    other_rules: tuple[CardRecord, ...] = ()
    """The same weights on the same data, with answers chosen or scored by other rules."""
    other_data: tuple[CardRecord, ...] = ()
    """The same weights on other data."""
    seeds: tuple[CardRecord, ...] = ()
    """Models trained with other seeds, on the same data."""
    seed_scores: Mapping[str, SeedScores] = field(default_factory=dict)
    """What they and the card's model score together, by measure; empty without other seeds."""
    against: tuple[Against, ...] = ()
    """Teacher and baseline."""
    gap: Mapping[str, RecoveredGap] | None = None
    """The share of the teacher's advantage that the student has, by measure."""
    usage: Usage | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def loaded_as(self) -> str:
        """The name that code on the card loads: the id, or a path for readers to fill in."""
        return self.model_id if self.has_hub_id else f"{NO_MODEL_ID}{self.model_id}"

    @property
    def records(self) -> tuple[CardRecord, ...]:
        """All records, the main one first."""
        first = () if self.main is None else (self.main,)
        others = (each.measured for each in self.against)
        return (*first, *self.other_rules, *self.other_data, *self.seeds, *others)
