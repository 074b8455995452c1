"""Single findings in, one group for each kind of them out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from qareport.records import Finding, FindingGroup

SHOWN_CASES = 5


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """One group for each kind, in order of first appearance, with its first cases.

    Findings are read one by one and only those first cases are kept.
    """
    tallies: dict[str, _Tally] = {}
    for finding in findings:
        tallies.setdefault(finding.kind, _Tally(first=finding)).add(finding)
    return tuple(tally.group() for tally in tallies.values())


@dataclass(slots=True)
class _Tally:
    """What is known so far about the findings of one kind."""

    first: Finding
    """Gives the group its severity and remedy."""
    count: int = 0
    cases: list[str] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.cases) < SHOWN_CASES:
            self.cases.append(f"{finding.place}: {finding.message}")

    def group(self) -> FindingGroup:
        return FindingGroup(
            kind=self.first.kind,
            severity=self.first.severity,
            count=self.count,
            remedy=self.first.remedy,
            cases=tuple(self.cases),
        )
