"""Describes what checks noticed: single findings, and groups of one kind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from qareport.data.ranges import Count


class Severity(StrEnum):
    """How much a finding matters: errors stop the work, warnings go into the record."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check noticed."""

    kind: str
    """Name shared by all findings of this kind, such as "duplicate id"."""
    severity: Severity
    location: str
    """Where: the file and the path or id inside it."""
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one kind, the first of them in full."""

    kind: str
    severity: Severity
    count: Count
    remedy: str
    cases: tuple[str, ...]
    """The first findings as "location: message"."""


SHOWN_CASES = 5


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """One group for each kind, in order of first appearance, with its first cases.

    Findings are consumed one by one, and only the first cases are kept in memory.
    """
    tallies: dict[str, _Tally] = {}
    for finding in findings:
        tallies.setdefault(finding.kind, _Tally(first=finding)).add(finding)
    return tuple(tally.group() for tally in tallies.values())


@dataclass(slots=True)
class _Tally:
    """The findings of one kind so far."""

    first: Finding
    """Gives the group its severity and remedy."""
    count: int = 0
    cases: list[str] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.cases) < SHOWN_CASES:
            self.cases.append(f"{finding.location}: {finding.message}")

    def group(self) -> FindingGroup:
        return FindingGroup(
            kind=self.first.kind,
            severity=self.first.severity,
            count=self.count,
            remedy=self.first.remedy,
            cases=tuple(self.cases),
        )
