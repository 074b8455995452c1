"""What a reader needs is there, in any usual words."""

import pytest

from tests.linting_builders import found_by, with_metadata


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
def test_headings_tell_what_is_there(heading: str, missing: list[str]) -> None:
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
