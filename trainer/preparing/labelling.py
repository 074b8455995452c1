"""Labels windows with their right spans, and counts by reason what is left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

import numpy as np
from jaxtyping import Int32
from transformers import PreTrainedTokenizerFast

from qareport.data.findings import Finding, FindingGroup, group_findings
from qareport.data.types import Example, Exclusion
from qareport.evaluation.haystack.token_level import ContextTokenSpan
from qareport.inference.windows import Window
from trainer.preparing.cutting import cut_examples
from trainer.preparing.label_rules import LABEL_RULES, LabelRule
from trainer.preparing.sources import require_unique_ids
from trainer.recipe import Windows
from trainer.windows import TokenSpan, TrainingWindow

EXAMPLES_AT_ONCE = 2000
"""Cut together: the tokenizer's own records of windows are large, and go after each batch."""
MISPLACED = "gold answers blank or not at their offsets"
WITHOUT_TOKENS = "gold answers without tokens"
GOLDS_LEARNT: Mapping[str, int | None] = {"first": 1, "all": None}
"""How many gold answers of a window are learnt, by the recipe's `data.golds`; None is all."""


@dataclass(frozen=True, slots=True)
class LabelledWindows:
    """Windows to train on, and counts of the examples that they came from."""

    windows: tuple[TrainingWindow, ...]
    """Those of one example in a row, the examples in order."""
    examples_read: int
    """The number of examples in the windows plus the counts of the exclusions."""
    exclusions: tuple[Exclusion, ...]
    windows_without_answer: int
    """Windows of answerable examples without an answer, so that null is right for them."""
    findings: tuple[FindingGroup, ...]


def label_windows(
    tokenizer: PreTrainedTokenizerFast,
    examples: Sequence[Example],
    options: Windows,
    *,
    fidelity: Literal["haystack", "corrected"],
    golds: Literal["first", "all"],
) -> LabelledWindows:
    """The windows of all examples, by the label rule of a fidelity.

    Under "haystack" only an example's first gold answer is learnt, whatever `golds` is, and it
    may end in the token after the context, which is not an answer token.

    Raises:
        DataError: two examples have one id.
        ModelError: the tokenizer puts no null token into a window.
        RecipeError: windows that start `doc_stride` tokens apart would lose tokens between them.
        UsageError: windows that share `doc_stride` tokens have no room for a question.
    """
    require_unique_ids(examples)
    labelling = _Labelling(LABEL_RULES[fidelity], golds=GOLDS_LEARNT[golds])
    for first in range(0, len(examples), EXAMPLES_AT_ONCE):
        kept = labelling.keep_placed(examples[first : first + EXAMPLES_AT_ONCE])
        if not kept:
            continue
        cut = cut_examples(tokenizer, kept, options)
        labelling.findings += cut.findings
        by_example = groupby(cut.windows, key=lambda window: window.example_id)
        for example, (_, windows) in zip(kept, by_example, strict=True):
            labelling.add(example, list(windows))
    return LabelledWindows(
        windows=tuple(labelling.windows),
        examples_read=len(examples),
        exclusions=tuple(Exclusion(*dropped) for dropped in labelling.dropped.items()),
        windows_without_answer=labelling.without_answer,
        findings=group_findings(labelling.findings),
    )


@dataclass(slots=True)
class _Labelling:
    """The windows labelled so far, and the counts."""

    rule: LabelRule
    golds: int | None
    """Gold answers learnt of a window; None is all of them."""
    windows: list[TrainingWindow] = field(default_factory=list)
    without_answer: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def keep_placed(self, examples: Sequence[Example]) -> list[Example]:
        """The examples without those whose gold answers cannot be labels."""
        kept = [one for one in examples if self.rule.pick_golds(one) or not one.has_answer]
        if len(kept) < len(examples):
            self.dropped[MISPLACED] += len(examples) - len(kept)
        return kept

    def add(self, example: Example, windows: Sequence[Window]) -> None:
        """Labels the windows of one example, unless its answers have no tokens."""
        spans = self._answer_spans(example, windows)
        if example.has_answer and not spans:
            self.dropped[WITHOUT_TOKENS] += 1
            return
        for window in windows:
            inside = [span for span in spans if _holds(window, span, beyond=self.rule.beyond)]
            self.windows.append(_training_window(window, inside[: self.golds]))
            self.without_answer += example.has_answer and not inside

    def _answer_spans(self, example: Example, windows: Sequence[Window]) -> list[ContextTokenSpan]:
        """The distinct tokens of the gold answers, in the order of these."""
        golds = self.rule.pick_golds(example)
        if not golds:
            return []
        token_chars = _whole_context(windows)
        spans = (self.rule.find_tokens(gold, token_chars) for gold in golds)
        return list(dict.fromkeys(span for span in spans if span is not None))


def _whole_context(windows: Sequence[Window]) -> Int32[np.ndarray, "token 2"]:
    """The characters of every token of the context that the windows were cut from."""
    final = windows[-1]
    token_chars = np.zeros((final.first_token + len(final.token_chars), 2), dtype=np.int32)
    for window in windows:
        stop = window.first_token + len(window.token_chars)
        token_chars[window.first_token : stop] = window.token_chars
    return token_chars


def _holds(window: Window, span: ContextTokenSpan, *, beyond: int) -> bool:
    """Whether all tokens of a span are the window's, or up to `beyond` tokens past them."""
    stop = window.first_token + len(window.token_chars)
    return window.first_token <= span.first < stop and span.last < stop + beyond


def _training_window(window: Window, spans: Sequence[ContextTokenSpan]) -> TrainingWindow:
    """The window with the spans as its targets, the null token where there are none."""
    shift = window.context_position - window.first_token
    null = TokenSpan(window.null_position, window.null_position)
    return TrainingWindow(
        id=f"{window.example_id}#{window.number}",
        token_ids=window.token_ids,
        type_ids=window.type_ids,
        null_position=window.null_position,
        context_position=window.context_position,
        context_size=len(window.token_chars),
        targets=tuple(TokenSpan(span.first + shift, span.last + shift) for span in spans)
        or (null,),
    )
