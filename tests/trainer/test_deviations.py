"""What a run does otherwise than Haystack is listed, and nothing that it does as Haystack did."""

import pytest

from tests.recipe_builders import recipe
from trainer.deviations import ALWAYS, BY_RECIPE, CORRECTED, find_deviations
from trainer.read_recipe import read_recipe, shipped_recipes

AS_HAYSTACK = (
    "fidelity=haystack",
    "windows.stride=step",
    "distillation.training.group_by_length=false",
)
DEVELOPMENT = (
    "data.development.source=dev.json",
    "distillation.training.evaluate_every=500",
)
STAYS_ON = "dropout stays on after checkpoints are scored"


def of_recipe(*changes: str) -> tuple[str, ...]:
    """What changes to a recipe that does as Haystack did bring."""
    return find_deviations(recipe(*AS_HAYSTACK, *changes))[len(ALWAYS) :]


@pytest.mark.parametrize("name", [n for n in shipped_recipes() if n.endswith("-distilled")])
def test_a_shipped_recipe_of_haystack_deviates_only_where_every_run_does(name: str) -> None:
    assert find_deviations(read_recipe(name)) == ALWAYS


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ((), ()),
        (
            ("windows.stride=overlap",),
            (
                "windows overlap by doc_stride tokens",
                "questions are not cut to 64 tokens, unless they leave no room for the context",
            ),
        ),
        (
            ("distillation.training.group_by_length=true",),
            ("windows of like length go into a batch together",),
        ),
        (
            ("distillation.training.precision=bfloat16",),
            ("matrix products are computed in half precision",),
        ),
        (
            ("teacher.tuning.precision=float16", "teacher.tuning.group_by_length=false"),
            ("matrix products are computed in half precision",),
        ),
        (
            ("distillation.training.micro_batch_size=8",),
            ("no gradient is applied before a whole batch is gathered, the first one included",),
        ),
        (("distillation.training.micro_batch_size=32",), ()),
        (DEVELOPMENT, (STAYS_ON,)),
        (
            (*DEVELOPMENT, "distillation.training.keep=best"),
            (STAYS_ON, "the weights of the best update are kept, not those of the last"),
        ),
        (
            (*DEVELOPMENT, "distillation.training.patience=3"),
            (STAYS_ON, "a stage may stop before its last epoch"),
        ),
        (("data.unanswerable=0.1",), ("unanswerable questions are added",)),
        (("student.trim_vocabulary=true",), ("the student's vocabulary is trimmed",)),
        (("fidelity=corrected",), CORRECTED),
        (
            ("fidelity=corrected", "data.golds=all"),
            (*CORRECTED, "all gold answers inside a window are learnt"),
        ),
        (
            ("fidelity=corrected", "intermediate.training.group_by_length=false"),
            (
                *CORRECTED,
                "projections between layers are trained, and padding takes no part in their loss",
            ),
        ),
    ],
)
def test_each_choice_brings_its_own_deviations(
    changes: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    assert of_recipe(*changes) == sentences


def test_a_corrected_recipe_deviates_in_what_is_corrected() -> None:
    assert set(find_deviations(read_recipe("tinyroberta-squad2"))) > {*ALWAYS, *CORRECTED}


def test_no_sentence_ends_in_a_dot_or_stands_twice() -> None:
    sentences = [*ALWAYS, *CORRECTED, *(sentence for _, sentence in BY_RECIPE)]

    assert [sentence for sentence in sentences if sentence.endswith(".")] == []
    assert len(set(sentences)) == len(sentences)
