"""Tests the counts, findings and hash of a data set from any source."""

import dataclasses
import hashlib
from collections.abc import Iterator

import pytest

from qareport.data.readers.gather import Origin, examples_sha256, gather, require_no_errors
from qareport.data.readers.raw_question import ABSENT, RawQuestion, question_from_row
from qareport.data.types import DataSet, Exclusion, GoldAnswer
from qareport.errors import DataError, UsageError
from tests.builders import example
from tests.squad_json import ROW


def raw_questions(*ids: object) -> Iterator[RawQuestion]:
    """Questions that differ in their ids alone."""
    for number, question_id in enumerate(ids):
        yield question_from_row({**ROW, "id": question_id}, f"rows.jsonl: line {number + 1}")


def gathered(*ids: object, limit: int | None = None) -> DataSet:
    """A data set of questions that differ in their ids alone."""
    return gather(raw_questions(*ids), Origin("rows.jsonl"), limit=limit)


def test_examples_keep_their_order() -> None:
    assert [each.id for each in gathered("b", "a", "c").examples] == ["b", "a", "c"]


def test_the_identity_takes_its_words_from_the_origin() -> None:
    origin = Origin("someone/squad_like", "default", "validation", "c0ffee")

    identity = gather(raw_questions("a"), origin, limit=None).identity

    assert dataclasses.replace(identity, sha256="") == dataclasses.replace(
        identity,
        source="someone/squad_like",
        config="default",
        split="validation",
        revision="c0ffee",
        sha256="",
    )


def test_a_limit_keeps_the_first_questions_and_counts_the_rest() -> None:
    data_set = gathered("a", "b", "c", "d", limit=3)

    assert [each.id for each in data_set.examples] == ["a", "b", "c"]
    assert data_set.questions_read == 4
    assert data_set.exclusions == (Exclusion("beyond --limit 3", 1),)


def test_questions_beyond_the_limit_have_no_findings() -> None:
    assert gathered("a", "a", limit=1).findings == ()


def test_a_limit_beyond_the_end_excludes_nothing() -> None:
    assert gathered("a", limit=2).exclusions == ()


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_keeps_at_least_one_question(limit: int) -> None:
    with pytest.raises(UsageError) as caught:
        gathered("a", limit=limit)

    assert str(caught.value) == (
        f"--limit {limit}: must be at least 1; leave it out to read everything"
    )


def test_a_repeated_id_keeps_the_first_question_and_is_an_error() -> None:
    data_set = gathered("a", "b", "a")

    (group,) = data_set.findings
    assert [each.id for each in data_set.examples] == ["a", "b"]
    assert data_set.exclusions == (Exclusion("questions with errors", 1),)
    assert group.cases == ("rows.jsonl: line 3 (id 'a'): id 'a' occurs a second time",)


def test_questions_read_are_the_examples_and_all_that_was_left_out() -> None:
    data_set = gathered("a", 5, "a", ABSENT, "b", "c", limit=4)

    left_out = sum(exclusion.count for exclusion in data_set.exclusions)
    assert data_set.exclusions == (
        Exclusion("questions with errors", 3),
        Exclusion("beyond --limit 4", 2),
    )
    assert data_set.questions_read == len(data_set.examples) + left_out == 6


def test_findings_are_counted_and_the_first_five_reported() -> None:
    (group,) = gathered("a", *["a"] * 7).findings

    assert group.count == 7
    assert len(group.cases) == 5


def test_no_question_at_all_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        gathered()

    assert str(caught.value) == "rows.jsonl: has no questions; check that it is the right file"


def test_warnings_do_not_forbid_scoring() -> None:
    row = {**ROW, "question": ""}
    data_set = gather([question_from_row(row, "row 0")], Origin("rows.jsonl"), limit=None)

    assert len(data_set.findings) == 1
    assert require_no_errors(data_set) is data_set


def test_one_error_is_reported_in_full() -> None:
    with pytest.raises(DataError) as caught:
        require_no_errors(gathered("a", "a"))

    assert str(caught.value) == (
        "rows.jsonl: line 2 (id 'a'): id 'a' occurs a second time; "
        "give every question its own id, by which predictions are joined"
    )


def test_several_errors_are_counted_and_the_first_reported() -> None:
    with pytest.raises(DataError) as caught:
        require_no_errors(gathered("a", 5, "a", "a"))

    assert str(caught.value) == (
        "3 errors forbid scoring rows.jsonl, first: rows.jsonl: line 2: "
        "field 'id' is a whole number, not a string; write the value in the type of the format; "
        "`qareport doctor rows.jsonl` lists all"
    )


def test_the_hash_is_of_one_line_of_json_for_each_example() -> None:
    examples = [
        example("é", "who?", context="Norman", golds=(GoldAnswer("Norman", 0),), title="t"),
        example("b", "why?", context="Norman", title=""),
    ]

    lines = b'["\\u00e9","t","who?","Norman",[["Norman",0]]]\n["b","","why?","Norman",[]]\n'
    assert examples_sha256(examples) == hashlib.sha256(lines).hexdigest()


def test_the_hash_leaves_plausible_answers_out() -> None:
    plain = example()
    plausible = dataclasses.replace(plain, plausible_answers=(GoldAnswer("c", 0),))

    assert examples_sha256([plausible]) == examples_sha256([plain])


def test_the_hash_depends_on_the_order() -> None:
    first, second = example("a"), example("b")

    assert examples_sha256([first, second]) != examples_sha256([second, first])
