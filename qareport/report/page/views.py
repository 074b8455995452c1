"""What the page's template is told, ready to be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """A score in large letters."""

    name: str
    figure: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table whose first column names its rows."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A chart that stands in the page."""

    svg: str
    summary: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group with its scores, and where they lie on a line from 0 to 100."""

    trait: str
    group: str
    n: str
    exact: str
    exact_interval: str
    f1: str
    f1_interval: str
    low: str
    high: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of answer with how often it occurs."""

    name: str
    meaning: str
    n: str
    share: str


@dataclass(frozen=True, slots=True)
class OtherView:
    """Another model held against the page's own."""

    name: str
    differences: PlainTable
    right_wrong: PlainTable
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """All models beside each other, then each of the others."""

    speed_chart: PagePicture
    models: PlainTable
    others: tuple[OtherView, ...]
    gap: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page but its scripts and embedded examples."""

    model: str
    lead: str
    warnings: tuple[str, ...]
    tiles: tuple[Tile, ...]
    totals: PlainTable
    models_chart: PagePicture | None
    abstention_charts: tuple[PagePicture, ...]
    abstention: tuple[Fact, ...]
    thresholds: PlainTable | None
    no_slider: str
    """Why scores cannot be told at other thresholds; empty where they can."""
    groups_chart: PagePicture | None
    groups: tuple[GroupLine, ...]
    traits: tuple[str, ...]
    kinds: tuple[KindLine, ...]
    causes: PlainTable
    method: tuple[Fact, ...]
    findings: tuple[Fact, ...]
    command: str
    comparison: ComparisonView | None
    is_redacted: bool
