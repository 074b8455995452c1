"""One model has one name, and others have a reason to be named."""

import pytest

from tests.linting_builders import found_by, lines_of, with_metadata

OWN = "our-lab/electra-base-squad2"


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("electra-base-squad2", 0),
        ("google/electra-base-discriminator", 0),
        ("electra-base", 0),
        ("roberta-base", 1),
        ("our-lab/electra-base-squad2-distilled", 1),
        ("English", 0),
    ],
)
def test_the_language_model_is_this_model_or_what_it_was_made_from(said: str, count: int) -> None:
    text = f"**Language model:** {said}\n"

    assert lines_of("model-name", text, model_id=OWN) == [1] * count


def test_the_start_model_may_be_of_another_family() -> None:
    text = with_metadata("base_model: a/roberta-base") + "**Language model:** roberta-base\n"

    assert found_by("model-name", text, model_id=OWN) == []


@pytest.mark.parametrize(
    "title", ["# Electra for reading", "## other-electra-base", "# roberta QA"]
)
def test_a_title_in_words_is_no_name(title: str) -> None:
    assert found_by("model-name", title, model_id=OWN) == []


@pytest.mark.parametrize(
    "prose",
    [
        "Made of google/electra-base-discriminator.",
        "Like [this](https://huggingface.co/a/roberta-base-qa) one, a/roberta-base-qa.",
        "The teacher is a/electra-large-qa.",
        "| model | F1 |\n| --- | --- |\n| a/roberta-base-qa | 80 |\n\nNot a/roberta-base-qa.",
        "HasAns/NoAns and rajpurkar/squad_v2 and https://github.com/a/roberta-base-qa",
        "Some roberta-base-qa of no owner.",
    ],
)
def test_models_with_a_reason_are_not_strange(prose: str) -> None:
    assert found_by("unknown-model", prose, model_id=OWN) == []


def test_a_stranger_is_reported_with_its_line() -> None:
    (problem,) = found_by("unknown-model", "One.\n\nTwo\na/roberta-base-qa three.\n", model_id=OWN)

    assert (problem.line, problem.message) == (
        4,
        "'a/roberta-base-qa' is neither this model nor its teacher nor its base model",
    )


def test_nobody_is_strange_to_a_card_without_a_name() -> None:
    assert found_by("unknown-model", "See a/roberta-base-qa.") == []


def test_a_path_of_a_file_is_no_model() -> None:
    prose = "By the recipe recipes/a-roberta-qa.toml it was trained."

    assert found_by("unknown-model", prose, model_id=OWN) == []
