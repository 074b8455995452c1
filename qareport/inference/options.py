"""Defines the options of answering and of engines, with all defaults."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from qareport.data.ranges import Count
from qareport.errors import UsageError
from qareport.inference.engines.table import DTYPES, ENGINES, TORCH

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class NullRule:
    """The rule by which a model abstains: which margin, and whether equality is enough."""

    name: str
    stays_in_window: bool
    """Whether a null score is compared with the best span of its own window only."""
    sign: Literal[">", ">="]
    """The comparison of null margin and threshold with which the model abstains."""

    @property
    def abstains_at_threshold(self) -> bool:
        """Whether a margin that equals the threshold is too high to answer."""
        return self.sign == ">="

    def abstains(self, null_margin: float, threshold: float) -> bool:
        """Whether the margin is too high to answer; both in logits."""
        if null_margin == threshold:
            return self.abstains_at_threshold
        return null_margin > threshold


ALL_WINDOWS = NullRule("all-windows", stays_in_window=False, sign=">")
"""Of run_qa: the null margin is the lowest null score of all windows minus the score of their best
span, and the model abstains when it is above the threshold."""

PER_WINDOW = NullRule("per-window", stays_in_window=True, sign=">=")
"""Of Haystack 1: the null margin is the lowest that null score minus best span score is within any
one window, and the model abstains when it is above the threshold or equal to it."""

NULL_RULES: Mapping[str, NullRule] = {rule.name: rule for rule in (ALL_WINDOWS, PER_WINDOW)}


@dataclass(frozen=True, slots=True)
class AnsweringOptions:
    """How windows are cut and answers chosen; the defaults are those of run_qa.

    Raises:
        UsageError: a value is out of range.
    """

    max_seq_length: Count = 384
    """Tokens of a window: question, context and special tokens."""
    doc_stride: Count = 128
    """Context tokens that neighbouring windows share."""
    max_answer_length: Count = 30
    """Tokens of the longest answer."""
    n_best_size: Count = 20
    """Entries of an n-best list, and spans kept of each window."""
    null_threshold: float = 0.0
    """The model abstains when the null margin is above it, in logits."""
    null_rule: str = ALL_WINDOWS.name
    """How the null margin is found, and whether the threshold itself is too high: `NULL_RULES`."""

    def __post_init__(self) -> None:
        for name, value in (
            ("max_seq_length", self.max_seq_length),
            ("max_answer_length", self.max_answer_length),
            ("n_best_size", self.n_best_size),
        ):
            if value < 1:
                raise UsageError(f"{name} is {value}; it must be at least 1")
        if not math.isfinite(self.null_threshold):
            raise UsageError(f"null_threshold is {self.null_threshold}; it must be a finite number")
        if self.null_rule not in NULL_RULES:
            raise UsageError(f"null_rule {self.null_rule!r} is none of {', '.join(NULL_RULES)}")
        if not 0 <= self.doc_stride < self.max_seq_length:
            raise UsageError(
                f"doc_stride is {self.doc_stride}; windows of {self.max_seq_length} tokens can "
                f"share 0 to {self.max_seq_length - 1} of them"
            )


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Where and how a model runs; affects only speed and rounding.

    Raises:
        UsageError: the batch is smaller than one token, or a name is unknown.
    """

    device: str = AUTO
    """Such as "cuda:1"; "auto" is cuda, then mps, then cpu."""
    dtype: str = AUTO
    """One of `DTYPES`; "auto" is bfloat16 where the device is fast in it, and never in 8 bits."""
    batch_tokens: int | None = None
    """Tokens of the largest batch, padding included; None is 4096 on a CPU, else by its
    memory, up to 32768."""
    engine: str = TORCH
    """What runs the model: a name of `ENGINES`; "auto" times torch and openvino on a CPU, and
    never compiles."""

    def __post_init__(self) -> None:
        if self.batch_tokens is not None and self.batch_tokens < 1:
            raise UsageError(f"batch_tokens is {self.batch_tokens}; it must be at least 1")
        if self.dtype not in {AUTO, *DTYPES}:
            raise UsageError(f"dtype {self.dtype!r} is none of auto, {', '.join(DTYPES)}")
        if self.engine not in {*ENGINES, AUTO}:
            raise UsageError(f"engine {self.engine!r} is none of {', '.join(ENGINES)}, {AUTO}")
