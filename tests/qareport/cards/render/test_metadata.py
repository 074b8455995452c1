"""Metadata says what is known, in plain Python, and leaves out what is not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from pydantic import JsonValue

from qareport.cards.author_words import AuthorWords
from qareport.cards.render.metadata import make_metadata
from qareport.cards.render.page import render_card
from qareport.cards.render.sources import CardSources
from qareport.cards.render.templates import DEFAULT_TEMPLATE
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.evaluation.training_json import TrainingFacts
from tests.card_builders import distilled, measured, read_by_the_hub
from tests.training_facts import training_facts


def of_words(**words: object) -> CardSources:
    """Sources with nothing but the author's words."""
    return CardSources("ships", has_hub_id=False, words=AuthorWords.model_validate(words))


def trained(student: JsonValue, **source: str | None) -> CardSources:
    """Sources with facts of a training whose student starts from there."""
    facts: TrainingFacts = training_facts()
    identity = replace(facts.sources[0].identity, **source)  # type: ignore[arg-type]
    recipe: Mapping[str, JsonValue] = {"student": student}
    facts = replace(
        facts,
        recipe=recipe,
        sources=(replace(facts.sources[0], identity=identity),),
    )
    return replace(of_words(), training=facts)


def test_a_model_of_which_nothing_is_known_has_its_task_alone() -> None:
    assert make_metadata(of_words()) == {
        "library_name": "transformers",
        "pipeline_tag": "question-answering",
        "tags": ["question-answering", "extractive-qa"],
    }


def test_several_languages_are_a_list_and_one_is_none() -> None:
    assert make_metadata(of_words(languages=["en"]))["language"] == "en"
    assert make_metadata(of_words(languages=["en", "de"]))["language"] == ["en", "de"]


@pytest.mark.parametrize(
    ("student", "base_model"),
    [
        ({"model": "acme/encoder"}, "acme/encoder"),
        ({"model": "../models/encoder"}, None),
        ({"model": "models/deep/encoder"}, None),
        ({"model": None, "layers": [1]}, None),
        ("none", None),
    ],
)
def test_the_base_model_is_the_students_start_where_that_is_on_the_hub(
    student: JsonValue, base_model: str | None
) -> None:
    metadata = make_metadata(trained(student))

    assert metadata.get("base_model") == base_model
    assert metadata.get("base_model_relation") == (base_model and "finetune")


def test_the_author_may_say_another_relation() -> None:
    metadata = make_metadata(of_words(base_model="a/b", base_model_relation="quantized"))

    assert metadata["base_model_relation"] == "quantized"


def test_training_data_of_the_hub_is_listed_and_files_are_not() -> None:
    on_hub = make_metadata(trained({}, source="acme/ships", revision="c0ffee"))

    assert on_hub["datasets"] == ["acme/ships"]
    assert "datasets" not in make_metadata(trained({}))


def test_a_teacher_makes_a_distilled_model() -> None:
    assert "distillation" in make_metadata(of_words(teacher="a/b"))["tags"]  # type: ignore[operator]
    assert "distillation" in make_metadata(trained({}))["tags"]  # type: ignore[operator]


def test_emissions_are_the_authors_with_the_machine_that_is_known() -> None:
    said = make_metadata(of_words(co2_grams=2.5, infrastructure="1 x T4"))["co2_eq_emissions"]

    assert said == {
        "emissions": 2.5,
        "source": "stated by the author",
        "training_type": "fine-tuning",
        "hardware_used": "1 x T4",
    }
    assert make_metadata(of_words(co2_grams=0.0))["co2_eq_emissions"] == {
        "emissions": 0.0,
        "source": "stated by the author",
        "training_type": "fine-tuning",
    }


def test_figures_of_the_token_level_metric_stay_out() -> None:
    main = measured()
    token_level = replace(main, evaluation=replace(main.evaluation, protocol=TOKEN_LEVEL))

    assert "model-index" not in make_metadata(replace(of_words(), main=token_level))


def test_questions_of_one_kind_have_one_pair_of_figures() -> None:
    main = measured()
    scores = replace(main.evaluation.scores, no_answer=None)
    alone = replace(main, evaluation=replace(main.evaluation, scores=scores))

    card = read_by_the_hub(render_card(replace(of_words(), main=alone), DEFAULT_TEMPLATE))

    assert [result.metric_name for result in card.eval_results or ()] == ["Exact Match", "F1"]
    assert {result.source_url for result in card.eval_results or ()} == {
        "https://pypi.org/project/qareport/"
    }


def test_a_result_names_its_data_as_the_hub_does() -> None:
    card = read_by_the_hub(render_card(distilled(), DEFAULT_TEMPLATE))

    results = card.eval_results or ()
    assert card.model_name == "small-ships"
    assert list(dict.fromkeys(result.dataset_type for result in results)) == [
        "acme/ships",
        "acme/boats",
    ]
    assert {result.source_url for result in results} == {"https://huggingface.co/acme/small-ships"}
