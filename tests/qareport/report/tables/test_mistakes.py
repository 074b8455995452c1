"""Mistakes are readable on a narrow terminal, and their texts are shown as they are."""

from io import StringIO

import pytest
from rich.console import Console

from qareport.analysis.examples.mistake_examples import MistakeExample, MistakeExamples
from qareport.data.types import CharSpan
from qareport.report.tables.mistakes import LEGEND, example_grid, examples_heading

CONTEXT = "the big old cat sat on mats"


def mistake(
    context: str = CONTEXT,
    *,
    gold: CharSpan | None = None,
    predicted: CharSpan | None = None,
    excerpt: tuple[CharSpan, ...] | None = None,
) -> MistakeExample:
    """A mistake of which the context alone matters."""
    return MistakeExample(
        id="q1",
        title="",
        question="who [red]sat[/]?",
        context=context,
        excerpt=excerpt or (CharSpan(0, len(context)),),
        gold_spans=(gold,) if gold else (),
        predicted_span=predicted,
        gold_answers=("old cat", "cat"),
        prediction="",
        null_margin=None,
        causes=(),
    )


def lines(example: MistakeExample, *, width: int = 80) -> list[str]:
    """What is printed, less the blanks at the end of each line."""
    output = StringIO()
    Console(file=output, width=width).print(example_grid(example))
    return [line.rstrip() for line in output.getvalue().splitlines()]


def context_of(example: MistakeExample) -> str:
    """The printed context, on a terminal that is wide enough."""
    (line,) = (line for line in lines(example, width=400) if line.startswith("context"))
    return line.removeprefix("context").strip()


def test_a_mistake_is_told_line_by_line() -> None:
    told = MistakeExample(
        id="q1",
        title="Cats",
        question="who sat?",
        context=CONTEXT,
        excerpt=(CharSpan(0, len(CONTEXT)),),
        gold_spans=(CharSpan(8, 15),),
        predicted_span=CharSpan(4, 15),
        gold_answers=("old cat",),
        prediction="big old cat",
        null_margin=-1.25,
        causes=("in n-best", "threshold"),
    )

    assert lines(told) == [
        "id           q1",
        "article      Cats",
        "question     who sat?",
        "context      the {{big [[old cat]]}} sat on mats",
        "gold         old cat",
        "prediction   big old cat",
        "null margin  -1.250",
        "causes       in n-best, threshold",
    ]


def test_what_is_not_known_has_no_line_and_texts_are_no_markup() -> None:
    assert lines(mistake(context="[bold]x[/] :cat:")) == [
        "id          q1",
        "question    who [red]sat[/]?",
        "context     [bold]x[/] :cat:",
        "gold        old cat | cat",
        "prediction  (no answer)",
    ]


def test_nothing_in_a_text_steers_the_terminal() -> None:
    steering = mistake("a\x1b[31mb\nc\u2028d\u202e")

    assert context_of(steering) == r"a\u001b[31mb c\u2028d\u202e"


def test_no_line_is_wider_than_the_terminal() -> None:
    told = lines(mistake("word " * 50 + "x" * 200))

    assert max(map(len, told)) <= 80


@pytest.mark.parametrize(
    ("gold", "predicted", "marked"),
    [
        pytest.param((8, 15), (8, 15), "the big [[{{old cat}}]] sat on mats", id="equal"),
        pytest.param((8, 15), (12, 15), "the big [[old {{cat}}]] sat on mats", id="subset"),
        pytest.param((8, 15), (8, 19), "the big {{[[old cat]] sat}} on mats", id="superset"),
        pytest.param((8, 15), (12, 19), "the big [[old {{cat]] sat}} on mats", id="overlap"),
        pytest.param((8, 15), (23, 27), "the big [[old cat]] sat on {{mats}}", id="apart"),
        pytest.param((0, 3), (3, 7), "[[the]]{{ big}} old cat sat on mats", id="side by side"),
    ],
)
def test_gold_and_prediction_are_marked_without_colours(
    gold: tuple[int, int], predicted: tuple[int, int], marked: str
) -> None:
    told = mistake(gold=CharSpan(*gold), predicted=CharSpan(*predicted))

    assert context_of(told) == marked


@pytest.mark.parametrize(
    ("excerpt", "shown"),
    [
        (((4, 7),), "… big …"),
        (((0, 7), (20, 27)), "the big … on mats"),
        (((4, 7), (20, 22)), "… big … on …"),
    ],
)
def test_dots_stand_for_what_is_left_out(excerpt: tuple[tuple[int, int], ...], shown: str) -> None:
    assert context_of(mistake(excerpt=tuple(CharSpan(*part) for part in excerpt))) == shown


def test_an_empty_context_has_no_line() -> None:
    assert not [line for line in lines(mistake("")) if line.startswith("context")]


@pytest.mark.parametrize(
    ("n", "seed", "heading"),
    [
        (3, None, ("subset: the first 1 of 3", LEGEND)),
        (3, 7, ("subset: 1 of 3, drawn with seed 7", LEGEND)),
    ],
)
def test_the_heading_counts_and_tells_how_to_read(
    n: int, seed: int | None, heading: tuple[str, ...]
) -> None:
    assert examples_heading(MistakeExamples("subset", n, seed, (mistake(),))) == heading


def test_that_there_are_none_is_said_in_a_sentence() -> None:
    found = MistakeExamples("subset", 0, None, ())

    assert examples_heading(found) == ("no answer is of the kind 'subset'",)
