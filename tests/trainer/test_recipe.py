"""A recipe is frozen, checked key by key and as a whole, and each key says what it means."""

import tomllib
from typing import Literal

import pytest
from pydantic import ValidationError

from qareport.data.toml_tables import Section
from tests.recipe_builders import recipe, refusal
from trainer.read_recipe import recipe_text, shipped_recipes
from trainer.recipe import Recipe, Training

SCORED = "distillation.training.evaluate_every=500"
DEVELOPMENT = "data.development.source=dev.json"
LAYERS = "intermediate.hidden_weight=1"
"""Adds an intermediate stage."""
HAYSTACK = "fidelity=haystack"
SECTIONS = [kind for kind in Section.__subclasses__() if kind.__module__ == Recipe.__module__]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_every_section_has_a_description(section: type[Section]) -> None:
    assert [name for name, field in section.model_fields.items() if not field.description] == []


def test_sections_are_found() -> None:
    assert len(set(SECTIONS)) == 10


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_recipe_written_and_read_again_is_equal(name: str) -> None:
    read = Recipe.model_validate(tomllib.loads(recipe_text(name)))

    assert Recipe.model_validate_json(read.model_dump_json()) == read


def test_a_recipe_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(recipe(), "seed", 7)  # noqa: B010 - mypy refuses the plain assignment


@pytest.mark.parametrize(
    "change",
    [
        "seed=true",
        "seed='7'",
        "seed=7.0",
        "seed=-1",
        "seed=4294967296",
        "distillation.temperature=0",
        "distillation.temperature='2'",
        "distillation.temperature=nan",
        "distillation.temperature=inf",
        "distillation.weight=1.1",
        "distillation.weight=true",
        "distillation.loss=hinge",
        "distillation.training.epochs=0",
        "distillation.training.batch_size=0",
        "distillation.training.warmup=2",
        "distillation.training.weight_decay=-0.1",
        "distillation.training.head_dropout=1",
        "distillation.training.precision=int8",
        "windows.max_seq_length=0",
        "windows.doc_stride=-1",
        "baseline=1",
        "baseline='yes'",
        "student.layers=[]",
        "student.layers=[-1]",
        "student.layers=3",
        "teacher.model=",
        "teacher.model=5",
        "data.train=[]",
        "data.train.0.limit=0",
        "data.unanswerable=1.5",
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_refused_where_it_stands(change: str) -> None:
    assert refusal(change).startswith(f"{change.partition('=')[0]}")


def test_whole_numbers_stand_for_fractions() -> None:
    assert recipe("distillation.training.epochs=4").distillation.training.epochs == 4.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            ["distillation.training.micro_batch_size=5"],
            "distillation.training: batch_size 32 is not a multiple of micro_batch_size 5",
        ),
        (
            [DEVELOPMENT, "distillation.training.evaluate_every=750"],
            "distillation.training: evaluate_every 750 is not a multiple of save_every 500",
        ),
        (
            ["distillation.training.patience=2"],
            'distillation.training: patience and keep = "best" need evaluate_every',
        ),
        (
            ["distillation.training.keep=best"],
            'distillation.training: patience and keep = "best" need evaluate_every',
        ),
        ([SCORED], "evaluate_every needs data.development, the data to score on"),
        (
            ["teacher.tuning.evaluate_every=500"],
            "evaluate_every needs data.development, the data to score on",
        ),
        (
            ["intermediate.training.evaluate_every=500"],
            "evaluate_every needs data.development, the data to score on",
        ),
        (
            [HAYSTACK, LAYERS],
            'an intermediate stage needs fidelity = "corrected": Haystack\'s own was broken',
        ),
        (
            [HAYSTACK, "data.golds=all"],
            'data.golds = "all" needs fidelity = "corrected": Haystack learns the first',
        ),
        (
            ["student.trim_vocabulary=true", LAYERS],
            (
                "an intermediate stage needs student.trim_vocabulary = false: "
                "its teacher reads all tokens"
            ),
        ),
        (
            ["intermediate.augmented=true"],
            "intermediate.augmented needs data.augmentation, which says how",
        ),
        (
            ["intermediate.hidden_weight=0", "intermediate.attention_weight=0"],
            "intermediate: hidden_weight and attention_weight are both 0; nothing is learnt",
        ),
        (["intermediate.revision=main"], "intermediate: revision needs a teacher of its own"),
        (["student.revision=main"], "student: revision needs a model"),
        (["windows.doc_stride=384"], "windows: doc_stride 384 is not below max_seq_length 384"),
        (
            ["windows.max_question_length=64"],
            'windows.max_question_length needs windows.stride = "step"',
        ),
        (
            ["data.evaluation.times=2"],
            "data: times is for sources of training examples; score each example once",
        ),
        (
            [DEVELOPMENT, "data.development.times=2"],
            "data: times is for sources of training examples; score each example once",
        ),
        (
            ["student={}"],
            "student: a model is missing, or layers of the teacher to start from",
        ),
    ],
)
def test_what_cannot_go_together_is_refused(changes: list[str], sentence: str) -> None:
    assert refusal(*changes) == sentence


@pytest.mark.parametrize(
    "changes",
    [
        [DEVELOPMENT, SCORED, "distillation.training.keep=best"],
        ["distillation.training.micro_batch_size=8"],
        [HAYSTACK, "windows.stride=step", "windows.max_question_length=32"],
        ["data.augmentation.model=mlm", "intermediate.augmented=true"],
        ["intermediate.hidden_weight=0"],
        ["student.model=small", "student.revision=main"],
        ["data.train.0.times=2"],
    ],
)
def test_what_goes_together_is_taken(changes: list[str]) -> None:
    assert isinstance(recipe(*changes), Recipe)


@pytest.mark.parametrize(
    ("change", "epochs", "batch_size", "learning_rate"),
    [
        (LAYERS, 5.0, 10, 5e-5),
        ("intermediate.training.batch_size=4", 5.0, 4, 5e-5),
        ("intermediate.training.epochs=1", 1.0, 10, 5e-5),
    ],
)
def test_a_table_of_the_intermediate_stage_keeps_its_own_defaults(
    change: str, epochs: float, batch_size: int, learning_rate: float
) -> None:
    stage = recipe(change).intermediate

    assert stage is not None
    assert stage.training == Training(
        epochs=epochs, batch_size=batch_size, learning_rate=learning_rate
    )


@pytest.mark.parametrize("word", ["haystack", "corrected"])
def test_all_trainings_are_known_wherever_they_stand(
    word: Literal["haystack", "corrected"],
) -> None:
    changes = ["teacher.tuning.epochs=3", "distillation.training.epochs=2"]
    with_layers = [LAYERS] if word == "corrected" else []

    trainings = recipe(f"fidelity={word}", *changes, *with_layers).trainings

    assert [training.epochs for training in trainings] == [5.0] * len(with_layers) + [2.0, 3.0]
