"""Cuts examples into windows of tokens, question and context together, as run_qa does.

Questions and contexts become tokens on their own, each context once for all its questions, and
windows are put together from these. The tokenizer is only read, so that threads may share it: to
have it cut windows itself, as run_qa does, is to change its settings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32, Int64
from tokenizers import Encoding, Tokenizer
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example
from qareport.errors import ModelError, UsageError
from qareport.inference.options import AnsweringOptions

CONTEXT_SEQUENCES = {"right": 1, "left": 0}
"""The index of the context among the two texts, by padding side, as in run_qa."""
MIN_FREE_TOKENS = 8
"""Tokens of a window that special and shared tokens must leave for question and context."""
SHOWN_TOKENS = 8
"""Of a context, enough to see where a tokenizer puts it."""
NOT_SIDE_BY_SIDE = (
    "the tokenizer does not put question and context side by side, each once, so no windows can be "
    "cut; mend the template of pairs in its tokenizer.json"
)


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens of a question and of one stretch of its context."""

    example_id: str
    question: str
    """As it is asked: without leading blanks, and cut where it is too long."""
    number: int
    """Index among the windows of its example, from 0."""
    token_ids: Int32[np.ndarray, "length"]
    type_ids: Int32[np.ndarray, "length"]
    """Which text a token belongs to, as the tokenizer numbers them."""
    null_position: int
    """The token whose logits say "no answer"."""
    context_position: int
    """The window's first context token."""
    first_token: int
    """The index of that token among the tokens of the whole context."""
    token_chars: Int32[np.ndarray, "token 2"]
    """Start and end character of each context token in the context, the end exclusive."""
    context: Encoding
    """The tokens of the whole context."""

    def __len__(self) -> int:
        """Its number of tokens."""
        return len(self.token_ids)


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


def encode_texts(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[Encoding]:
    """The tokens of each text, without special ones; leaves the tokenizer as it is."""
    return unbounded(tokenizer).encode_batch(list(texts), add_special_tokens=False)


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
    for index, encoding in enumerate(encode_texts(tokenizer, questions)):
        if len(encoding) >= free:
            # Up to the first token left out, not to the end of the last one kept: one character may
            # be many tokens (the ligature U+FDFA is 18), and all of them would come back.
            questions[index] = questions[index][: encoding.offsets[free // 2][0]].rstrip()
    return questions


def unbounded(tokenizer: PreTrainedTokenizerFast) -> Tokenizer:
    """The tokenizer without wrapping, to be read only; a copy where it cuts or pads texts."""
    backend = tokenizer.backend_tokenizer
    if backend.truncation is None and backend.padding is None:
        return backend
    copy = Tokenizer.from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy


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
        ModelError: the tokenizer puts neither a CLS nor a BOS token into the window, or does not
            put the texts side by side.
    """
    contexts = _read_contexts(tokenizer, examples)
    layouts: dict[tuple[bool, bool], _PairLayout] = {}
    windows: list[Window] = []
    for example, question, asked in zip(
        examples, questions, encode_texts(tokenizer, questions), strict=True
    ):
        context = contexts[example.context]
        # Where a text has no tokens, a template may leave out what goes with it.
        kind = len(asked) > 0, len(context.token_ids) > 0
        if kind not in layouts:
            beginning = _beginning(tokenizer, context, example.context)
            layouts[kind] = _find_layout(tokenizer, question, beginning)
        pair = _TokenPair(np.array(asked.ids, dtype=np.int32), context, layouts[kind])
        windows += pair.cut(example.id, question, options)
    return windows


@dataclass(frozen=True, slots=True)
class _Context:
    """The tokens of a context."""

    encoding: Encoding
    token_ids: Int32[np.ndarray, "token"]
    token_chars: Int32[np.ndarray, "token 2"]


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Special tokens in a row."""

    ids: Int32[np.ndarray, "token"]
    type_ids: Int32[np.ndarray, "token"]


@dataclass(frozen=True, slots=True)
class _PairLayout:
    """How a tokenizer arranges question and context."""

    context_is_second: bool
    """Whether the context stands behind the question."""
    specials: tuple[_Tokens, _Tokens, _Tokens]
    """Before, between and after the texts."""
    text_types: tuple[int, int]
    """Type ids of the tokens of each text."""
    null_ids: tuple[int, ...]
    """Token ids that can hold the null answer, the preferred one first."""

    def null_position(self, lengths: Sequence[int]) -> int:
        """The position of the null token that the tokenizer added, by the lengths of the texts.

        Raises:
            ModelError: it adds none.
        """
        for null_id in self.null_ids:
            start = 0
            for special, length in zip(self.specials, (*lengths, 0), strict=True):
                found = np.flatnonzero(special.ids == null_id)
                if len(found):
                    return start + int(found[0])
                start += len(special.ids) + length
        raise ModelError(
            "the tokenizer puts neither a CLS nor a BOS token beside question and context, so "
            "nothing can say 'no answer'; use a model whose tokenizer does"
        )


@dataclass(frozen=True, slots=True)
class _TokenPair:
    """A question and its context."""

    question: Int32[np.ndarray, "token"]
    context: _Context
    layout: _PairLayout

    def cut(self, example_id: str, question: str, options: AnsweringOptions) -> Iterator[Window]:
        """Windows that share `doc_stride` tokens, up to the first that reaches the end."""
        special = sum(len(each.ids) for each in self.layout.specials)
        room = options.max_seq_length - special - len(self.question)
        tokens, step = len(self.context.token_ids), room - options.doc_stride
        starts = range(0, tokens - room + step, step) if tokens > room else range(1)
        for number, start in enumerate(starts):
            stretch = slice(start, start + room)
            token_ids, type_ids, lengths = self._put_together(self.context.token_ids[stretch])
            is_second = int(self.layout.context_is_second)
            before = self.layout.specials[: is_second + 1]
            yield Window(
                example_id=example_id,
                question=question,
                number=number,
                token_ids=token_ids,
                type_ids=type_ids,
                null_position=self.layout.null_position(lengths),
                context_position=sum(len(each.ids) for each in before) + is_second * lengths[0],
                first_token=start,
                token_chars=self.context.token_chars[stretch],
                context=self.context.encoding,
            )

    def _put_together(
        self, stretch: Int32[np.ndarray, "token"]
    ) -> tuple[Int32[np.ndarray, "length"], Int32[np.ndarray, "length"], tuple[int, int]]:
        """Ids and types of a window with this stretch of the context, and lengths of both texts."""
        first, second = (
            (self.question, stretch) if self.layout.context_is_second else (stretch, self.question)
        )
        before, between, after = self.layout.specials
        first_type, second_type = self.layout.text_types
        token_ids = np.concatenate((before.ids, first, between.ids, second, after.ids))
        type_ids = np.concatenate(
            (
                before.type_ids,
                np.full_like(first, first_type),
                between.type_ids,
                np.full_like(second, second_type),
                after.type_ids,
            )
        )
        return token_ids, type_ids, (len(first), len(second))


def _read_contexts(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example]
) -> dict[str, _Context]:
    """The tokens of each context, by its text."""
    texts = list(dict.fromkeys(example.context for example in examples))
    return {
        text: _Context(
            encoding,
            token_ids=np.array(encoding.ids, dtype=np.int32),
            token_chars=np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2),
        )
        for text, encoding in zip(texts, encode_texts(tokenizer, texts), strict=True)
    }


def _beginning(tokenizer: PreTrainedTokenizerFast, context: _Context, text: str) -> str:
    """The characters of the first tokens of a context, out of its text."""
    shown = text[: context.token_chars[:SHOWN_TOKENS, 1].max(initial=0)]
    (encoding,) = encode_texts(tokenizer, [shown])
    # Some texts have tokens only as a whole, as where a tokenizer drops blanks at the end.
    return shown if len(encoding) else text


def _find_layout(tokenizer: PreTrainedTokenizerFast, question: str, context: str) -> _PairLayout:
    """The layout of a pair of texts like these.

    Raises:
        ModelError: they do not stand side by side, each once.
    """
    context_sequence = CONTEXT_SEQUENCES[tokenizer.padding_side]
    texts = (question, context) if context_sequence else (context, question)
    encoding = unbounded(tokenizer).encode(*texts)
    owners = np.array([-1 if owner is None else owner for owner in encoding.sequence_ids])
    lengths = [len(each) for each in encode_texts(tokenizer, texts)]
    first, second = (_run_of(owners, sequence, tokens) for sequence, tokens in enumerate(lengths))
    if sum(encoding.special_tokens_mask) + sum(lengths) != len(encoding):
        raise ModelError(NOT_SIDE_BY_SIDE)
    # A template may turn them round.
    is_turned = bool(first and second and first.start > second.start)
    if is_turned:
        first, second = second, first
    # A text without tokens stands where the next thing begins.
    second = second or slice(len(owners), len(owners))
    first = first or slice(second.start, second.start)
    ids = np.array(encoding.ids, dtype=np.int32)
    type_ids = np.array(encoding.type_ids, dtype=np.int32)
    special = (slice(0, first.start), slice(first.stop, second.start), slice(second.stop, len(ids)))
    before, between, after = (_Tokens(ids[each], type_ids[each]) for each in special)
    null_ids = (tokenizer.cls_token_id, tokenizer.bos_token_id)
    return _PairLayout(
        context_is_second=bool(context_sequence) != is_turned,
        specials=(before, between, after),
        text_types=(_type_in(type_ids[first]), _type_in(type_ids[second])),
        null_ids=tuple(null_id for null_id in null_ids if null_id is not None),
    )


def _run_of(owners: Int64[np.ndarray, "token"], sequence: int, tokens: int) -> slice | None:
    """Where the tokens of a text stand in a pair; None if it has none.

    Raises:
        ModelError: they are not those of the text alone, in a row.
    """
    places = np.flatnonzero(owners == sequence)
    if len(places) != tokens or (tokens and places[-1] - places[0] + 1 != tokens):
        raise ModelError(NOT_SIDE_BY_SIDE)
    return slice(int(places[0]), int(places[-1]) + 1) if tokens else None


def _type_in(type_ids: Int32[np.ndarray, "token"]) -> int:
    """The type of a text's tokens."""
    return int(type_ids[0]) if len(type_ids) else 0
