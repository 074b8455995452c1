"""A model is measured once into a record, and the student is compared with the others."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataSet
from qareport.errors import DataError
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FLOAT32
from tests.builders import example, squad_json
from tests.row_builders import row, write_record
from tests.starting_builders import CONTEXT, QUESTION
from tests.tiny_models import build_tiny_model
from trainer.measuring import compare_roles, measure, read_comparisons
from trainer.run_folder import RunFolder

GOLDS = ("owl",)
ASKED = (
    example("h1", context="owl hen", golds=GOLDS, title="a"),
    example("h2", context="owl hen", golds=GOLDS, title="b"),
    example("n", context="owl hen", title="c"),
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two models."""
    root = tmp_path_factory.mktemp("models")
    build_tiny_model("bert", root / "one", seed=1)
    build_tiny_model("bert", root / "two", seed=2)
    return root


@pytest.fixture
def asked(tmp_path: Path) -> DataSet:
    """Two questions."""
    path = tmp_path / "dev.json"
    examples = [example(id, QUESTION, context=CONTEXT, golds=("Normandy",)) for id in ("a", "b")]  # noqa: A001
    path.write_text(squad_json(*examples))
    return read_squad_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run whose models are better than one another: teacher, student, baseline."""
    folder = RunFolder(tmp_path)
    for role, texts in {
        TEACHER: ("owl", "owl", ""),
        STUDENT: ("owl", "hen", ""),
        BASELINE: ("hen", "hen", "hen"),
    }.items():
        rows = [row(one, text) for one, text in zip(ASKED, texts, strict=True)]
        write_record(folder.record(role), *rows)
    return folder


def answerer(folder: Path, *, max_answer_length: int = 30) -> Answerer:
    """A model ready to be measured."""
    options = AnsweringOptions(max_answer_length=max_answer_length)
    return load_answerer(str(folder), options, engine=FLOAT32)


def counted(model: Answerer, asked: DataSet, record: Path) -> int:
    """How many examples were answered to measure a model."""
    counts: list[int] = []
    measure(model, asked, record, seed=7, watch=counts.append)
    return sum(counts)


def test_a_model_is_measured_into_a_whole_record(
    models: Path, asked: DataSet, tmp_path: Path
) -> None:
    model = answerer(models / "one")

    assert counted(model, asked, tmp_path / "record") == 2

    known = read_evaluation(tmp_path / "record" / EVALUATION)
    seeded = replace(model.model.identity, training_seed=7)
    assert (known.model, known.data) == (seeded, asked.identity)


def test_a_record_of_the_same_weights_data_and_options_is_left(
    models: Path, asked: DataSet, tmp_path: Path
) -> None:
    counted(answerer(models / "one"), asked, tmp_path / "record")
    before = (tmp_path / "record" / EVALUATION).read_bytes()

    assert counted(answerer(models / "one"), asked, tmp_path / "record") == 0

    assert (tmp_path / "record" / EVALUATION).read_bytes() == before


@pytest.mark.slow
def test_other_weights_are_measured_again(models: Path, asked: DataSet, tmp_path: Path) -> None:
    counted(answerer(models / "one"), asked, tmp_path / "record")

    assert counted(answerer(models / "two"), asked, tmp_path / "record") == 2

    known = read_evaluation(tmp_path / "record" / EVALUATION)
    assert known.model == replace(answerer(models / "two").model.identity, training_seed=7)


@pytest.mark.slow
def test_other_data_is_measured_again(models: Path, asked: DataSet, tmp_path: Path) -> None:
    counted(answerer(models / "one"), asked, tmp_path / "record")
    other = replace(
        asked, examples=asked.examples[:1], identity=replace(asked.identity, sha256="other")
    )

    assert counted(answerer(models / "one"), other, tmp_path / "record") == 1


@pytest.mark.slow
def test_other_options_are_measured_again(models: Path, asked: DataSet, tmp_path: Path) -> None:
    counted(answerer(models / "one"), asked, tmp_path / "record")

    changed = answerer(models / "one", max_answer_length=5)

    assert counted(changed, asked, tmp_path / "record") == 2


def test_a_torn_record_is_measured_again(models: Path, asked: DataSet, tmp_path: Path) -> None:
    counted(answerer(models / "one"), asked, tmp_path / "record")
    (tmp_path / "record" / EVALUATION).write_text("{")

    assert counted(answerer(models / "one"), asked, tmp_path / "record") == 2


def test_a_student_is_compared_with_teacher_and_baseline(folder: RunFolder) -> None:
    compare_roles(folder)

    comparisons = read_comparisons(folder)

    assert comparisons.with_baseline is not None
    assert comparisons.recovered_gap is not None
    right_wrong = comparisons.with_teacher.right_wrong.overall
    assert (right_wrong.both_right, right_wrong.lost, right_wrong.won) == (2, 1, 0)
    assert comparisons.with_baseline.right_wrong.overall.won == 2


def test_without_a_baseline_a_student_is_compared_with_its_teacher_alone(folder: RunFolder) -> None:
    (folder.record(BASELINE) / EVALUATION).unlink()

    compare_roles(folder)

    comparisons = read_comparisons(folder)

    assert comparisons.with_teacher.right_wrong.overall.n == 3
    assert (comparisons.with_baseline, comparisons.recovered_gap) == (None, None)


def test_comparisons_are_written_into_the_folder_of_the_run(folder: RunFolder) -> None:
    compare_roles(folder)

    written = json.loads(folder.comparison.read_text())
    assert list(written) == ["with_teacher", "with_baseline", "recovered_gap"]
    assert written["with_teacher"]["right_wrong"]["overall"]["lost"] == 1


def test_a_record_that_was_changed_is_refused(folder: RunFolder) -> None:
    (folder.record(STUDENT) / "examples.parquet").write_bytes(b"")

    with pytest.raises(DataError, match="changed since"):
        compare_roles(folder)


@pytest.mark.parametrize("damage", ["{}", "{", None])
def test_comparisons_that_cannot_be_read_are_made_anew(
    folder: RunFolder, damage: str | None
) -> None:
    compare_roles(folder)
    whole = folder.comparison.read_bytes()
    if damage is None:
        folder.comparison.unlink()
    else:
        folder.comparison.write_text(damage)

    comparisons = read_comparisons(folder)

    assert comparisons.with_teacher.right_wrong.overall.n == 3
    assert folder.comparison.read_bytes() == whole
