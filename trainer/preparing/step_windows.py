"""Cuts windows as Haystack does, a new one every `doc_stride` tokens."""

from collections import defaultdict
from collections.abc import Sequence

from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example
from qareport.inference.options import AnsweringOptions
from qareport.inference.windows import Window, encode_texts, make_windows
from trainer.errors import RecipeError
from trainer.recipe import Windows

HAYSTACK_QUESTION_TOKENS = 64
"""Haystack's `max_query_length`, to which it cuts questions."""


def fit_step_questions(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: Windows
) -> list[str]:
    """The questions without leading blanks, cut at their end to `max_question_length` tokens.

    Raises:
        RecipeError: beside the longest question, windows would leave out tokens between them.
    """
    limit = options.max_question_length or HAYSTACK_QUESTION_TOKENS
    room = options.max_seq_length - limit - tokenizer.num_special_tokens_to_add(pair=True)
    if not 1 <= options.doc_stride <= room:
        raise RecipeError(
            f"windows.doc_stride is {options.doc_stride}; windows of {options.max_seq_length} "
            f"tokens with questions of up to {limit} need a step of 1 to {room}, or tokens between "
            "them are lost"
        )
    questions = [example.question.lstrip() for example in examples]
    for index, encoding in enumerate(encode_texts(tokenizer, questions)):
        if len(encoding) > limit:
            # Up to the first token left out: the last one kept may share its character with it.
            questions[index] = questions[index][: encoding.offsets[limit][0]].rstrip()
    return questions


def make_step_windows(
    tokenizer: PreTrainedTokenizerFast,
    examples: Sequence[Example],
    questions: Sequence[str],
    *,
    options: Windows,
) -> list[Window]:
    """Windows over the contexts, window k from token `k * doc_stride` on, the examples in order.

    The last one is the first to reach the end of its context. `questions` come from
    `fit_step_questions`, and ids of the examples are unique.
    """
    # Windows of one size that share what is left of it after a step start one step apart.
    free = options.max_seq_length - tokenizer.num_special_tokens_to_add(pair=True)
    windows: list[Window] = []
    for tokens, indices in _by_tokens(tokenizer, questions).items():
        windows += make_windows(
            tokenizer,
            [examples[index] for index in indices],
            [questions[index] for index in indices],
            options=AnsweringOptions(options.max_seq_length, free - tokens - options.doc_stride),
        )
    index_of = {example.id: index for index, example in enumerate(examples)}
    return sorted(windows, key=lambda window: index_of[window.example_id])


def _by_tokens(
    tokenizer: PreTrainedTokenizerFast, questions: Sequence[str]
) -> dict[int, list[int]]:
    """Indices of the questions by their number of tokens."""
    indices: defaultdict[int, list[int]] = defaultdict(list)
    for index, encoding in enumerate(encode_texts(tokenizer, questions)):
        indices[len(encoding)].append(index)
    return indices
