"""Cuts examples into windows of tokens, question and context together, as run_qa does.

Questions and contexts become tokens on their own, each context once for all its questions, and
windows are put together from these. The tokenizer is only read, so that threads may share it: to
have it cut windows itself, as run_qa does, is to change its settings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32
from numpy.lib.stride_tricks import sliding_window_view
from tokenizers import Encoding, Tokenizer
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example
from qareport.errors import UsageError
from qareport.inference.options import AnsweringOptions
from qareport.inference.pair_layout import PairLayout, encode, find_layout

SHOWN_TOKENS = 8
"""Of a context, enough to see where a tokenizer puts it."""
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
    cutter = _Cutter(tokenizer, unbounded(tokenizer))
    return tuple(cutter.make_windows(examples, cutter.fit_questions(examples, options), options))


def encode_texts(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[Encoding]:
    """The tokens of each text, without special ones; leaves the tokenizer as it is."""
    return encode(unbounded(tokenizer), texts)


def fit_questions(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], options: AnsweringOptions
) -> list[str]:
    """The questions without leading blanks, cut at their end where they leave too little room.

    Room for as many context tokens as windows share, or fewer, is too little: windows could not
    advance. Such a question keeps half of the tokens that special tokens and `doc_stride` leave.

    Raises:
        UsageError: windows are too short for any question.
    """
    cutter = _Cutter(tokenizer, unbounded(tokenizer))
    return [each.text for each in cutter.fit_questions(examples, options)]


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
    cutter = _Cutter(tokenizer, unbounded(tokenizer))
    return cutter.make_windows(examples, cutter.read_questions(questions), options)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as it is asked."""

    text: str
    token_ids: Int32[np.ndarray, "token"]


@dataclass(frozen=True, slots=True)
class _Cutter:
    """A tokenizer, with itself or a copy that neither cuts nor pads; copies take long."""

    tokenizer: PreTrainedTokenizerFast
    whole: Tokenizer

    def read_questions(self, texts: Sequence[str]) -> list[_Question]:
        """The questions with their tokens."""
        encodings = encode(self.whole, texts)
        return [
            _Question(text, np.array(encoding.ids, dtype=np.int32))
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def fit_questions(
        self, examples: Sequence[Example], options: AnsweringOptions
    ) -> list[_Question]:
        """See `fit_questions`.

        Raises:
            UsageError: likewise.
        """
        special = self.tokenizer.num_special_tokens_to_add(pair=True)
        free = options.max_seq_length - special - options.doc_stride
        if free < MIN_FREE_TOKENS:
            raise UsageError(
                f"windows of {options.max_seq_length} tokens have no room for a question beside "
                f"{special} special and {options.doc_stride} shared tokens; "
                "raise max_seq_length or lower doc_stride"
            )
        questions = self.read_questions([example.question.lstrip() for example in examples])
        for index, question in enumerate(questions):
            if len(question.token_ids) >= free:
                # Up to the first token left out, not to the end of the last one kept: one character
                # may be many tokens (the ligature U+FDFA is 18), and all would come back.
                (encoding,) = encode(self.whole, [question.text])
                kept = question.text[: encoding.offsets[free // 2][0]].rstrip()
                (questions[index],) = self.read_questions([kept])
        return questions

    def make_windows(
        self,
        examples: Sequence[Example],
        questions: Sequence[_Question],
        options: AnsweringOptions,
    ) -> list[Window]:
        """See `make_windows`.

        Raises:
            ModelError: likewise.
        """
        contexts = self._read_contexts(examples)
        layouts: dict[tuple[bool, bool], PairLayout] = {}
        windows: list[Window] = []
        for example, question in zip(examples, questions, strict=True):
            context = contexts[example.context]
            # Where a text has no tokens, a template may leave out what goes with it.
            kind = len(question.token_ids) > 0, len(context.token_ids) > 0
            if kind not in layouts:
                beginning = self._beginning(context, example.context)
                layouts[kind] = find_layout(self.tokenizer, self.whole, question.text, beginning)
            windows += _TokenPair(question, context, layouts[kind]).cut(example.id, options)
        return windows

    def _read_contexts(self, examples: Sequence[Example]) -> dict[str, "_Context"]:
        """The tokens of each context, by its text."""
        texts = list(dict.fromkeys(example.context for example in examples))
        return {
            text: _Context(
                encoding,
                token_ids=np.array(encoding.ids, dtype=np.int32),
                token_chars=np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2),
            )
            for text, encoding in zip(texts, encode(self.whole, texts), strict=True)
        }

    def _beginning(self, context: "_Context", text: str) -> str:
        """The characters of the first tokens of a context, out of its text."""
        shown = text[: context.token_chars[:SHOWN_TOKENS, 1].max(initial=0)]
        (encoding,) = encode(self.whole, [shown])
        # Some texts have tokens only as a whole, as where a tokenizer drops blanks at the end.
        return shown if len(encoding) else text


@dataclass(frozen=True, slots=True)
class _Context:
    """The tokens of a context."""

    encoding: Encoding
    token_ids: Int32[np.ndarray, "token"]
    token_chars: Int32[np.ndarray, "token 2"]


@dataclass(frozen=True, slots=True)
class _TokenPair:
    """A question and its context."""

    question: _Question
    context: _Context
    layout: PairLayout

    def cut(self, example_id: str, options: AnsweringOptions) -> Iterator[Window]:
        """Windows that share `doc_stride` tokens, up to the first that reaches the end."""
        special = sum(len(each.ids) for each in self.layout.specials)
        room = options.max_seq_length - special - len(self.question.token_ids)
        tokens, step = self.context.token_ids, room - options.doc_stride
        if len(tokens) <= room:
            yield from self._windows_of(example_id, tokens[np.newaxis], range(1))
            return
        starts = range(0, len(tokens) - room + step, step)
        is_last_whole = starts[-1] + room == len(tokens)
        whole = starts if is_last_whole else starts[:-1]
        stretches = sliding_window_view(tokens, room)[whole.start : whole.stop : step]
        yield from self._windows_of(example_id, stretches, whole)
        if not is_last_whole:
            rest = tokens[np.newaxis, starts[-1] :]
            yield from self._windows_of(example_id, rest, starts[-1:], number=len(whole))

    def _windows_of(
        self,
        example_id: str,
        stretches: Int32[np.ndarray, "window token"],
        starts: range,
        *,
        number: int = 0,
    ) -> Iterator[Window]:
        """The windows of stretches of one length, which start at these tokens of the context."""
        is_second = int(self.layout.context_is_second)
        question, room = self.question.token_ids, stretches.shape[1]
        lengths = (len(question), room) if is_second else (room, len(question))
        texts = (question, stretches) if is_second else (stretches, question)
        token_ids, type_ids = self._put_together(texts, len(starts))
        null_position = self.layout.null_position(lengths)
        before = self.layout.specials[: is_second + 1]
        context_position = sum(len(each.ids) for each in before) + is_second * lengths[0]
        for row, start in enumerate(starts):
            yield Window(
                example_id=example_id,
                question=self.question.text,
                number=number + row,
                token_ids=token_ids[row],
                type_ids=type_ids,
                null_position=null_position,
                context_position=context_position,
                first_token=start,
                token_chars=self.context.token_chars[start : start + room],
                context=self.context.encoding,
            )

    def _put_together(
        self, texts: tuple[Int32[np.ndarray, "..."], Int32[np.ndarray, "..."]], windows: int
    ) -> tuple[Int32[np.ndarray, "window length"], Int32[np.ndarray, "length"]]:
        """Ids of each window and the types of all; a text is the same in all or has a row each."""
        before, between, after = self.layout.specials
        first_type, second_type = self.layout.text_types
        parts: tuple[tuple[np.ndarray, np.ndarray | int], ...] = (
            (before.ids, before.type_ids),
            (texts[0], first_type),
            (between.ids, between.type_ids),
            (texts[1], second_type),
            (after.ids, after.type_ids),
        )
        length = sum(ids.shape[-1] for ids, _ in parts)
        token_ids = np.empty((windows, length), dtype=np.int32)
        type_ids = np.empty(length, dtype=np.int32)
        start = 0
        for ids, types in parts:
            stop = start + ids.shape[-1]
            token_ids[:, start:stop] = ids
            type_ids[start:stop] = types
            start = stop
        return token_ids, type_ids
