"""Verdicts on the claims of a card to a table and a line for people."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Subset
from qareport.cards.claims.verdicts import Outcome, Verdict

SHOWN_DIGITS = 2


def claims_table(verdicts: Sequence[Verdict]) -> Table:
    """One row for each claim: where it stands, what it says, what was measured.

    Why a claim fails is told in `verdict_lines`, for a column of it would be too narrow to read.
    """
    table = Table()
    table.add_column("line", justify="right")
    for heading in ("where", "data set", "measure"):
        table.add_column(heading)
    table.add_column("claimed", justify="right", overflow="fold")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for verdict in verdicts:
        claim = verdict.claim
        table.add_row(
            str(claim.line),
            claim.form.value,
            Text(_data(claim.data)),
            Text(_figure(claim)),
            Text(claim.text),
            _measured(verdict),
            verdict.outcome.value,
        )
    return table


def verdict_lines(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Why claims fail, how many came to which verdict, and what would make more checkable.

    What fails in the same way in several lines is told once, with all of them.
    """
    counts = Counter(verdict.outcome for verdict in verdicts)
    told = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    remedies = dict.fromkeys(verdict.remedy for verdict in verdicts if verdict.remedy)
    alike: dict[tuple[str | None, str, str], list[Claim]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.explanation:
            key = (verdict.record, _figure(verdict.claim), verdict.explanation)
            alike[key].append(verdict.claim)
    reasons = (_reason(figure, why, claims) for (_, figure, why), claims in alike.items())
    return (*reasons, f"{len(verdicts)} claims: {told}", *remedies)


def _reason(figure: str, why: str, claims: Sequence[Claim]) -> str:
    """Why claims of one figure fail, with their lines and every way in which it is written."""
    lines = list(dict.fromkeys(str(claim.line) for claim in claims))
    texts = dict.fromkeys(claim.text for claim in claims)
    places = f"{'lines' if len(lines) > 1 else 'line'} {', '.join(lines)}"
    return f"{places}, {figure} {', '.join(texts)}: {why}"


def _figure(claim: Claim) -> str:
    """What a claim is of; where that is something else than all questions, by its name."""
    figure = f"{claim.subset.value} {claim.measure}"
    if claim.subject is None:
        return figure
    return f"{claim.subject}, {claim.measure if claim.subset is Subset.ALL else figure}"


def _data(data: ClaimedData) -> str:
    parts = (data.name or data.id, data.config, data.split)
    return " ".join(part for part in parts if part)


def _measured(verdict: Verdict) -> str:
    if verdict.measured is None:
        return ""
    digits = 0 if verdict.claim.measure == COUNT else SHOWN_DIGITS
    digits = max(digits, min(verdict.claim.decimals, 4)) if digits else 0
    return f"{verdict.measured:.{digits}f}"
