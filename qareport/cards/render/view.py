"""Defines what a template of a card gets, in the order of the page."""

from dataclasses import dataclass

from qareport.cards.author_words import Author, FurtherReading, Passage
from qareport.cards.render.sources import Picture
from qareport.cards.snippet import Usage
from qareport.report.tables.plain_table import PlainTable


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The scores of all questions of a data set."""

    label: str
    """Of the data."""
    questions: str
    exact: str
    """In percent, as all scores."""
    exact_interval: str
    """Empty if there are too few articles for one."""
    f1: str
    f1_interval: str
    protocol: str
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command that makes a record again."""

    purpose: str
    text: str


@dataclass(frozen=True, slots=True)
class Performance:
    """The main scores as the official script prints them."""

    label: str
    json: str


@dataclass(frozen=True, slots=True)
class CardView:
    """All that a card can show; None and () are left out of the page."""

    model_id: str
    title: str
    """The last part of the id."""
    summary: str | None
    main: ScoreView | None
    at_a_glance: PlainTable
    overview: str | None
    usage: Usage | None
    usage_versions: str
    results: PlainTable | None
    results_notes: tuple[str, ...]
    floor_and_ceilings: PlainTable | None
    floor_notes: tuple[str, ...]
    other_rules: PlainTable | None
    robustness: PlainTable | None
    seeds: PlainTable | None
    against: PlainTable | None
    against_notes: tuple[str, ...]
    abstention: PlainTable | None
    thresholds: PlainTable | None
    weak_groups: PlainTable | None
    mistakes: PlainTable | None
    pictures: tuple[Picture, ...]
    training_data: PlainTable | None
    training_notes: tuple[str, ...]
    hyperparameters: PlainTable | None
    hyperparameters_note: str
    hyperparameter_lines: str
    """The same as lines "key = value"."""
    stages: PlainTable | None
    losses: PlainTable | None
    deviations: tuple[str, ...]
    provenance: PlainTable | None
    intended_use: str | None
    limitations: str | None
    environment: PlainTable | None
    commands: tuple[Command, ...]
    hashes: PlainTable | None
    citation: str | None
    authors: tuple[Author, ...]
    about: str | None
    links: tuple[FurtherReading, ...]
    sections: tuple[Passage, ...]
    language: str | None
    training_text: str | None
    """Training data in a line."""
    infrastructure: str | None
    teacher: str | None
    performance: Performance | None
