"""Tabulates the verdicts on the figures of a card, and words what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from qareport.cards.claims.claims import Claim, ClaimedData, Subset
from qareport.cards.claims.verdicts import Outcome, Verdict, written_like
from qareport.report.tables.plain_table import PlainTable


def claims_table(verdicts: Sequence[Verdict]) -> PlainTable:
    """One row for each claim: its line, the figure that it states, the one that was measured.

    `verdict_lines` say why a claim fails, since a column would be too narrow for that.
    """
    return PlainTable(
        title="Figures of the card, and what the records say of them",
        headings=("Line", "Where", "Data set", "Measure", "Claimed", "Measured", "Verdict"),
        rows=tuple(_cells(verdict) for verdict in verdicts),
    )


def verdict_lines(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Why claims fail, the number of each verdict, and what would make more checkable.

    Claims that fail in the same way share one sentence, with all their lines.
    """
    counts = Counter(verdict.outcome for verdict in verdicts)
    totals = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    remedies = dict.fromkeys(verdict.remedy for verdict in verdicts if verdict.remedy)
    alike: dict[tuple[str | None, str, str], list[Claim]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.explanation:
            key = (verdict.record, _figure(verdict.claim), verdict.explanation)
            alike[key].append(verdict.claim)
    reasons = (_reason(figure, why, claims) for (_, figure, why), claims in alike.items())
    return (*reasons, f"{len(verdicts)} claims: {totals}", *remedies)


def unchecked_lines(numbers: Sequence[int]) -> Iterator[str]:
    """What of a card of an earlier version nobody can check any more."""
    if numbers:
        yield (
            f"not checked, on lines {', '.join(map(str, numbers))}: intervals and p-values, which "
            "an earlier version of qareport computed in another way; `qareport card` renders them "
            "anew"
        )


def _cells(verdict: Verdict) -> tuple[str, ...]:
    claim, measured = verdict.claim, verdict.measured
    return (
        str(claim.line),
        claim.form.value,
        _data(claim.data),
        _figure(claim),
        claim.text,
        "" if measured is None else written_like(claim, measured),
        verdict.outcome.value,
    )


def _reason(figure: str, why: str, claims: Sequence[Claim]) -> str:
    """Why claims of one figure fail, with their lines and every way in which it is written."""
    lines = list(dict.fromkeys(str(claim.line) for claim in claims))
    texts = dict.fromkeys(claim.text for claim in claims)
    where = f"{'lines' if len(lines) > 1 else 'line'} {', '.join(lines)}"
    return f"{where}, {figure} {', '.join(texts)}: {why}"


def _figure(claim: Claim) -> str:
    """The measure and the questions of a claim, with its subject if it has one."""
    figure = f"{claim.subset.value} {claim.measure}"
    if claim.subject is None:
        return figure
    return f"{claim.subject}, {claim.measure if claim.subset is Subset.ALL else figure}"


def _data(data: ClaimedData) -> str:
    parts = (data.name or data.id, data.config, data.split)
    return " ".join(part for part in parts if part)
