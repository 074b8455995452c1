"""What templates leave is found, and what only looks so is not."""

import pytest

from qareport.cards.lint.rules import lint_card
from tests.linting_builders import found_by, lines_of, with_metadata


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


def test_a_path_in_the_place_of_the_models_id_is_reported_once_with_how_to_set_it() -> None:
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


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        ("How to use", ["limits", "results", "training"]),
        ("Evaluation results", ["limits", "training", "usage"]),
        ("Fine-tuning", ["limits", "results", "usage"]),
        ("Bias, Risks, and Limitations", ["results", "training", "usage"]),
        ("Because", ["limits", "results", "training", "usage"]),
    ],
)
def test_headings_show_what_is_there(heading: str, missing: list[str]) -> None:
    problems = found_by("section", f"# {heading}\n")

    assert sorted(each.message.rpartition(" ")[2] for each in problems) == missing


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("revision", "revision: 3ffb306"),
        ("revision", "Revision of the data: c0ffee1"),
        ("revision", "commit 3ffb306f725f7d2ce8394bc1873b24868140c412"),
        ("seed", "Seeds 1 and 2"),
        ("versions", "transformers==5.23"),
        ("versions", "PyTorch 2.13"),
        ("versions", "| torch | 2.13 |"),
        ("subsets", "SQuAD 2.0: 84.0 on HasAns"),
        ("subsets", "squad_v2: 84.0 on answerable questions"),
        ("subsets", "SQuAD 1.1"),
    ],
)
def test_facts_are_known_by_their_words(rule: str, said: str) -> None:
    assert found_by(rule, said) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("revision", "a revision of its facade"),
        ("versions", "transformers"),
        ("subsets", "squad_v2"),
    ],
)
def test_other_words_are_no_facts(rule: str, said: str) -> None:
    assert len(found_by(rule, said)) == 1


def test_the_revision_may_stand_in_the_metadata() -> None:
    text = with_metadata("model-index: [{results: [{dataset: {revision: main}}]}]")

    assert found_by("revision", text) == []
