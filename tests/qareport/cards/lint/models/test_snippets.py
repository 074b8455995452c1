"""Snippets load the card's model, and run."""

import pytest

from tests.linting_builders import found_by, lines_of

OWN = "our-lab/lamp-roberta"


def block(text: str, language: str = "python") -> str:
    return f"```{language}\n{text}\n```\n"


@pytest.mark.parametrize(
    "line",
    [
        'AutoTokenizer.from_pretrained("a/roberta-base-qa")',
        "AutoTokenizer.from_pretrained( 'roberta-base' )",
        'model_name = "a/roberta-base-qa"',
        'pipe(model="a/roberta-base-qa", tokenizer=t)',
        'reader = FARMReader(model_name_or_path="a/roberta-base-qa")',
        'qareport.load_answerer("a/roberta-base-qa")',
        "qareport evaluate a/roberta-base-qa --limit 10",
    ],
)
def test_every_way_to_load_another_model_is_found(line: str) -> None:
    assert lines_of("snippet-model", block(f"x = 1\n{line}"), model_id=OWN) == [3]


@pytest.mark.parametrize(
    "line",
    [
        f'AutoTokenizer.from_pretrained("{OWN}")',
        'AutoTokenizer.from_pretrained("lamp-roberta")',
        "AutoTokenizer.from_pretrained(name)",
        'base_LM_model = "roberta-base"',
        'model = "m"',
        'load_dataset("rajpurkar/squad_v2")',
    ],
)
def test_the_own_model_and_other_things_are_sound(line: str) -> None:
    assert found_by("snippet-model", block(line), model_id=OWN) == []


def test_a_card_without_a_name_may_load_anything() -> None:
    assert found_by("snippet-model", block('m.from_pretrained("a/b")')) == []


@pytest.mark.parametrize(
    "line",
    [
        'pipeline("question-answering", model=m)',
        "pipeline(task='question-answering')",
        'pipeline(model=m, task = "question-answering")',
        "from transformers import QuestionAnsweringPipeline",
        "from farm.infer import Inferencer",
        "reader = TransformersReader(m)",
    ],
)
def test_what_is_removed_is_found(line: str) -> None:
    assert lines_of("removed-api", block(line)) == [2]


@pytest.mark.parametrize("line", ['pipeline("summarization")', "import farming"])
def test_what_is_not_removed_is_sound(line: str) -> None:
    assert found_by("removed-api", block(line)) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = (\n", [2]),
        ("x = 1\nfor", [3]),
        ("x = '\\d'", []),
        ("!pip install x\n%time\nif x:\n    !ls", []),
        (">>> x = 1\n>>> if x:\n...     x\n1", []),
        (">>> x =\n3", [2]),
        ("(" * 3000, [2]),
        ("not " * 20000 + "x", [2]),
    ],
)
def test_python_parses_every_snippet_of_python(text: str, lines: list[int]) -> None:
    assert lines_of("snippet-syntax", block(text)) == lines


def test_other_languages_are_not_parsed() -> None:
    assert found_by("snippet-syntax", block("pip install x", "bash")) == []
