"""Shipped recipes say what was published; files and changes make a recipe, or one sentence."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.toml_tables import all_keys
from tests.recipe_builders import SHIPPED, recipe, refusal
from trainer.errors import RecipeError
from trainer.read_recipe import read_recipe, recipe_text, shipped_recipes
from trainer.recipe import Recipe

PUBLISHED = {
    # name: fidelity, batch, temperature, weight, epochs, learning rate, length
    "gelectra-base-germanquad-distilled": ("haystack", 24, 2.0, 0.75, 4.0, 3e-5, 384),
    "minilm-l3-squad2": ("corrected", 32, 2.0, 0.75, 4.0, 1e-4, 384),
    "roberta-base-squad2-distilled": ("haystack", 80, 1.5, 0.75, 4.0, 3e-5, 384),
    "tinyroberta-squad2": ("corrected", 96, 1.5, 0.75, 4.0, 3e-5, 384),
    "xlm-roberta-base-squad2-distilled": ("haystack", 56, 3.0, 0.75, 4.0, 3e-5, 384),
}
"""From the models' cards; of gelectra temperature and weight alone, and minilm is ours."""
MODELS = {
    "gelectra-base-germanquad-distilled": (
        "deepset/gelectra-large-germanquad",
        "deepset/gelectra-base",
    ),
    "minilm-l3-squad2": ("deepset/minilm-uncased-squad2", None),
    "roberta-base-squad2-distilled": ("deepset/roberta-large-squad2", "FacebookAI/roberta-base"),
    "tinyroberta-squad2": ("deepset/roberta-large-squad2", "deepset/tinyroberta-6l-768d"),
    "xlm-roberta-base-squad2-distilled": (
        "deepset/xlm-roberta-large-squad2",
        "FacebookAI/xlm-roberta-base",
    ),
}
PATHS = [key.path for key in all_keys(Recipe)]
SMALL = """
purpose = "small"
[data]
train = [{ source = "train.json" }]
evaluation = { source = "dev.json" }
[teacher]
model = "large"
[student]
model = "small"
"""
"""All that a recipe must say."""


def sentence_of(path: Path) -> str:
    """What is wrong with a file, without its path."""
    with pytest.raises(RecipeError) as refused:
        read_recipe(str(path))
    return str(refused.value).removeprefix(f"{path}: ")


def test_five_recipes_are_shipped_and_load() -> None:
    loaded = {name: read_recipe(name) for name in shipped_recipes()}

    assert list(loaded) == list(PUBLISHED)
    assert all(each.purpose for each in loaded.values())


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_recipe_opens_with_what_it_is_for_and_the_command_that_runs_it(name: str) -> None:
    opening = re.match(r"(?:#.*\n)+", recipe_text(name))

    assert opening is not None
    assert f"#   qareport train {name} --output runs/{name}\n" in opening[0]
    assert not opening[0].startswith("#   ")


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_recipe_has_the_published_hyperparameters(name: str) -> None:
    read = read_recipe(name)
    training = read.distillation.training

    assert (
        read.fidelity,
        training.batch_size,
        read.distillation.temperature,
        read.distillation.weight,
        training.epochs,
        training.learning_rate,
        read.windows.max_seq_length,
    ) == PUBLISHED[name]


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_recipe_names_the_published_teacher_and_start(name: str) -> None:
    read = read_recipe(name)

    assert (read.teacher.model, read.student.model) == MODELS[name]


@pytest.mark.parametrize("name", [name for name in PUBLISHED if PUBLISHED[name][0] == "haystack"])
def test_a_recipe_of_haystack_trains_as_haystack_does(name: str) -> None:
    read = read_recipe(name)
    training = read.distillation.training

    assert (read.windows.stride, read.windows.doc_stride, read.seed) == ("step", 128, 42)
    assert (training.warmup, training.weight_decay, training.max_gradient_norm) == (0.2, 0.01, 1.0)
    assert (training.head_dropout, training.group_by_length, training.keep) == (0.1, False, "last")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")

    assert read_recipe(str(path)).purpose == "small"


def test_a_folder_named_like_a_recipe_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / SHIPPED).mkdir()
    monkeypatch.chdir(tmp_path)

    assert read_recipe(SHIPPED) == recipe()


@pytest.mark.parametrize("name", ["MiniLM-L3-SQuAD2", "minilm-l3-squad2.toml", "no/such.toml"])
def test_a_name_that_is_not_quite_one_is_answered_with_the_list(name: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read_recipe(name)

    assert str(refused.value) == (
        f"{name}: neither a file nor a shipped recipe ({', '.join(shipped_recipes())})"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff", "is not UTF-8 (invalid start byte); save it as UTF-8"),
        (b"seed =", "is not valid TOML (Invalid value (at end of document))"),
        (b'{"seed": 7}', "is not valid TOML (Invalid statement (at line 1, column 1))"),
        (b"", "purpose: is missing"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)

    assert sentence_of(path) == sentence


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    assert sentence_of(tmp_path) == "cannot be read (Is a directory)"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("sead=7", "unknown key 'sead'; did you mean 'seed'?"),
        (
            "distillation.traininx.epochs=3",
            "unknown key 'distillation.traininx'; did you mean 'distillation.training'?",
        ),
        (
            "distillation.training.epoch=3",
            (
                "unknown key 'distillation.training.epoch'; "
                "did you mean 'distillation.training.epochs'?"
            ),
        ),
        (
            "data.train.0.sourze=x",
            "unknown key 'data.train.0.sourze'; did you mean 'data.train.0.source'?",
        ),
        ("temperature=2", "unknown key 'temperature'; did you mean 'distillation.temperature'?"),
        (
            "patience=2",
            (
                "unknown key 'patience'; did you mean 'teacher.tuning.patience' or "
                "'intermediate.training.patience' or 'distillation.training.patience'?"
            ),
        ),
    ],
)
def test_an_unknown_key_is_answered_with_those_that_may_be_meant(
    change: str, sentence: str
) -> None:
    assert refusal(change) == sentence


def test_an_unknown_key_is_reported_before_the_one_that_is_missing_for_it() -> None:
    assert refusal('data.train=[{sourze="x"}]') == (
        "unknown key 'data.train.0.sourze'; did you mean 'data.train.0.source'?"
    )


@given(st.data())
def test_any_single_wrong_letter_in_a_key_is_refused(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PATHS))
    table, dot, name = path.rpartition(".")
    index = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_"))
    wrong = data.draw(
        st.sampled_from(
            [
                name[:index] + letter + name[index + 1 :],
                name[:index] + letter + name[index:],
                name[:index] + name[index + 1 :],
            ]
        )
    )
    unknown = f"{table}{dot}{wrong}"
    if unknown in PATHS or not wrong:
        return

    # So that there is a table for each of the paths.
    sentence = refusal("teacher.train=[{source='t'}]", "teacher.tuning={}", f"{unknown}=1")

    assert sentence.startswith(f"unknown key {unknown!r}; did you mean")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("seed=x", "seed: Input should be a valid integer, not 'x'"),
        (
            "distillation.temperature=0",
            "distillation.temperature: Input should be greater than 0, not 0",
        ),
        (
            "data.train.0.times=1001",
            "data.train.0.times: Input should be less than or equal to 1000, not 1001",
        ),
        ("distillation.loss=hinge", "distillation.loss: Input should be 'kl' or 'mse'"),
        ("student=5", "student: must be a table"),
        ("teacher.revision=12e4567", "teacher.revision: must be text; put it in quotes"),
        ("teacher.model=", "teacher.model: must not be empty"),
        ("student.layers=[]", "student.layers: must not be empty"),
        ("student.layers=3", "student.layers: must be an array, as in [1, 2]"),
        ("teacher={}", "teacher.model: is missing"),
    ],
)
def test_a_wrong_value_is_reported_in_plain_words(change: str, sentence: str) -> None:
    assert refusal(change) == sentence


def test_changes_are_numbers_and_truths() -> None:
    changed = recipe("seed=7", "baseline=false", "distillation.training.learning_rate=1e-5")

    assert (changed.seed, changed.baseline) == (7, False)
    assert changed.distillation.training.learning_rate == 1e-5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("dev.json", "dev.json"),
        ("path/to a/dev=2/x.json", "path/to a/dev=2/x.json"),
        (r"C:\data\dev.json", r"C:\data\dev.json"),
        ("'quoted'", "quoted"),
        (" spaced ", "spaced"),
        ('"7"', "7"),
        ("#1", "#1"),
        ("7\nseed = 8", "7\nseed = 8"),
    ],
)
def test_text_needs_no_quotes_unless_it_looks_like_another_value(value: str, text: str) -> None:
    assert recipe(f"data.evaluation.source={value}").data.evaluation.source == text


def test_a_change_is_an_array() -> None:
    assert recipe("student.layers=[1, 3]").student.layers == (1, 3)


def test_a_change_reaches_into_an_array() -> None:
    (source,) = recipe("data.train.0.source=a.json", "data.train.0.limit=9").data.train

    assert (source.source, source.limit) == ("a.json", 9)


def test_a_change_makes_the_tables_on_its_way() -> None:
    tuning = recipe("teacher.tuning.epochs=3").teacher.tuning

    assert tuning is not None
    assert tuning.epochs == 3


def test_later_changes_stand_on_earlier_ones() -> None:
    assert recipe("seed=1", "seed=2").seed == 2


@pytest.mark.parametrize("change", ["seed", "", "=7", ".seed=7", "data..train=7"])
def test_a_change_without_key_or_value_is_refused(change: str) -> None:
    assert refusal(change) == f"--set {change!r}: must be key=value, such as seed=7"


@pytest.mark.parametrize(
    "change", ["seed.of=7", "data.train.1.source=x", "data.train.-1.source=x", "data.train.x=1"]
)
def test_a_change_of_a_key_that_is_not_there_is_refused(change: str) -> None:
    assert refusal(change) == f"--set {change!r}: the recipe has no such key"
