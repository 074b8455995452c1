"""Checks a run before it begins.

A new check is a function that yields sentences, and a line in `CHECKS`.
"""

from collections.abc import Callable, Iterator, Sequence

from qareport.data.findings import Finding, FindingGroup, Severity, group_findings
from trainer.errors import PreflightError
from trainer.planning.checks.models import (
    check_batches,
    check_layers,
    check_learners,
    check_positions,
)
from trainer.planning.checks.tokenizers import check_null_token, check_tokenizers
from trainer.planning.memory_and_disk import disk_needs, memory_need
from trainer.planning.planned_run import PlannedRun
from trainer.windows import TrainingWindow

Check = Callable[[PlannedRun], Iterator[str]]
"""Yields a sentence for each thing that forbids a run."""


def check_windows(run: PlannedRun) -> Iterator[str]:
    """Training data without windows, or without an answer in any of them."""
    labelled = run.labelled
    if not labelled.windows:
        yield (
            f"data.train: none of {labelled.examples_read} examples gives a window to learn from; "
            "name other data, or mend the answers' positions"
        )
    elif count_answered(labelled.windows) == 0:
        yield (
            f"data.train: none of {len(labelled.windows)} windows contains an answer, so a model "
            "would learn never to answer; add data with answers, or raise windows.max_seq_length"
        )


def check_counts(run: PlannedRun) -> Iterator[str]:
    """Examples that are neither in a window nor among the exclusions."""
    labelled = run.labelled
    in_windows = len({window.id.rpartition("#")[0] for window in labelled.windows})
    left_out = sum(exclusion.count for exclusion in labelled.exclusions)
    if in_windows + left_out != labelled.examples_read:
        yield (
            f"data.train: of {labelled.examples_read} examples {in_windows} are in windows and "
            f"{left_out} were left out, which is not all; report this as a fault of the trainer"
        )


def check_disk(run: PlannedRun) -> Iterator[str]:
    """What the run leaves on a disk that cannot take it."""
    needs, free = disk_needs(run), run.resources.disk_bytes
    if free is not None and free < needs.total:
        yield (
            f"{run.resources.folder}: the run needs {needs.total} bytes "
            f"({needs.teacher_logits} for the teacher's logits, {needs.checkpoints} for "
            f"checkpoints, {needs.models} for models) and {free} are free; free some, or name a "
            "folder on another disk"
        )


def check_memory(run: PlannedRun) -> Iterator[str]:
    """Fittings that need more memory than the device has."""
    memory = run.resources.memory_bytes
    if memory is None or not run.labelled.windows:
        return
    for fitting in run.fittings:
        needed = memory_need(run, fitting)
        if memory < needed:
            yield (
                f"{fitting.name}: needs about {needed} bytes of memory and the device has "
                f"{memory}; lower micro_batch_size, or set gradient_checkpointing = true"
            )


def check_sharing(run: PlannedRun) -> Iterator[str]:
    """Fittings that score checkpoints where no process has the whole model."""
    if not run.resources.splits_models:
        return
    for fitting in run.fittings:
        if fitting.training.evaluate_every is not None:
            yield (
                f"{fitting.name}: evaluate_every scores a checkpoint in one process, and under "
                "FSDP and DeepSpeed none has the whole model; leave it out"
            )


CHECKS: tuple[Check, ...] = (
    check_tokenizers,
    check_null_token,
    check_layers,
    check_positions,
    check_learners,
    check_windows,
    check_counts,
    check_batches,
    check_disk,
    check_memory,
    check_sharing,
)


def check_run(run: PlannedRun) -> tuple[FindingGroup, ...]:
    """The findings about a run that may begin.

    Raises:
        PreflightError: something forbids it; the message lists all that does, a line each.
    """
    failures = find_failures(run)
    if failures:
        raise PreflightError("\n".join(failures))
    return find_notices(run)


def find_failures(run: PlannedRun) -> tuple[str, ...]:
    """All that forbids a run, in sentences without a final dot."""
    return tuple(failure for check in CHECKS for failure in check(run))


def find_notices(run: PlannedRun) -> tuple[FindingGroup, ...]:
    """What a run loses on the way from its examples to its windows."""
    labelled = run.labelled
    without = labelled.windows_without_answer
    if without == 0:
        return ()
    answerable = without + count_answered(labelled.windows)
    lost = Finding(
        kind="windows without the answer",
        severity=Severity.WARNING,
        location="training windows",
        message=f"{without} of {answerable} windows of answerable examples lack the answer",
        remedy="null is right for them; raise max_seq_length to have fewer of them",
    )
    return group_findings([lost])


def count_answered(windows: Sequence[TrainingWindow]) -> int:
    """How many windows contain an answer."""
    return sum(window.targets[0].first != window.null_position for window in windows)
