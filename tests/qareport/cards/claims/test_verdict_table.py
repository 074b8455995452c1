"""Verdicts are shown as a table that people's words cannot break, and counted."""

from dataclasses import replace

import pytest
from rich.console import Console

from qareport.cards.claims.claims import COUNT, ClaimedData, Subset
from qareport.cards.claims.verdict_table import claims_table, verdict_lines
from qareport.cards.claims.verdicts import Outcome, Verdict
from qareport.report.tables.terminal import TerminalTable
from tests.claim_builders import SQUAD_2, claim


def shown(*verdicts: Verdict) -> str:
    """The table as people see it."""
    console = Console(width=200)
    with console.capture() as capture:
        console.print(TerminalTable(claims_table(verdicts)))
    return capture.get()


def test_a_row_tells_where_what_and_how_it_ended() -> None:
    data = replace(SQUAD_2, config="c", split="validation")
    verdict = Verdict(
        claim(text="79.123", data=data), Outcome.CONTRADICTED, 78.45678, "r", "too high"
    )

    cells = [cell.strip() for cell in shown(verdict).splitlines()[4].split("│")[1:-1]]

    assert cells == [
        *("1", "table", "SQuAD 2.0 c validation", "all exact"),
        *("79.123", "78.457", "contradicted"),
    ]


def test_counts_are_whole_and_unknown_figures_empty() -> None:
    counted = Verdict(claim(COUNT, "9"), Outcome.CONTRADICTED, 10.0, "r", "")
    unknown = Verdict(claim(text="9"), Outcome.NOT_CHECKABLE, None, None, "why")

    rows = [line.split("│") for line in shown(counted, unknown).splitlines()[4:6]]

    assert [row[5].strip() for row in rows] == ["10", ""]


@pytest.mark.parametrize(
    ("subset", "subject", "told"),
    [
        (Subset.NO_ANSWER, None, "NoAns exact"),
        (Subset.ALL, "question word: what", "question word: what, exact"),
        (Subset.HAS_ANSWER, "teacher", "teacher, HasAns exact"),
    ],
)
def test_a_figure_is_told_with_what_it_is_of(
    subset: Subset, subject: str | None, told: str
) -> None:
    stated = claim(subset=subset, subject=subject)
    verdict = Verdict(stated, Outcome.CONTRADICTED, 60.0, "r", "10.00 points too low")

    assert shown(verdict).splitlines()[4].split("│")[3].strip() == told
    assert verdict_lines([verdict])[0] == f"line 1, {told} 50.0: 10.00 points too low"


def test_marks_in_what_people_wrote_are_shown_as_they_are() -> None:
    verdict = Verdict(
        claim(data=ClaimedData("[red]data[/red]", None)),
        Outcome.NOT_CHECKABLE,
        None,
        None,
        "no record of [red]data[/red]",
    )

    assert shown(verdict).count("[red]data[/red]") == 1


def test_what_fails_alike_in_several_lines_is_told_once() -> None:
    wrong = Verdict(claim(text="79.12"), Outcome.CONTRADICTED, 60.0, "r", "19.12 points too high")
    exactly = replace(wrong.claim, line=7, text="79.1234")
    elsewhere = replace(wrong, record="other")

    told = verdict_lines([wrong, replace(wrong, claim=exactly), wrong, elsewhere])

    assert told[:-1] == (
        "lines 1, 7, all exact 79.12, 79.1234: 19.12 points too high",
        "line 1, all exact 79.12: 19.12 points too high",
    )


def test_reasons_are_told_verdicts_counted_and_each_remedy_told_once() -> None:
    checked = Verdict(claim(), Outcome.CONFIRMED, 50.0, "r", "")
    missing = Verdict(claim(), Outcome.NOT_CHECKABLE, None, None, "why", "mend it")

    assert verdict_lines([checked, missing, missing]) == (
        "line 1, all exact 50.0: why",
        "3 claims: 1 confirmed, 0 contradicted, 2 not checkable",
        "mend it",
    )
