"""Tests that findings are grouped by kind and counted, and only the first are kept."""

from collections.abc import Iterator

from qareport.data.findings import Finding, FindingGroup, Severity, group_findings


def finding(kind: str, location: str = "p", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(kind, severity, location, message=f"{kind} there", remedy=f"mend {kind}")


def test_no_findings_make_no_groups() -> None:
    assert group_findings(()) == ()


def test_a_group_shows_location_and_message_of_its_cases() -> None:
    groups = group_findings([finding("slip", "line 1"), finding("slip", "line 2")])

    assert groups == (
        FindingGroup(
            kind="slip",
            severity=Severity.WARNING,
            count=2,
            remedy="mend slip",
            cases=("line 1: slip there", "line 2: slip there"),
        ),
    )


def test_groups_come_in_the_order_of_their_first_finding() -> None:
    groups = group_findings([finding("b"), finding("a", severity=Severity.ERROR), finding("b")])

    assert [(group.kind, group.severity, group.count) for group in groups] == [
        ("b", Severity.WARNING, 2),
        ("a", Severity.ERROR, 1),
    ]


def test_only_the_first_five_cases_are_reported_and_all_are_counted() -> None:
    (group,) = group_findings(finding("slip", str(line)) for line in range(7))

    assert group.count == 7
    assert group.cases == tuple(f"{line}: slip there" for line in range(5))


def test_findings_are_read_once_and_as_they_come() -> None:
    def endless_until_read() -> Iterator[Finding]:
        yield finding("slip")
        yield finding("slip")

    stream = endless_until_read()
    group_findings(stream)

    assert next(stream, None) is None
