"""Finds out how a tokenizer arranges question and context, and where its null token stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32, Int64
from tokenizers import Encoding, Tokenizer
from transformers import PreTrainedTokenizerFast

from qareport.errors import ModelError

CONTEXT_SEQUENCES = {"right": 1, "left": 0}
"""The index of the context among the two texts, by padding side, as in run_qa."""
NOT_SIDE_BY_SIDE = (
    "the tokenizer does not put question and context side by side, each once, so no windows can be "
    "cut; mend the template of pairs in its tokenizer.json"
)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Special tokens in a row."""

    ids: Int32[np.ndarray, "token"]
    type_ids: Int32[np.ndarray, "token"]


@dataclass(frozen=True, slots=True)
class PairLayout:
    """How a tokenizer arranges question and context."""

    context_is_second: bool
    """Whether the context stands behind the question."""
    specials: tuple[_Tokens, _Tokens, _Tokens]
    """Before, between and after the texts."""
    text_types: tuple[int, int]
    """Type ids of the tokens of each text."""
    null_place: tuple[int, int]
    """The token that says "no answer": which special tokens it is among, and its index there."""

    def null_position(self, lengths: Sequence[int]) -> int:
        """The position of that token, by the lengths of the texts."""
        number, index = self.null_place
        return sum(len(each.ids) for each in self.specials[:number]) + sum(lengths[:number]) + index


def encode(whole: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
    """The tokens of each text, without special ones."""
    return whole.encode_batch(list(texts), add_special_tokens=False)


def find_layout(
    tokenizer: PreTrainedTokenizerFast, whole: Tokenizer, question: str, context: str
) -> PairLayout:
    """The layout of a pair of texts like these; `whole` is the tokenizer that does not cut.

    Raises:
        ModelError: they do not stand side by side, each once, or nothing can say "no answer".
    """
    context_sequence = CONTEXT_SEQUENCES[tokenizer.padding_side]
    texts = (question, context) if context_sequence else (context, question)
    encoding = whole.encode(*texts)
    owners = np.array([-1 if owner is None else owner for owner in encoding.sequence_ids])
    lengths = [len(each) for each in encode(whole, texts)]
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
    special = (
        slice(0, first.start),
        slice(first.stop, second.start),
        slice(second.stop, len(ids)),
    )
    before, between, after = (_Tokens(ids[each], type_ids[each]) for each in special)
    return PairLayout(
        context_is_second=bool(context_sequence) != is_turned,
        specials=(before, between, after),
        text_types=(_type_in(type_ids[first]), _type_in(type_ids[second])),
        null_place=_null_place(
            (before, between, after), (tokenizer.cls_token_id, tokenizer.bos_token_id)
        ),
    )


def _null_place(specials: Sequence[_Tokens], null_ids: Sequence[int | None]) -> tuple[int, int]:
    """Which special tokens the null token is among, and its index; the preferred id comes first.

    Raises:
        ModelError: the tokenizer adds none.
    """
    for null_id in null_ids:
        for number, special in enumerate(specials):
            places = np.flatnonzero(special.ids == null_id)
            if null_id is not None and len(places):
                return number, int(places[0])
    raise ModelError(
        "the tokenizer puts neither a CLS nor a BOS token beside question and context, so "
        "nothing can say 'no answer'; use a model whose tokenizer does"
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
