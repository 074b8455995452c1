"""A run that is about to begin to what forbids it, and to what its makers should know of it.

A new check is a function that yields sentences, and a line in `CHECKS`.
"""

from collections.abc import Callable, Iterator

from qareport.data.findings import Finding, FindingGroup, Severity, group_findings
from trainer.errors import PreflightError
from trainer.planning.checks.models import (
    check_batches,
    check_layers,
    check_learners,
    check_positions,
)
from trainer.planning.checks.room import check_disk, check_memory, check_sharing
from trainer.planning.checks.tokenizers import check_null_token, check_tokenizers
from trainer.planning.checks.windows import check_counts, check_windows, count_answered
from trainer.planning.undertaking import Undertaking

Check = Callable[[Undertaking], Iterator[str]]
"""Yields a sentence for each thing that forbids a run."""

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


def check_undertaking(undertaking: Undertaking) -> tuple[FindingGroup, ...]:
    """What was noticed about a run that may begin.

    Raises:
        PreflightError: something forbids it; the message tells all that does, a line each.
    """
    failures = find_failures(undertaking)
    if failures:
        raise PreflightError("\n".join(failures))
    return find_notices(undertaking)


def find_failures(undertaking: Undertaking) -> tuple[str, ...]:
    """All that forbids a run, in sentences without a final dot."""
    return tuple(failure for check in CHECKS for failure in check(undertaking))


def find_notices(undertaking: Undertaking) -> tuple[FindingGroup, ...]:
    """What a run loses on the way from its examples to its windows."""
    labelled = undertaking.labelled
    without = labelled.windows_without_answer
    if without == 0:
        return ()
    answerable = without + count_answered(labelled.windows)
    lost = Finding(
        kind="windows without the answer",
        severity=Severity.WARNING,
        place="training windows",
        message=f"{without} of {answerable} windows of answerable examples do not hold the answer",
        remedy="null is right for them; raise max_seq_length to have fewer of them",
    )
    return group_findings([lost])
