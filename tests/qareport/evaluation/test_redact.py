"""A redacted record says all that it said, but no text of the data."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.rows import ExampleRow, Row
from qareport.analysis.statistics.comparison import compare_rows
from qareport.data.findings import FindingGroup, Severity
from qareport.data.own_key import FILE_VARIABLE, KEY_BYTES, OwnKey, own_key
from qareport.data.readers.gather import examples_sha256
from qareport.errors import DataError
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.reader import (
    Record,
    read_record,
    read_record_candidates,
    require_same_data,
    require_same_words,
)
from qareport.evaluation.record.writer import EVALUATION, EXAMPLES
from qareport.evaluation.redact import (
    DIGITS,
    NO_WORD,
    find_targets,
    redact,
    redact_folder,
    redacted_row,
)
from qareport.evaluation.rescore import rescore, rescore_token_level, write_rescored
from qareport.evaluation.training_json import read_facts, write_facts
from qareport.metrics.measures import OFFICIAL
from qareport.report.gather import ReportChoice, make_report
from tests.builders import example
from tests.card_builders import STUDENT, write_card_folder
from tests.report_builders import CONTEXT, SHIPS, write_found
from tests.row_builders import row
from tests.training_facts import training_facts

FOUND = FindingGroup("odd answer", Severity.WARNING, 3, "mend it", ("q1: the tea chest",))
KEY = OwnKey(bytes(KEY_BYTES))
WORDS = ("brig", "Aurora", "aurora", "sailed", "carry", "with tea", "tea chest")


@pytest.fixture
def whole(tmp_path: Path) -> Record:
    """A record whose findings quote its data."""
    folder = write_found(tmp_path / "whole")
    recorded = read_evaluation(folder / EVALUATION)
    write_evaluation(replace(recorded, findings=(FOUND,)), folder / EVALUATION)
    return read_record(folder)


@pytest.fixture
def redacted(whole: Record, tmp_path: Path) -> Record:
    redact(whole, tmp_path / "redacted")
    return read_record(tmp_path / "redacted")


def test_no_word_of_the_data_is_in_any_file(redacted: Record) -> None:
    found = b"".join(path.read_bytes() for path in redacted.folder.iterdir())

    assert {path.name for path in redacted.folder.iterdir()} == {EVALUATION, EXAMPLES}
    assert not [word for word in WORDS if word.encode() in found]


def test_what_the_scores_mean_stays(whole: Record, redacted: Record) -> None:
    assert analyse(redacted.rows) == analyse(whole.rows)
    assert [each.span for each in redacted.rows] == [each.span for each in whole.rows]
    assert replace(redacted.evaluation, files={}, findings=(), redaction_key_id=None) == replace(
        whole.evaluation, files={}, findings=()
    )


def test_findings_stay_as_numbers(redacted: Record) -> None:
    assert redacted.evaluation.findings == (replace(FOUND, cases=()),)


def test_two_redacted_records_agree_as_the_whole_ones_do(whole: Record) -> None:
    candidates, options = read_record_candidates(whole), whole.evaluation.options
    short = replace(options, max_answer_length=1)
    other = _scored(rescore(whole, candidates, options=short, scoring=OFFICIAL).rows)

    compared = compare_rows(_bare(other), _bare(whole.rows), tolerance=0.01)

    assert compared == compare_rows(other, whole.rows, tolerance=0.01)
    assert 0 < compared.agreement.equal < compared.agreement.f1 < 1


def _bare(rows: Sequence[ExampleRow], key: OwnKey = KEY) -> list[ExampleRow]:
    return _scored(redacted_row(each, key) for each in rows)


def _scored(rows: Iterable[Row]) -> list[ExampleRow]:
    return [each for each in rows if isinstance(each, ExampleRow)]


def test_digests_are_made_by_the_users_key(redacted: Record, whole: Record) -> None:
    words = {word for each in redacted.rows for word in each.text.split()}
    plain = {sha256(word.encode()).hexdigest()[:DIGITS] for word in WORDS}

    assert redacted.evaluation.redaction_key_id == own_key().id
    assert words == {word for each in _bare(whole.rows, own_key()) for word in each.text.split()}
    assert words
    assert not words & plain
    assert not words & {word for each in _bare(whole.rows) for word in each.text.split()}


def test_records_that_are_redacted_with_one_key_are_compared(
    redacted: Record, whole: Record, tmp_path: Path
) -> None:
    redact(whole, tmp_path / "again")

    require_same_words(read_record(tmp_path / "again"), redacted)
    require_same_words(_without_key(redacted), _without_key(redacted))


def test_records_that_are_redacted_with_two_keys_are_not_compared(
    redacted: Record, whole: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "other"))
    redact(whole, tmp_path / "again")
    again = read_record(tmp_path / "again")

    with pytest.raises(DataError) as caught:
        require_same_words(again, redacted)

    assert str(caught.value) == (
        f"{again.folder} and {redacted.folder}: their answers cannot be compared, since the first "
        f"is redacted with key {again.evaluation.redaction_key_id} and the second is redacted with "
        f"key {redacted.evaluation.redaction_key_id}; compare two whole records, or two that are "
        "redacted with one key"
    )
    require_same_data(again, redacted)  # their scores can be compared still


def test_a_record_is_not_compared_with_one_that_hides_its_words_otherwise(
    redacted: Record, whole: Record
) -> None:
    for record, other, words in (
        (whole, redacted, "is whole and the second is redacted with key"),
        (redacted, _without_key(redacted), "and the second is redacted without a key"),
    ):
        with pytest.raises(DataError, match=words):
            require_same_words(record, other)


def _without_key(redacted: Record) -> Record:
    """The record, as one redacted by an earlier version says of itself."""
    return replace(redacted, evaluation=replace(redacted.evaluation, redaction_key_id=None))


def test_a_redacted_record_is_not_redacted_again(redacted: Record, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        redact(redacted, tmp_path / "again")

    assert str(caught.value) == (
        f"{redacted.folder}: is redacted already; redact the whole record, or copy this folder"
    )
    assert not (tmp_path / "again").exists()


def test_nothing_is_written_where_the_key_is_damaged(
    whole: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("lost")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "key"))

    with pytest.raises(DataError, match="key: is not a key of qareport"):
        redact(whole, tmp_path / "bare")

    assert not (tmp_path / "bare").exists()


def test_an_answer_without_words_is_an_answer_still() -> None:
    asked = row(example("q", context="Wait ..."))

    assert redacted_row(replace(asked, text="..."), KEY).text == NO_WORD
    assert redacted_row(replace(asked, text=""), KEY).text == ""


def test_paragraphs_stay_apart(redacted: Record, whole: Record) -> None:
    digests = {each.context for each in redacted.examples}

    assert len(digests) == len({each.context for each in whole.examples})
    assert CONTEXT not in digests


def test_rows_that_were_not_scored_are_redacted_too(whole: Record, tmp_path: Path) -> None:
    examples = [
        replace(each, gold_answers=tuple(replace(gold, start=gold.start + 1) for gold in golds))
        for each in whole.examples
        for golds in (each.gold_answers,)
    ]
    data = replace(whole.evaluation.data, sha256=examples_sha256(examples))
    moved = replace(
        whole,
        evaluation=replace(whole.evaluation, data=data),
        asked=tuple(
            replace(row, example=each) for row, each in zip(whole.asked, examples, strict=True)
        ),
    )
    candidates = read_record_candidates(whole)
    folder = tmp_path / "haystack"
    write_rescored(folder, rescore_token_level(moved, candidates), candidates)

    redact(read_record(folder), tmp_path / "redacted-haystack")

    rows = read_record(tmp_path / "redacted-haystack").asked
    assert len(rows) == len(SHIPS)
    assert not {each.example.question for each in rows} - {""}


def test_candidates_of_a_redacted_record_are_asked_of_the_whole_one(redacted: Record) -> None:
    assert redacted.is_redacted
    with pytest.raises(DataError) as caught:
        read_record_candidates(redacted)
    assert str(caught.value) == f"{redacted.folder}: is redacted; this needs the whole record"


@pytest.mark.slow
def test_its_report_is_the_redacted_one_of_the_whole_record(
    whole: Record, redacted: Record
) -> None:
    expected = make_report(ReportChoice(whole.folder, is_redacted=True)).html

    page = make_report(ReportChoice(redacted.folder)).html

    assert "Passages, questions and answers are left out" in page
    assert len(page) == pytest.approx(len(expected), rel=0.01)


def test_a_training_is_redacted_with_its_facts_and_the_words_of_its_author(tmp_path: Path) -> None:
    folder, output = tmp_path / "run", tmp_path / "bare"
    for role in ("student", "teacher"):
        write_card_folder(folder / role, STUDENT, weights=role)
    facts = replace(training_facts(), findings=(FOUND,))
    write_facts(facts, folder / "training.json")
    (folder / "card.toml").write_text('overview = "Ours."\n')

    redact_folder(folder, output, find_targets(folder, output))

    assert read_facts(output / "training.json") == replace(
        facts, findings=(replace(FOUND, cases=()),)
    )
    assert (output / "card.toml").read_text() == 'overview = "Ours."\n'
    assert read_record(output / "student").is_redacted
    assert {path.name for path in output.iterdir()} == {
        "card.toml",
        "student",
        "teacher",
        "training.json",
    }


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a record; write one"):
        find_targets(tmp_path, tmp_path / "bare")
