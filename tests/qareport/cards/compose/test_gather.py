"""Records in a folder become what they are to the model that the card is about."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.author_words import AuthorWords
from qareport.cards.compose.gather import CardChoice, gather
from qareport.data.types import Exclusion
from qareport.errors import DataError, UsageError
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.training_json import write_facts
from tests.builders import example
from tests.card_builders import BASELINE, RIGHT, STUDENT, answered, write_card_folder
from tests.row_builders import row, write_record
from tests.training_facts import training_facts


def changed(folder: Path, **fields: object) -> Path:
    """The record's folder, its evaluation told with other fields."""
    path = folder / EVALUATION
    write_evaluation(replace(read_evaluation(path), **fields), path)  # type: ignore[arg-type]
    return folder


def write_other_data(folder: Path, *, weights: str) -> Path:
    """The folder, with a record of another question in it."""
    write_record(folder, row(example("other", context="x", golds=("x",)), "x"))
    model = read_evaluation(folder / EVALUATION).model
    return changed(folder, model=replace(model, weights_sha256=weights))


def training(folder: Path, *roles: str) -> Path:
    """The folder of a training with the records of these roles."""
    texts = {"student": STUDENT, "teacher": RIGHT, "baseline": BASELINE}
    for role in roles:
        write_card_folder(folder / role, texts[role], weights=role)
    write_facts(training_facts(), folder / "training.json")
    return folder


def test_records_are_sorted_by_weights_and_data(tmp_path: Path) -> None:
    main = write_card_folder(tmp_path / "main")
    rules = write_card_folder(tmp_path / "rules", RIGHT)
    seed = write_card_folder(tmp_path / "seed", RIGHT, weights="w2")
    data = write_other_data(tmp_path / "data", weights="w1")

    sources = gather(CardChoice(main, (rules, seed, data))).sources

    assert sources.main is not None
    assert sources.main.folder == "."
    assert [each.folder for each in sources.other_rules] == ["../rules"]
    assert [each.folder for each in sources.seeds] == ["../seed"]
    assert [each.folder for each in sources.other_data] == ["../data"]


@pytest.mark.parametrize("field", ["data", "model"])
def test_a_record_of_other_weights_and_other_data_or_shape_is_refused(
    tmp_path: Path, field: str
) -> None:
    main = write_card_folder(tmp_path / "main")
    if field == "data":
        other = write_other_data(tmp_path / "other", weights="w2")
    else:
        other = write_card_folder(tmp_path / "other", weights="w2")
        model = read_evaluation(other / EVALUATION).model
        changed(other, model=replace(model, parameters=2))

    with pytest.raises(UsageError, match="a card describes one model, and these records are of 2"):
        gather(CardChoice(main, (other,)))


def test_models_of_a_folder_that_is_no_training_are_named_with_what_to_name(
    tmp_path: Path,
) -> None:
    places = [tmp_path / name for name in ("a", "b", "c")]
    for place, weights in zip(places, ("w1", "w2", "w1"), strict=True):
        evaluation = read_evaluation(write_card_folder(place, weights=weights) / EVALUATION)
        size = 1 if weights == "w1" else 2
        changed(place, model=replace(evaluation.model, name=f"models/{weights}", parameters=size))

    with pytest.raises(UsageError) as caught:
        gather(CardChoice(tmp_path))

    first, second, third = places
    assert str(caught.value) == (
        "a card describes one model, and these records are of 2: "
        f"'w1' in {first} and {third}, 'w2' in {second}; "
        f"name the records of one, as in `qareport card {first} --record {third}`"
    )


def test_the_card_is_about_a_record_with_unanswerable_questions(tmp_path: Path) -> None:
    answerable = [each for each in answered(STUDENT) if each.example.has_answer]
    write_record(tmp_path / "a", *answerable)
    write_record(tmp_path / "b", *answered(STUDENT))

    sources = gather(CardChoice(tmp_path)).sources

    assert sources.main is not None
    assert sources.main.folder == "b"
    assert [each.folder for each in sources.other_data] == ["a"]


def test_a_training_is_told_with_teacher_baseline_and_gap(tmp_path: Path) -> None:
    sources = gather(CardChoice(training(tmp_path, "student", "teacher", "baseline"))).sources

    assert sources.main is not None
    assert sources.main.folder == "student"
    assert [each.role for each in sources.against] == ["teacher", "baseline"]
    assert sources.gap is not None
    assert sources.training == training_facts()
    assert sources.seeds == ()


def test_a_training_without_baseline_has_no_gap(tmp_path: Path) -> None:
    sources = gather(CardChoice(training(tmp_path, "student", "teacher"))).sources

    assert [each.role for each in sources.against] == ["teacher"]
    assert sources.gap is None


def test_a_folder_without_anything_is_a_card_of_its_name(tmp_path: Path) -> None:
    sources = gather(CardChoice(tmp_path)).sources

    assert (sources.model_id, sources.has_hub_id) == (tmp_path.name, False)
    assert sources.words == AuthorWords()
    assert sources.main is None


def test_the_id_is_that_of_the_choice_then_the_words_then_the_record(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    evaluation = read_evaluation(folder / EVALUATION)
    changed(folder, model=replace(evaluation.model, name="acme/hub", revision="c0ffee"))

    recorded = gather(CardChoice(folder)).sources.model_id
    (folder / "card.toml").write_text('model_id = "acme/words"\n')

    assert recorded == "acme/hub"
    assert gather(CardChoice(folder)).sources.model_id == "acme/words"
    assert gather(CardChoice(folder, model_id="acme/choice")).sources.model_id == "acme/choice"


def test_a_partial_record_is_refused_unless_allowed(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    read = read_evaluation(folder / EVALUATION).questions_read
    left_out = (Exclusion("--limit", 1),)
    changed(folder, is_partial=True, exclusions=left_out, questions_read=read + 1)

    with pytest.raises(DataError, match=r"evaluate without --limit and --sample, or add"):
        gather(CardChoice(folder))
    assert gather(CardChoice(folder, allows_partial=True)).sources.main is not None
