"""Refuses windows that nothing can be learnt from."""

from collections.abc import Iterator, Sequence

from trainer.planning.undertaking import Undertaking
from trainer.windows import TrainingWindow


def check_windows(undertaking: Undertaking) -> Iterator[str]:
    """Training data without windows, or without an answer in any of them."""
    labelled = undertaking.labelled
    if not labelled.windows:
        yield (
            f"data.train: none of {labelled.examples_read} examples gives a window to learn from; "
            "name other data, or mend the answers' positions"
        )
    elif count_answered(labelled.windows) == 0:
        yield (
            f"data.train: none of {len(labelled.windows)} windows holds an answer, so a model "
            "would learn never to answer; add data with answers, or raise windows.max_seq_length"
        )


def check_counts(undertaking: Undertaking) -> Iterator[str]:
    """Examples that are neither in a window nor among the exclusions."""
    labelled = undertaking.labelled
    in_windows = len({window.id.rpartition("#")[0] for window in labelled.windows})
    left_out = sum(exclusion.count for exclusion in labelled.exclusions)
    if in_windows + left_out != labelled.examples_read:
        yield (
            f"data.train: of {labelled.examples_read} examples {in_windows} are in windows and "
            f"{left_out} were left out, which is not all; report this as a fault of the trainer"
        )


def count_answered(windows: Sequence[TrainingWindow]) -> int:
    """How many windows hold an answer."""
    return sum(window.targets[0].first != window.null_position for window in windows)
