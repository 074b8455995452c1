"""Cuts examples into windows of tokens, question and context together, as run_qa does."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from jaxtyping import Int32
from tokenizers import Encoding
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example
from qareport.errors import ModelError, UsageError
from qareport.inference.options import AnsweringOptions

CONTEXT_SEQUENCES = {"right": 1, "left": 0}
"""The index of the context among the two texts, by padding side, as in run_qa."""
TRUNCATIONS = ("only_first", "only_second")
"""The truncation strategy, by the index of the text that is cut into windows."""
MIN_FREE_TOKENS = 8
"""Tokens of a window that special and shared tokens must leave for question and context."""


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens of a question and of one stretch of its context."""

    example_id: str
    question: str
    """As it is asked: without leading blanks, and cut where it is too long."""
    number: int
    """Index among the windows of its example, from 0."""
    encoding: Encoding
    null_position: int
    """The token whose logits say "no answer"."""
    context_position: int
    """The window's first context token."""
    first_token: int
    """The index of that token among the tokens of the whole context."""
    token_chars: Int32[np.ndarray, "token 2"]
    """Start and end character of each context token in the context, the end exclusive."""


def cut_windows(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: AnsweringOptions
) -> tuple[Window, ...]:
    """The windows of the examples in order, with questions that are cut where they are too long.

    Raises:
        ModelError: the tokenizer puts neither a CLS nor a BOS token into the window.
        UsageError: windows are too short for any question.
    """
    questions = fit_questions(tokenizer, examples, options)
    return tuple(make_windows(tokenizer, examples, questions, options=options))


def fit_questions(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: AnsweringOptions
) -> list[str]:
    """The questions without leading blanks, cut at their end where they leave too little room.

    Room for as many context tokens as windows share, or fewer, is too little: windows could not
    advance. Such a question keeps half of the tokens that special tokens and `doc_stride` leave.

    Raises:
        UsageError: windows are too short for any question.
    """
    special = tokenizer.num_special_tokens_to_add(pair=True)
    free = options.max_seq_length - special - options.doc_stride
    if free < MIN_FREE_TOKENS:
        raise UsageError(
            f"windows of {options.max_seq_length} tokens have no room for a question beside "
            f"{special} special and {options.doc_stride} shared tokens; "
            "raise max_seq_length or lower doc_stride"
        )
    questions = [example.question.lstrip() for example in examples]
    encodings = tokenizer(questions, add_special_tokens=False, verbose=False).encodings
    for index, encoding in enumerate(encodings):
        if len(encoding) >= free:
            # Up to the first token left out, not to the end of the last one kept: one character may
            # be many tokens (the ligature U+FDFA is 18), and all of them would come back.
            questions[index] = questions[index][: encoding.offsets[free // 2][0]].rstrip()
    return questions


def make_windows(
    tokenizer: PreTrainedTokenizerFast,
    examples: Sequence[Example],
    questions: Sequence[str],
    *,
    options: AnsweringOptions,
) -> list[Window]:
    """The windows of the contexts, in the order of the examples.

    `questions` replace those of the examples and come from `fit_questions`.

    Raises:
        ModelError: the tokenizer puts neither a CLS nor a BOS token into the window.
    """
    contexts = [example.context for example in examples]
    layout = _PairLayout(
        CONTEXT_SEQUENCES[tokenizer.padding_side], (tokenizer.cls_token_id, tokenizer.bos_token_id)
    )
    batch = tokenizer(
        *((list(questions), contexts) if layout.context_sequence else (contexts, list(questions))),
        truncation=TRUNCATIONS[layout.context_sequence],
        max_length=options.max_seq_length,
        stride=options.doc_stride,
        return_overflowing_tokens=True,
        padding=False,
    )
    owned = zip(batch["overflow_to_sample_mapping"], batch.encodings, strict=True)
    windows: list[Window] = []
    for owner, group in groupby(owned, key=lambda pair: pair[0]):
        encodings = [encoding for _, encoding in group]
        step = encodings[0].sequence_ids.count(layout.context_sequence) - options.doc_stride
        windows += [
            _window(
                encoding,
                layout,
                example_id=examples[owner].id,
                question=questions[owner],
                number=number,
                step=step,
            )
            for number, encoding in enumerate(encodings)
        ]
    return windows


@dataclass(frozen=True, slots=True)
class _PairLayout:
    """How a tokenizer arranges question and context."""

    context_sequence: int
    null_ids: tuple[int | None, ...]
    """Token ids that can hold the null answer, the preferred one first."""


def _window(
    encoding: Encoding,
    layout: _PairLayout,
    *,
    example_id: str,
    question: str,
    number: int,
    step: int,
) -> Window:
    sequence_ids = encoding.sequence_ids
    tokens = sequence_ids.count(layout.context_sequence)
    position = sequence_ids.index(layout.context_sequence) if tokens else 0
    offsets = encoding.offsets[position : position + tokens]
    return Window(
        example_id=example_id,
        question=question,
        number=number,
        encoding=encoding,
        null_position=_null_position(encoding.ids, sequence_ids, layout.null_ids),
        context_position=position,
        first_token=number * step,
        token_chars=np.array(offsets, dtype=np.int32).reshape(-1, 2),
    )


def _null_position(
    token_ids: list[int], sequence_ids: list[int | None], null_ids: tuple[int | None, ...]
) -> int:
    """The position of the null token that the tokenizer added, not of one in a text."""
    for null_id in null_ids:
        for position, token_id in enumerate(token_ids):
            if token_id == null_id and sequence_ids[position] is None:
                return position
    raise ModelError(
        "the tokenizer puts neither a CLS nor a BOS token beside question and context, so nothing "
        "can say 'no answer'; use a model whose tokenizer does"
    )
