"""Tabulates what to compare a model's scores with: the floor, a tuned threshold and humans."""

from collections.abc import Iterator, Mapping

from qareport.analysis.analyse import Analysis
from qareport.analysis.statistics.null_margins import MarginAnalysis
from qareport.data.types import EXACT, F1, Total
from qareport.report.number_format import count
from qareport.report.tables.measures import headings_of, total_cells
from qareport.report.tables.plain_table import PlainTable

ALWAYS_NO_ANSWER = "Always no answer"
THIS_MODEL = "This model"
TUNED = "With a tuned threshold (cross-fitted)"
HUMANS = "Humans, HasAns with at least two gold answers"
SAME_QUESTIONS = "This model, on the same questions"


def floor_and_ceilings_table(analysis: Analysis) -> PlainTable | None:
    """The model's scores between floor and ceilings, in percent; None where none is known."""
    totals = compared_totals(analysis)
    if totals.keys() == {THIS_MODEL}:
        return None
    note = "; ".join(_explanations(analysis))
    return PlainTable(
        title="Floor and ceilings",
        headings=("Scores", "Questions", *headings_of()),
        rows=tuple((name, count(each.n), *total_cells(each)) for name, each in totals.items()),
        notes=(f"{note[0].upper()}{note[1:]}.",) if note else (),
    )


def compared_totals(analysis: Analysis) -> Mapping[str, Total]:
    """The scores of the table by the names of its rows, without the unknown ones."""
    margins, human = analysis.margins, analysis.human
    totals = {
        ALWAYS_NO_ANSWER: analysis.floor,
        THIS_MODEL: analysis.totals.overall,
        TUNED: _tuned(margins) if margins else None,
        HUMANS: human.humans if human else None,
        SAME_QUESTIONS: human.model if human else None,
    }
    return {name: each for name, each in totals.items() if each is not None}


def _tuned(margins: MarginAnalysis) -> Total | None:
    """The scores with thresholds of the other half of the articles; None for a lone article."""
    fits = {EXACT: margins.exact.cross_fitted, F1: margins.f1.cross_fitted}
    scores = {name: fit.score for name, fit in fits.items() if fit is not None}
    return Total(margins.exact.tie_safe.n, scores) if scores else None


def _explanations(analysis: Analysis) -> Iterator[str]:
    """How the ceilings come about, in clauses of one sentence."""
    fit = analysis.margins.exact.cross_fitted if analysis.margins else None
    if fit is not None:
        yield f"the tuned threshold is chosen on one half of the {fit.unit}s, scored on the other"
    if analysis.human is not None:
        yield (
            "humans are each gold answer scored against the others of its question, one fewer than "
            "a model is scored against"
        )
