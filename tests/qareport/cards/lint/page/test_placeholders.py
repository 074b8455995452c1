"""What templates leave is found, and what only looks so is not."""

import pytest

from qareport.cards.lint.rules import lint_card
from tests.linting_builders import found_by, lines_of


@pytest.mark.parametrize(
    "text",
    [
        "[More Information Needed]",
        "- More information needed",
        "fine-tuned on an unknown dataset.",
        "{{ model_id }}",
        "{{ card_data | default('x') }}"[:14] + "}}",
        "{% if x %}",
        "TODO: write",
        "load your-name/model",
        "load username/model",
        "by <your name>",
        "[your contact here]",
    ],
)
def test_placeholders_are_found_once(text: str) -> None:
    assert lines_of("placeholder", f"# A\n{text}\n") == [2]


def test_a_path_in_the_place_of_the_models_id_is_told_once_with_how_to_set_it() -> None:
    code = '```python\nmodel_id = "path/to/ships"\n```\n'
    text = f"# A\n{code}\n```\nqareport evaluate path/to/ships --data x.json\n```\n"

    (problem,) = (
        each
        for each in lint_card(text, folder=None, model_id="me/ships")
        if (each.rule in {"no-model-id", "snippet-model", "placeholder"})
    )

    assert (problem.rule, problem.line) == ("no-model-id", 3)
    assert problem.message == (
        "'path/to/ships' stands for the model, whose id on the Hub is not known"
    )
    assert "model_id" in problem.remedy


def test_results_without_any_are_found_in_metadata() -> None:
    text = "---\nmodel-index:\n- name: m\n  results: []\n---\n"

    assert lines_of("placeholder", text) == [4]


@pytest.mark.parametrize(
    "text",
    [
        "```bibtex\n@misc{x,\n  title = {{squad}},\n}\n```",
        "```python\nf'{{}}'\n```",
        "The results: [] is an empty list.",
        "A todo list and mastodon.",
        "An information need.",
    ],
)
def test_other_braces_and_words_are_not(text: str) -> None:
    assert found_by("placeholder", text) == []
