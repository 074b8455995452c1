"""A recipe's examples, windows, teacher and students are those that it names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from qareport.data.types import Example
from qareport.errors import DataError, ModelError
from qareport.inference.engines.devices import pick_dtype
from qareport.inference.identity import ModelIdentity
from qareport.inference.options import AUTO, AnsweringOptions
from tests.answering_builders import MODEL_IDENTITY
from tests.builders import example, squad_json
from tests.recipe_builders import recipe
from tests.starting_builders import CONTEXT, QUESTION
from tests.tiny_models import build_tiny_masked_model, build_tiny_model
from trainer.errors import RecipeError
from trainer.ingredients import (
    Learner,
    answering_options,
    augmented,
    cut_windows,
    findings_of,
    in_own_tokens,
    load_start,
    load_teacher,
    read_data,
    start_student,
)
from trainer.read_recipe import read_recipe, shipped_recipes
from trainer.recipe import Augmentation

EXAMPLES = tuple(
    example(f"q{number}", QUESTION, context=f"{CONTEXT} {number}", golds=("Normandy",))
    for number in range(8)
)
SHORT = ("windows.max_seq_length=60", "windows.doc_stride=8")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a teacher of two layers, another model and a masked language model."""
    root = tmp_path_factory.mktemp("models")
    build_tiny_model("bert", root / "teacher", seed=1)
    build_tiny_model("bert", root / "other", seed=2)
    build_tiny_masked_model("bert", root / "masked")
    return root


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with SQuAD files of eight questions, and of one."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "all.json").write_text(squad_json(*EXAMPLES))
    (folder / "one.json").write_text(squad_json(example("one", context="Only this.")))
    return folder


def sources(data: Path, *changes: str) -> tuple[str, ...]:
    """Changes that name the eight questions wherever data is read, and further ones."""
    return (
        f"data.train.0.source={data / 'all.json'}",
        f"data.evaluation.source={data / 'all.json'}",
        f"data.development.source={data / 'all.json'}",
        *changes,
    )


def ids(examples: Sequence[Example]) -> list[str]:
    """The ids of examples."""
    return [one.id for one in examples]


def weights_of(model: PreTrainedModel) -> list[torch.Tensor]:
    """All weights of a model in order."""
    return list(model.state_dict().values())


def same(first: PreTrainedModel, second: PreTrainedModel) -> bool:
    """Whether two models have the same weights."""
    pairs = zip(weights_of(first), weights_of(second), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


def test_several_sources_are_read_one_after_another(data: Path) -> None:
    train = f'data.train=[{{source="{data / "one.json"}"}}, {{source="{data / "all.json"}"}}]'

    read = read_data(recipe(*sources(data), train))

    assert ids(read.examples) == ["one", *ids(EXAMPLES)]
    assert [len(source.data.examples) for source in read.mix.sources] == [1, 8]


def test_a_source_is_taken_as_often_as_it_says(data: Path) -> None:
    read = read_data(recipe(*sources(data), "data.train.0.times=2"))

    assert len(read.examples) == 16


def test_without_development_data_none_is_read(data: Path) -> None:
    changes = [change for change in sources(data) if "development" not in change]

    assert read_data(recipe(*changes)).development is None


def test_a_limit_takes_a_sample_of_each_source(data: Path) -> None:
    limits = (f"data.{part}.limit=3" for part in ("train.0", "evaluation", "development"))

    read = read_data(recipe(*sources(data, *limits)))

    assert read.development is not None
    samples = [read.examples, read.evaluation.examples, read.development.examples]
    assert [len(sample) for sample in samples] == [3, 3, 3]


def test_a_share_of_questions_is_asked_again_without_an_answer(data: Path) -> None:
    read = read_data(recipe(*sources(data, "data.unanswerable=1.0")))

    made = [one for one in read.examples if not one.has_answer]
    assert len(read.examples) == len(read.mix.examples) + len(made)
    assert read.made is not None
    assert len(made) + sum(exclusion.count for exclusion in read.made.exclusions) == 8


def test_without_such_a_share_nothing_counts_as_left_out(data: Path) -> None:
    read = read_data(recipe(*sources(data)))

    assert (read.made, ids(read.examples)) == (None, ids(EXAMPLES))


def test_another_seed_draws_other_examples(data: Path) -> None:
    drawn = {
        tuple(ids(read_data(recipe(*sources(data, "data.train.0.limit=3", seed))).examples))
        for seed in ("seed=1", "seed=2", "seed=3")
    }

    assert len(drawn) > 1


@pytest.mark.parametrize(
    "change",
    [
        "data.evaluation.limit=2",
        "data.development.limit=2",
        "data.unanswerable=1.0",
    ],
)
def test_a_draw_for_one_purpose_changes_none_for_another(data: Path, change: str) -> None:
    limit = "data.train.0.limit=3"

    with_draw = read_data(recipe(*sources(data, limit, change)))

    without = read_data(recipe(*sources(data, limit)))
    assert ids(with_draw.mix.examples) == ids(without.mix.examples)


def test_a_draw_of_training_examples_changes_none_of_the_evaluation(data: Path) -> None:
    limit = "data.evaluation.limit=3"

    with_draw = read_data(recipe(*sources(data, limit, "data.train.0.limit=2")))

    without = read_data(recipe(*sources(data, limit)))
    assert ids(with_draw.evaluation.examples) == ids(without.evaluation.examples)


def test_a_source_that_is_not_there_is_reported(data: Path) -> None:
    with pytest.raises(DataError, match=r"none\.json"):
        read_data(recipe(*sources(data), f"data.train.0.source={data / 'none.json'}"))


@pytest.mark.parametrize(
    ("fidelity", "dtype"),
    [("haystack", "float32"), ("corrected", pick_dtype(AUTO, torch.device("cpu")))],
)
def test_a_teacher_computes_in_the_number_format_of_the_fidelity(
    models: Path, fidelity: str, dtype: str
) -> None:
    teacher = load_teacher(str(models / "teacher"), None, recipe(f"fidelity={fidelity}"))

    if teacher.hardware.device == "cpu":
        assert teacher.hardware.dtype == dtype
    assert teacher.identity.name == str(models / "teacher")


def test_a_teacher_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_teacher(str(tmp_path / "none"), None, recipe())


def test_windows_are_cut_as_the_recipe_says(models: Path) -> None:
    tokenizer = load_start(str(models / "teacher"), None, recipe()).tokenizer

    labelled = cut_windows(recipe(*SHORT), tokenizer, EXAMPLES)

    assert labelled.examples_read == 8
    assert max(len(window.token_ids) for window in labelled.windows) <= 60


def test_windows_too_short_for_their_step_are_reported(models: Path) -> None:
    tokenizer = load_start(str(models / "teacher"), None, recipe()).tokenizer

    with pytest.raises(RecipeError, match=r"^windows\.doc_stride is 50"):
        cut_windows(
            recipe(*SHORT, "windows.stride=step", "windows.doc_stride=50"), tokenizer, EXAMPLES
        )


def test_findings_of_sources_and_windows_go_together(models: Path, data: Path) -> None:
    read = read_data(recipe(*sources(data)))
    tokenizer = load_start(str(models / "teacher"), None, recipe()).tokenizer

    found = findings_of(read, cut_windows(recipe(*SHORT), tokenizer, read.examples))

    # The questions that are learnt from are those that are evaluated on.
    assert [group.kind for group in found] == ["leak"]


def test_examples_are_copied_with_other_words(models: Path) -> None:
    plan = Augmentation(model=str(models / "masked"), copies=2, replaced=1.0)

    copies = augmented(recipe(), plan, EXAMPLES[:2])

    assert [copy.id for copy in copies] == [
        f"q{number}~augmented-{copy}" for number in (0, 1) for copy in (1, 2)
    ]
    assert copies == augmented(recipe(), plan, EXAMPLES[:2])


def teacher_at(name: str, revision: str | None = None) -> ModelIdentity:
    """A teacher in a folder, or on the Hub."""
    return replace(MODEL_IDENTITY, name=name, revision=revision)


def test_a_student_starts_from_a_pretrained_model(models: Path) -> None:
    plan = recipe(f"student={{model='{models / 'other'}'}}")

    student = start_student(plan, teacher_at(str(models / "teacher")), EXAMPLES)

    assert same(student.model, load_start(str(models / "other"), None, plan).model)
    assert student.kept_ids is None


def test_a_student_starts_from_layers_of_its_teacher(models: Path) -> None:
    name = str(models / "teacher")
    plan = recipe(f"teacher.model={name}", "student.layers=[1]")

    student = start_student(plan, teacher_at(name), EXAMPLES)

    whole = load_start(name, None, plan).model
    assert student.model.config.num_hidden_layers == 1
    assert torch.equal(
        student.model.get_parameter("bert.encoder.layer.0.output.dense.weight"),
        whole.get_parameter("bert.encoder.layer.1.output.dense.weight"),
    )


def test_layers_are_taken_of_the_teacher_at_its_revision(models: Path) -> None:
    name = str(models / "teacher")
    plan = recipe(f"teacher.model={name}", "teacher.revision=v1", "student.layers=[1]")

    with pytest.raises(ModelError, match="a folder has no revisions"):
        start_student(plan, teacher_at(name, revision="v1"), EXAMPLES)


def test_a_student_starts_from_layers_of_the_tuned_teacher(models: Path) -> None:
    plan = recipe("teacher.model=on/the-hub", "teacher.revision=v1", "student.layers=[0, 1]")

    student = start_student(plan, teacher_at(str(models / "other")), EXAMPLES)

    assert same(student.model, load_start(str(models / "other"), None, plan).model)


def test_a_student_starts_from_layers_of_another_model(models: Path) -> None:
    plan = recipe(f"student.model={models / 'other'}", "student.layers=[0]")

    student = start_student(plan, teacher_at(str(models / "teacher")), EXAMPLES)

    assert student.model.config.num_hidden_layers == 1


def test_a_student_is_the_same_at_every_start(models: Path) -> None:
    plan = recipe(f"student={{model='{models / 'masked'}'}}")

    first, second = (start_student(plan, teacher_at(""), EXAMPLES) for _ in range(2))

    assert same(first.model, second.model)


def test_a_fresh_head_is_drawn_by_the_seed(models: Path) -> None:
    name = str(models / "masked")

    first, second = (load_start(name, None, recipe(f"seed={seed}")) for seed in (1, 2))

    assert not same(first.model, second.model)


def test_layers_that_are_not_there_are_reported(models: Path) -> None:
    with pytest.raises(RecipeError, match="the teacher has no layer 7"):
        start_student(recipe("student.layers=[7]"), teacher_at(str(models / "teacher")), EXAMPLES)


@pytest.fixture(scope="module")
def trimmed(models: Path) -> Learner:
    """A student with only the tokens of the examples."""
    plan = recipe("student={layers=[1], trim_vocabulary=true}")
    return start_student(plan, teacher_at(str(models / "teacher")), EXAMPLES)


def test_a_trimmed_student_knows_the_old_id_of_each_token(models: Path, trimmed: Learner) -> None:
    whole = load_start(str(models / "teacher"), None, recipe()).tokenizer

    assert trimmed.kept_ids is not None
    assert len(trimmed.kept_ids) == len(trimmed.tokenizer) < len(whole)
    assert trimmed.model.config.num_hidden_layers == 1
    assert trimmed.tokenizer.convert_ids_to_tokens(list(range(len(trimmed.tokenizer)))) == (
        whole.convert_ids_to_tokens(list(trimmed.kept_ids))
    )


@pytest.mark.parametrize("stride", ["overlap", "step"])
def test_windows_in_a_students_own_tokens_say_the_same(
    models: Path, trimmed: Learner, stride: str
) -> None:
    whole = load_start(str(models / "teacher"), None, recipe()).tokenizer
    plan = recipe("windows.max_seq_length=90", "windows.doc_stride=8", f"windows.stride={stride}")
    windows = cut_windows(plan, whole, EXAMPLES).windows
    assert trimmed.kept_ids is not None

    own = in_own_tokens(windows, trimmed.kept_ids)

    assert [
        trimmed.tokenizer.convert_ids_to_tokens(window.token_ids.tolist()) for window in own
    ] == [whole.convert_ids_to_tokens(window.token_ids.tolist()) for window in windows]
    assert [(each.id, each.context_position, each.targets) for each in own] == [
        (each.id, each.context_position, each.targets) for each in windows
    ]


def test_own_windows_are_those_that_a_student_cuts_itself(models: Path, trimmed: Learner) -> None:
    whole = load_start(str(models / "teacher"), None, recipe()).tokenizer
    windows = cut_windows(recipe(*SHORT), whole, EXAMPLES).windows
    assert trimmed.kept_ids is not None

    own = in_own_tokens(windows, trimmed.kept_ids)

    cut = cut_windows(recipe(*SHORT), trimmed.tokenizer, EXAMPLES).windows
    assert [window.token_ids.tolist() for window in own] == [
        window.token_ids.tolist() for window in cut
    ]
    assert all(window.token_ids.dtype == np.int32 for window in own)


@pytest.mark.parametrize("name", shipped_recipes())
def test_shipped_recipes_are_measured_in_the_usual_windows(name: str) -> None:
    assert answering_options(read_recipe(name)) == AnsweringOptions()


@pytest.mark.parametrize(("stride", "shared"), [("overlap", 16), ("step", 21)])
def test_models_are_asked_in_windows_as_long_as_they_learnt_from(stride: str, shared: int) -> None:
    plan = recipe("windows.max_seq_length=64", "windows.doc_stride=16", f"windows.stride={stride}")

    assert answering_options(plan) == AnsweringOptions(max_seq_length=64, doc_stride=shared)
