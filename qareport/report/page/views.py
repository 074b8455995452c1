"""Declares what the template of the page gets."""

from dataclasses import dataclass

from qareport.report.tables.plain_table import PlainTable


@dataclass(frozen=True, slots=True)
class Tile:
    """A score in large letters."""

    name: str
    figure: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A chart that stands in the page."""

    title: str
    summary: str
    svg: str = ""
    """Empty where it cannot be drawn."""
    fault: str = ""
    """Why it cannot."""


@dataclass(frozen=True, slots=True)
class OtherView:
    """Another model compared with that of the page."""

    name: str
    differences: PlainTable
    right_wrong: PlainTable
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """All models beside each other, then each of the others."""

    speed_chart: PagePicture
    models: PlainTable
    seeds: PlainTable | None
    others: tuple[OtherView, ...]
    gap: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The page without its scripts and embedded examples."""

    model: str
    lead: str
    warnings: tuple[str, ...]
    tiles: tuple[Tile, ...]
    totals: PlainTable
    floor_and_ceilings: PlainTable | None
    models_chart: PagePicture | None
    abstention_charts: tuple[PagePicture, ...]
    abstention: PlainTable | None
    thresholds: PlainTable | None
    official_best: PlainTable | None
    no_slider: str
    """Why scores at other thresholds cannot be computed; empty where they can."""
    groups_chart: PagePicture | None
    groups: PlainTable
    traits: tuple[str, ...]
    kinds: PlainTable
    causes: PlainTable
    method: tuple[Fact, ...]
    findings: tuple[Fact, ...]
    command: str
    comparison: ComparisonView | None
    is_redacted: bool

    @property
    def missing_pictures(self) -> tuple[PagePicture, ...]:
        """Those that cannot be drawn."""
        speed = self.comparison.speed_chart if self.comparison else None
        pictures = (self.models_chart, *self.abstention_charts, self.groups_chart, speed)
        return tuple(each for each in pictures if each is not None and each.fault)
