"""A record shows whether it was written with the user's key, and works on where it was not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.json_format import seal_of
from qareport.data.own_key import FILE_VARIABLE
from qareport.errors import DataError
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.reader import Record, read_record, read_record_candidates
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.redact import redact
from qareport.evaluation.rescore import rescore, write_rescored
from qareport.metrics.measures import OFFICIAL
from tests.report_builders import write_found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record = write_found(tmp_path / "record")
    write_evaluation(read_evaluation(record / EVALUATION), record / EVALUATION)
    return record


def edit(folder: Path, **changes: object) -> None:
    """Changes keys of a record as somebody without its key would, who seals it anew."""
    path = folder / EVALUATION
    content = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({**content, "sha256": seal_of(content)}))


def disown(folder: Path) -> Record:
    """The record, as it is without a mark."""
    path = folder / EVALUATION
    write_evaluation(read_evaluation(path), path, is_own=False)
    return read_record(folder)


def test_a_record_that_was_written_here_is_own(folder: Path) -> None:
    assert read_record(folder).is_own


def test_a_record_without_a_mark_is_foreign(folder: Path) -> None:
    assert "mark" not in json.loads((disown(folder).folder / EVALUATION).read_text())
    assert not read_record(folder).is_own


def test_a_record_of_another_key_is_foreign(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "other key"))

    assert not read_record(folder).is_own


@pytest.mark.parametrize("mark", ["0" * 64, "", "é", 7, None])
def test_a_made_up_mark_does_not_count(folder: Path, mark: object) -> None:
    edit(folder, mark=mark)

    assert not read_record(folder).is_own


def test_an_edited_record_is_foreign_even_if_it_is_sealed_anew(folder: Path) -> None:
    model = json.loads((folder / EVALUATION).read_text())["model"]
    edit(folder, model={**model, "name": "/another/model"})

    assert read_record(folder).evaluation.model.name == "/another/model"
    assert not read_record(folder).is_own


def test_the_mark_is_below_the_seal(folder: Path) -> None:
    path = folder / EVALUATION
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "mark": "0" * 64}))

    with pytest.raises(DataError, match="was changed after it was written"):
        read_evaluation(path)


@pytest.mark.parametrize("content", ["", "short"])
def test_a_record_is_written_without_a_mark_where_the_key_is_damaged(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "key").write_text(content)
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "key"))
    path = folder / EVALUATION

    write_evaluation(read_evaluation(path), path)

    assert not read_record(folder).is_own


@pytest.mark.parametrize("is_own", [True, False])
def test_what_is_made_of_a_record_is_as_own_as_that(folder: Path, *, is_own: bool) -> None:
    record = read_record(folder) if is_own else disown(folder)
    candidates = read_record_candidates(record)
    options = replace(record.evaluation.options, null_threshold=1.0)

    again = rescore(record, candidates, options=options, scoring=OFFICIAL)
    write_rescored(folder.parent / "again", again, candidates)
    redact(record, folder.parent / "bare")

    assert [read_record(folder.parent / name).is_own for name in ("again", "bare")] == [is_own] * 2
