"""Lists the ways in which a recipe knowingly differs from what Haystack 1 would do."""

from collections.abc import Callable

from trainer.recipe import Recipe

Applies = Callable[[Recipe], bool]

ALWAYS = (
    "question and context are cut into tokens as a pair, with the model's own special tokens",
    "the teacher's logits are computed once and kept in half precision",
    "an epoch's last batch is filled up with its first windows",
    "optimiser and schedule are those of transformers: AdamW with a linear warm-up and decay",
)
"""Under any recipe."""

CORRECTED = (
    "a token can be an answer only if it is a context token or the null token",
    "weight decay spares biases and layer norms",
    "the head has no trained temperature",
    "a window's label is the gold answer inside it, whatever its index among the golds",
)
"""Under fidelity "corrected"."""

BY_RECIPE: tuple[tuple[Applies, str], ...] = (
    (lambda recipe: recipe.windows.stride == "overlap", "windows overlap by doc_stride tokens"),
    (
        lambda recipe: recipe.windows.stride == "overlap",
        "questions are not cut to 64 tokens, unless they leave no room for the context",
    ),
    (
        lambda recipe: any(training.group_by_length for training in recipe.trainings),
        "windows of like length go into a batch together",
    ),
    (
        lambda recipe: any(training.precision != "float32" for training in recipe.trainings),
        "matrix products are computed in half precision",
    ),
    (
        lambda recipe: any(
            training.micro_batch_size not in {None, training.batch_size}
            for training in recipe.trainings
        ),
        "no gradient is applied before a whole batch is gathered, the first one included",
    ),
    (
        lambda recipe: recipe.data.development is not None,
        "dropout stays on after checkpoints are scored",
    ),
    (
        lambda recipe: any(training.keep == "best" for training in recipe.trainings),
        "the weights of the best update are kept, not those of the last",
    ),
    (
        lambda recipe: any(training.patience is not None for training in recipe.trainings),
        "a stage may stop before its last epoch",
    ),
    (lambda recipe: recipe.data.golds == "all", "all gold answers inside a window are learnt"),
    (lambda recipe: recipe.data.unanswerable > 0, "unanswerable questions are added"),
    (lambda recipe: recipe.student.trim_vocabulary, "the student's vocabulary is trimmed"),
    (
        lambda recipe: recipe.intermediate is not None,
        "projections between layers are trained, and padding takes no part in their loss",
    ),
)
"""Where a choice of the recipe makes the difference."""


def find_deviations(recipe: Recipe) -> tuple[str, ...]:
    """All deviations, in sentences without a final dot."""
    by_fidelity = () if recipe.is_haystack else CORRECTED
    by_recipe = (sentence for applies, sentence in BY_RECIPE if applies(recipe))
    return (*ALWAYS, *by_fidelity, *by_recipe)
