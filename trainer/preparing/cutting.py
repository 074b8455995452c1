"""Cuts examples into windows, and reports questions that were cut short."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerFast

from qareport.data.findings import Finding, Severity
from qareport.data.types import Example
from qareport.inference.options import AnsweringOptions
from qareport.inference.windows import Window, fit_questions, make_windows
from trainer.preparing.step_windows import fit_step_questions, make_step_windows
from trainer.recipe import Windows


@dataclass(frozen=True, slots=True)
class CutExamples:
    """Examples cut into windows."""

    windows: tuple[Window, ...]
    """Those of one example in a row, at least one each, the examples in order."""
    findings: tuple[Finding, ...]
    """One for each question that was cut short."""


def cut_examples(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: Windows
) -> CutExamples:
    """The windows of examples with ids of their own.

    Raises:
        ModelError: the tokenizer puts no null token into a window.
        RecipeError: windows that start `doc_stride` tokens apart would lose tokens between them.
        UsageError: windows that share `doc_stride` tokens have no room for a question.
    """
    questions, windows = STRIDES[options.stride](tokenizer, examples, options)
    findings = [
        _question_cut(example, kept)
        for example, kept in zip(examples, questions, strict=True)
        if kept != example.question.lstrip()
    ]
    return CutExamples(tuple(windows), tuple(findings))


def _overlapping(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: Windows
) -> tuple[list[str], list[Window]]:
    """The questions as they were asked, and windows that share `doc_stride` tokens."""
    shared = AnsweringOptions(options.max_seq_length, options.doc_stride)
    questions = fit_questions(tokenizer, examples, shared)
    return questions, make_windows(tokenizer, examples, questions, options=shared)


def _stepping(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: Windows
) -> tuple[list[str], list[Window]]:
    """The questions as they were asked, and windows that start `doc_stride` tokens apart."""
    questions = fit_step_questions(tokenizer, examples, options)
    return questions, make_step_windows(tokenizer, examples, questions, options=options)


STRIDES: Mapping[
    str,
    Callable[[PreTrainedTokenizerFast, Sequence[Example], Windows], tuple[list[str], list[Window]]],
] = {"overlap": _overlapping, "step": _stepping}
"""What `doc_stride` means, by the recipe's `windows.stride`."""


def _question_cut(example: Example, kept: str) -> Finding:
    return Finding(
        kind="question cut",
        severity=Severity.WARNING,
        location=example.id,
        message=f"of {len(example.question.lstrip())} characters only {len(kept)} were asked",
        remedy="shorten the question, or give windows more room for it",
    )
