"""A model's scores stand between a floor and ceilings, and what is not known has no row."""

from dataclasses import replace

import pytest

from qareport.analysis.analyse import Analysis, analyse
from qareport.analysis.examples.rows import ExampleRow, Scope
from qareport.metrics.normalisers import SQUAD_EN
from qareport.report.tables.floor_and_ceilings import floor_and_ceilings_table
from qareport.report.tables.plain_table import PlainTable
from tests.builders import example
from tests.row_builders import row

CONTEXT = "old cats sat on mats"
TUNED = "The tuned threshold is chosen on one half of the articles, scored on the other"
HUMANS = (
    "umans are each gold answer scored against the others of its question, one fewer than a model "
    "is scored against."
)


def answered(title: str, *, golds: tuple[str, ...], text: str, null_margin: float) -> ExampleRow:
    """The row of an article's only question."""
    asked = example(title, context=CONTEXT, golds=golds, title=title)
    return row(asked, text, null_margin=null_margin)


ROWS = (
    answered("a", golds=("old cats", "cats", "cats"), text="old cats", null_margin=-2.0),
    answered("b", golds=("mats",), text="mats", null_margin=-1.0),
    answered("c", golds=(), text="cats", null_margin=1.0),
    answered("d", golds=(), text="mats", null_margin=2.0),
)
EIGHT = (
    *ROWS,
    *(
        replace(
            each,
            example=replace(each.example, id=f"{each.example.id}2", title=f"{each.example.id}2"),
        )
        for each in ROWS
    ),
)
"""The same rows twice, in articles of their own, which are enough to tune a threshold on half."""


def table_of(analysis: Analysis) -> PlainTable:
    """The table of an analysis that has one."""
    table = floor_and_ceilings_table(analysis)
    assert table is not None
    return table


def analysed(*rows: ExampleRow) -> Analysis:
    """The analysis of rows whose texts are there."""
    return analyse(rows, scope=Scope(gold_normaliser=SQUAD_EN))


def test_the_model_stands_between_its_floor_and_its_ceilings() -> None:
    table = table_of(analysed(*EIGHT))

    assert table.title == "Floor and ceilings"
    assert table.headings == ("Scores", "Questions", "Exact match", "F1")
    assert table.rows == (
        ("Always no answer", "8", "50.00", "50.00"),
        ("This model", "8", "50.00", "50.00"),
        ("With a tuned threshold (cross-fitted)", "8", "100.00", "100.00"),
        ("Humans, HasAns with at least two gold answers", "2", "66.67", "88.89"),
        ("This model, on the same questions", "2", "100.00", "100.00"),
    )
    assert table.notes == (f"{TUNED}; h{HUMANS}",)


def test_the_floor_is_left_out_where_every_question_has_an_answer() -> None:
    table = table_of(analysed(*ROWS[:2]))

    assert table.rows[0][0] == "This model"


def test_a_lone_article_has_no_tuned_threshold() -> None:
    table = table_of(analysed(ROWS[0]))

    assert [name for name, *_ in table.rows] == [
        "This model",
        "Humans, HasAns with at least two gold answers",
        "This model, on the same questions",
    ]
    assert table.notes == (f"H{HUMANS}",)


def test_without_margins_and_texts_the_floor_alone_is_known() -> None:
    table = table_of(analyse([replace(each, null_margin=None) for each in ROWS]))

    assert [name for name, *_ in table.rows] == ["Always no answer", "This model"]
    assert table.notes == ()


def test_where_neither_floor_nor_ceiling_is_known_there_is_no_table() -> None:
    assert floor_and_ceilings_table(analysed(ROWS[1])) is None


@pytest.mark.parametrize("rows", [ROWS, ROWS[:3], ROWS[:1], ROWS[2:]])
def test_the_model_has_the_scores_of_all_questions(rows: tuple[ExampleRow, ...]) -> None:
    analysis = analysed(*rows)

    (own,) = (cells for cells in table_of(analysis).rows if cells[0] == "This model")

    assert own[2] == f"{100 * analysis.totals.overall.exact:.2f}"
