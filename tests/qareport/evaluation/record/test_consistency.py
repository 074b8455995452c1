"""A record says of its scores and data what its rows give, or it is refused."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from qareport.analysis.examples.rows import DroppedRow, ExampleRow
from qareport.data.json_format import seal_of
from qareport.data.types import CharSpan, Exclusion
from qareport.errors import DataError
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.reader import read_record
from qareport.evaluation.record.writer import EVALUATION, answer_file_hashes, write_examples
from qareport.evaluation.redact import redact
from tests.builders import example, example_score
from tests.row_builders import row, write_record

RIGHT = row(example("a", context="red fox", golds=("fox",), title="A"), "fox")
HALF = row(example("b", context="red fox", golds=("red fox",), title="B"), "fox")
NULL = row(example("c", context="hen", title="B"))
ROWS = (RIGHT, HALF, NULL)
ROWS_OF_EIGHT_ARTICLES = (
    *ROWS,
    *(row(example(title, context="hen", golds=("hen",), title=title), "hen") for title in "CDEFGH"),
    row(example("misled", context="hen", title="H"), "hen"),
    row(example("withheld", context="hen", golds=("hen",), title="H")),
)
"""So many that the intervals of the totals have bounds."""

BELIEVED = {
    *("options", "model", "hardware", "versions", "findings"),
    *("files", "configuration_sha256", "sha256"),
    *("exclusions", "mark"),
}
"""Keys of what nothing in the rows says; another mark makes a record foreign, no more.

Hashes of files count where the files are read, and the number of exclusions by `questions_read`.
"""
UNCHECKED = {
    *(("data", name) for name in ("source", "config", "split", "revision")),
    ("timing", "windows"),
}
"""Names of the data, and the number of windows, of which the rows say nothing either."""


def refusal(folder: Path) -> str:
    """Why a record is refused."""
    with pytest.raises(DataError) as caught:
        read_record(folder)
    return str(caught.value)


def forged(folder: Path, change: Callable[[dict[str, JsonValue]], None]) -> Path:
    """A record whose evaluation.json was changed, and sealed anew."""
    path = write_record(folder, *ROWS_OF_EIGHT_ARTICLES) / EVALUATION
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps({**content, "sha256": seal_of(content)}))
    return folder


def leaves(value: JsonValue, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all numbers and words in an object of objects."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif value is not None:
        yield path


def set_at(content: dict[str, JsonValue], path: tuple[str, ...], value: JsonValue) -> None:
    """Puts a value to a path."""
    for key in path[:-1]:
        inner = content[key]
        assert isinstance(inner, dict)
        content = inner
    content[path[-1]] = value


def checked_leaves() -> list[tuple[str, ...]]:
    """Every figure and word of a record that something relies upon."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_record(Path(folder) / "record", *ROWS_OF_EIGHT_ARTICLES) / EVALUATION
        content = json.loads(path.read_text())
    found = [path for path in leaves(content) if path[0] not in BELIEVED]
    # Intervals by another method are computed again.
    return [path for path in found if path not in UNCHECKED and path[-1] != "method"]


def test_the_intervals_have_bounds_to_change() -> None:
    assert ("intervals", "overall", "f1", "bounds", "low") in checked_leaves()


@pytest.mark.parametrize("key", ["method", "unit"])
def test_what_a_record_says_of_other_intervals_is_not_relied_upon(tmp_path: Path, key: str) -> None:
    path = ("intervals", "overall", "f1")

    def change(content: dict[str, JsonValue]) -> None:
        set_at(content, (*path, key), "paragraph")
        if key == "method":
            set_at(content, (*path, "bounds", "high"), 1.0)

    folder = forged(tmp_path / "record", change)

    read = read_record(folder)

    written = write_record(tmp_path / "true", *ROWS_OF_EIGHT_ARTICLES)
    assert read.evaluation.intervals == read_evaluation(written / EVALUATION).intervals


@pytest.mark.parametrize("path", checked_leaves(), ids=".".join)
def test_a_changed_figure_or_word_is_refused(tmp_path: Path, path: tuple[str, ...]) -> None:
    def change(content: dict[str, JsonValue]) -> None:
        value: JsonValue = content
        for key in path:
            assert isinstance(value, dict)
            value = value[key]
        if isinstance(value, bool):
            set_at(content, path, not value)
        elif isinstance(value, str):
            set_at(content, path, f"{value}0")
        elif isinstance(value, int):
            set_at(content, path, value + 1)
        else:
            assert isinstance(value, float)
            set_at(content, path, value / 2 + 0.125)

    refusal(forged(tmp_path / "record", change))


@given(st.sampled_from(["overall", "has_answer", "no_answer"]), st.floats(0, 1))
def test_any_other_score_is_refused(kind: str, score: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = write_record(Path(folder) / "record", *ROWS_OF_EIGHT_ARTICLES)
        true = read_evaluation(record / EVALUATION).scores
        totals = {
            "overall": true.overall,
            "has_answer": true.has_answer,
            "no_answer": true.no_answer,
        }
        total = totals[kind]
        assert total is not None
        if abs(score - total.f1) > 1e-6:
            path = ("scores", kind, "measures", "f1")
            told = refusal(forged(Path(folder) / "forged", lambda said: set_at(said, path, score)))
            assert f"{'.'.join(path)} is {score}, but the rows of the record give" in told


def test_the_refusal_names_the_field_and_both_figures(tmp_path: Path) -> None:
    path = ("scores", "overall", "measures", "f1")
    folder = forged(tmp_path / "record", lambda said: set_at(said, path, 0.99))

    assert refusal(folder) == (
        f"{folder / EVALUATION}: scores.overall.measures.f1 is 0.99, but the rows of the record "
        "give 0.7878787878787878; evaluate again with --overwrite"
    )


@pytest.mark.parametrize("kind", ["has_answer", "no_answer"])
def test_a_kind_that_is_left_out_is_missed(tmp_path: Path, kind: str) -> None:
    folder = forged(tmp_path / "record", lambda said: set_at(said, ("scores", kind), None))

    assert f"scores.{kind}.n is None" in refusal(folder)


def test_an_interval_that_is_left_out_is_missed(tmp_path: Path) -> None:
    path = write_record(tmp_path / "record", *ROWS) / EVALUATION
    true = read_evaluation(path)
    fewer = replace(true.intervals, overall={"exact": true.intervals.overall["exact"]})
    write_evaluation(replace(true, intervals=fewer), path)

    assert "intervals.overall.f1.n is None" in refusal(path.parent)


def test_questions_that_are_left_out_without_a_word_are_missed(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "record", *ROWS)
    true = read_evaluation(folder / EVALUATION)
    write_evaluation(replace(true, exclusions=(Exclusion("lost", 2),)), folder / EVALUATION)

    assert "questions_read is 3, but the rows of the record give 5" in refusal(folder)


def rewritten(folder: Path, *rows: ExampleRow) -> Path:
    """A record whose rows were changed, and hashed anew."""
    write_record(folder, *ROWS)
    write_examples(folder, rows)
    path = folder / EVALUATION
    write_evaluation(replace(read_evaluation(path), files=answer_file_hashes(folder)), path)
    return folder


def test_a_row_whose_score_is_not_that_of_its_text_is_refused(tmp_path: Path) -> None:
    better = replace(HALF, best_score=example_score("b", has_answer=True, exact=1.0, f1=1.0))

    told = refusal(rewritten(tmp_path / "record", RIGHT, better, NULL))

    assert "examples.parquet: the scores of question 'b' are not those of its answer" in told


def test_an_answer_above_the_threshold_is_refused(tmp_path: Path) -> None:
    kept = replace(RIGHT, null_margin=2.5)

    told = refusal(rewritten(tmp_path / "record", kept, HALF, NULL))

    assert told.endswith(
        "examples.parquet: the answer to question 'a' is not what null threshold 0 and null rule "
        "'all-windows' make of its null margin 2.5; evaluate again with --overwrite"
    )


@pytest.mark.parametrize("span", [CharSpan(0, 3), CharSpan(5, 99), CharSpan(400, 403)])
def test_an_answer_that_does_not_stand_at_its_characters_is_refused(
    tmp_path: Path, span: CharSpan
) -> None:
    told = refusal(rewritten(tmp_path / "record", replace(RIGHT, span=span), HALF, NULL))

    assert told.endswith(
        "examples.parquet: the answer to question 'a' is not what its context has at characters "
        f"{span.start} to {span.end}; evaluate again with --overwrite"
    )


def test_an_answer_without_characters_is_refused(tmp_path: Path) -> None:
    told = refusal(rewritten(tmp_path / "record", replace(RIGHT, span=None), HALF, NULL))

    assert "column 'start' of row 0, id 'a', is missing" in told


def test_an_answer_that_is_withheld_below_the_threshold_is_refused(tmp_path: Path) -> None:
    answered = row(NULL.example, "hen", null_margin=-1.0)
    withheld = replace(answered, text="", span=None, score=NULL.score)

    told = refusal(rewritten(tmp_path / "record", RIGHT, HALF, withheld))

    assert "the answer to question 'c' is not what null threshold 0" in told


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"timing": {"examples_per_second": 999.0}}, "timing.examples_per_second is 999.0, but"),
        ({"timing": {"seconds": 0.001}}, "timing.examples_per_second is 22.0, but"),
        ({"timing": {"seconds": 0.0}}, "timing.examples_per_second is 22.0, but the rows"),
        (
            {"sampling": {"method": "random", "questions": 500, "seed": 1}},
            "sampling.questions is 500, but the rows of the record give 11;",
        ),
        (
            {
                "precision_check": {
                    "n": 9,
                    "equal_answers": 0.75,
                    "exact_difference": 0.0,
                    "f1_difference": -0.5,
                }
            },
            "precision_check.f1_difference is -0.5, but the rows of the record give -0.25;",
        ),
    ],
)
def test_what_the_record_says_of_its_run_must_be_possible(
    tmp_path: Path, change: dict[str, dict[str, JsonValue]], found: str
) -> None:
    def changed(content: dict[str, JsonValue]) -> None:
        for key, values in change.items():
            before = content[key]
            content[key] = {**before, **values} if isinstance(before, dict) else {**values}

    assert found in refusal(forged(tmp_path / "record", changed))


def test_a_measure_without_scores_in_the_rows_is_refused(tmp_path: Path) -> None:
    path = ("scores", "overall", "measures", "f2")
    folder = forged(tmp_path / "record", lambda said: set_at(said, path, 0.99))

    assert "scores.overall.measures.f2 is 0.99, but the rows of the record give None" in refusal(
        folder
    )


def test_a_question_without_a_null_margin_is_refused(tmp_path: Path) -> None:
    unknown = replace(RIGHT, null_margin=None)

    told = refusal(rewritten(tmp_path / "record", unknown, HALF, NULL))

    assert (
        "questions with a score and a null margin is 3, but the rows of the record give 2" in told
    )


def test_a_question_without_a_score_is_refused(tmp_path: Path) -> None:
    dropped = DroppedRow(NULL.example, text="", span=None, null_margin=1.0, question_is_cut=False)
    folder = write_record(tmp_path / "record", RIGHT, HALF)
    write_examples(folder, (RIGHT, HALF, dropped))
    path = folder / EVALUATION
    evaluation = read_evaluation(path)
    timing = replace(evaluation.timing, examples_per_second=3 / evaluation.timing.seconds)
    write_evaluation(replace(evaluation, timing=timing, files=answer_file_hashes(folder)), path)

    told = refusal(folder)

    assert (
        "questions with a score and a null margin is 3, but the rows of the record give 2" in told
    )


def test_rows_of_other_data_are_refused(tmp_path: Path) -> None:
    other = replace(RIGHT, example=replace(RIGHT.example, question="other?"))

    told = refusal(rewritten(tmp_path / "record", other, HALF, NULL))

    assert "its questions are not the data that is named" in told


def test_the_rows_of_a_redacted_record_are_believed(tmp_path: Path) -> None:
    redact(read_record(write_record(tmp_path / "whole", *ROWS)), tmp_path / "redacted")

    assert len(read_record(tmp_path / "redacted").rows) == len(ROWS)
