"""A record comes back from its folder as it was written; what does not fit is refused."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from qareport.analysis.examples.rows import DroppedRow
from qareport.analysis.examples.traits import TRAITS
from qareport.data.types import GoldAnswer
from qareport.errors import DataError
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation, write_evaluation
from qareport.evaluation.record.examples_file import examples_table
from qareport.evaluation.record.reader import (
    Record,
    read_record,
    read_record_candidates,
    require_same_data,
)
from qareport.evaluation.record.writer import EVALUATION, answer_file_hashes
from qareport.evaluation.redact import redact
from qareport.metrics.normalisers import SQUAD_EN
from tests.builders import example
from tests.row_builders import evaluation_of, row, write_record

ASKED = example("ü", "Who?", context="Ada ran", golds=("Ada", GoldAnswer("the Ada", 1)))
ANSWERED = row(ASKED, "Ada", groups=dict.fromkeys(TRAITS, "group") | {"answerable": "has answer"})
ABSTAINED = replace(
    row(replace(example("n"), plausible_answers=(GoldAnswer("c", 0),)), null_margin=math.inf),
    causes=(),
)


def refusal_of(folder: Path) -> str:
    """Why a folder holds no record."""
    with pytest.raises(DataError) as caught:
        read_record(folder)
    return str(caught.value)


def record_of(folder: str, evaluation: Evaluation) -> Record:
    """The record of an evaluation, its rows left out."""
    return Record(Path(folder), evaluation, asked=())


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_record(tmp_path, ANSWERED, ABSTAINED)

    record = read_record(tmp_path)

    assert record == Record(
        tmp_path, read_evaluation(tmp_path / "evaluation.json"), (ANSWERED, ABSTAINED)
    )


def test_a_folder_without_a_record_is_reported(tmp_path: Path) -> None:
    remedy = "write one with `qareport evaluate --output`"
    none = tmp_path / "none"

    assert refusal_of(tmp_path) == f"{tmp_path}: is not a record; {remedy}"
    assert refusal_of(none) == f"{none}: is not a folder with a record; {remedy}"


def test_records_below_a_folder_that_is_none_are_named(tmp_path: Path) -> None:
    folders = [str(write_record(tmp_path / name, ANSWERED)) for name in ("a", "b", "c/d", "e")]

    assert refusal_of(tmp_path) == (
        f"{tmp_path}: is not a record, but holds {folders[0]!r}, {folders[1]!r}, {folders[3]!r} "
        "and 1 more; name one"
    )


def test_a_record_that_cannot_be_read_is_one_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").mkdir()

    assert refusal_of(tmp_path).endswith("evaluation.json: is a folder; name a file in it")


def test_a_record_without_examples_is_reported(tmp_path: Path) -> None:
    write_record(tmp_path, ANSWERED)
    path = tmp_path / "examples.parquet"
    path.unlink()

    assert refusal_of(tmp_path) == f"{path}: not found; evaluate again to get it"


def test_examples_that_were_changed_are_refused(tmp_path: Path) -> None:
    write_record(tmp_path, ANSWERED)
    path = tmp_path / "examples.parquet"
    parquet.write_table(examples_table([ABSTAINED]), path)

    assert refusal_of(tmp_path) == (
        f"{path}: changed since evaluation.json was written; evaluate again with --overwrite"
    )


def test_examples_that_the_evaluation_does_not_know_are_refused(tmp_path: Path) -> None:
    write_record(tmp_path, ANSWERED)
    write_evaluation(evaluation_of(ANSWERED), tmp_path / "evaluation.json")

    assert refusal_of(tmp_path) == (
        f"{tmp_path / 'examples.parquet'}: changed since evaluation.json was written; "
        "evaluate again with --overwrite"
    )


def test_records_of_the_same_data_scored_alike_can_be_compared() -> None:
    model, reference = evaluation_of(row(ASKED, "Ada")), evaluation_of(row(ASKED))

    require_same_data(record_of("model", model), record_of("reference", reference))


def test_records_of_other_data_are_refused() -> None:
    ours, theirs = evaluation_of(ANSWERED), evaluation_of(ABSTAINED)

    with pytest.raises(DataError) as caught:
        require_same_data(record_of("ours", ours), record_of("theirs", theirs))

    assert str(caught.value) == (
        f"ours and theirs: their data differs ({ours.data.sha256} and {theirs.data.sha256}); "
        "compare records of the same data, scored alike"
    )


def test_records_of_other_protocols_are_refused() -> None:
    ours = replace(evaluation_of(ANSWERED), protocol="tie-safe")

    with pytest.raises(DataError) as caught:
        require_same_data(record_of("ours", ours), record_of("theirs", evaluation_of(ANSWERED)))

    assert str(caught.value) == (
        "ours and theirs: their protocol differs (tie-safe and official); "
        "compare records of the same data, scored alike"
    )


def test_records_of_other_normalisers_are_refused() -> None:
    ours = replace(evaluation_of(ANSWERED), normaliser="mlqa-de")

    with pytest.raises(DataError) as caught:
        require_same_data(record_of("ours", ours), record_of("theirs", evaluation_of(ANSWERED)))

    assert str(caught.value) == (
        "ours and theirs: their normaliser differs (mlqa-de and squad-en); "
        "compare records of the same data, scored alike"
    )


def test_examples_that_are_not_scored_have_no_rows_but_keep_their_index() -> None:
    dropped = DroppedRow(example("d"), "", None, 0.0, question_is_cut=False)

    record = Record(Path("record"), evaluation_of(ANSWERED), (dropped, ANSWERED))

    assert record.rows == (ANSWERED,)
    assert record.examples == (dropped.example, ASKED)


def test_gold_answers_are_compared_by_the_normaliser_of_the_record(tmp_path: Path) -> None:
    record = read_record(write_record(tmp_path, ANSWERED))

    assert record.scope.gold_normaliser is SQUAD_EN


def test_gold_answers_are_not_compared_without_their_texts_or_by_another_protocol(
    tmp_path: Path,
) -> None:
    record = read_record(write_record(tmp_path / "whole", ANSWERED))
    redact(record, tmp_path / "bare")
    by_tokens = replace(record, evaluation=replace(record.evaluation, protocol="haystack-token"))

    scopes = [each.scope for each in (read_record(tmp_path / "bare"), by_tokens)]

    assert [each.gold_normaliser for each in scopes] == [None, None]


def test_candidates_of_other_examples_are_refused_whatever_their_hash(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "record", ANSWERED)
    other = example("other", context="Ada")
    write_record(tmp_path / "other", row(other, "Ada"))
    (tmp_path / "other/candidates.parquet").replace(folder / "candidates.parquet")
    evaluation = read_evaluation(folder / EVALUATION)
    forged = replace(evaluation, files=answer_file_hashes(folder))
    write_evaluation(forged, folder / EVALUATION)

    with pytest.raises(DataError) as caught:
        read_record_candidates(read_record(folder))

    assert str(caught.value) == (
        f"{folder / 'candidates.parquet'}: it has windows of id 'other' where the examples have "
        f"those of id {ASKED.id!r}; evaluate again with --overwrite"
    )
