"""Trims the three kinds of vocabulary, each to the tokens that it needs.

Each kind answers the same way with fewer tokens, as long as `needed` ones stay:

- WordPiece takes the longest token that fits; those it took stay, and no other becomes longer.
- Byte-pair encoding joins by rank; the joins that make the tokens in use stay, in their order.
- Unigram takes the likeliest path; the tokens on it stay, and no other path becomes likelier.

All keep single characters, so that a word that is new to the vocabulary is spelt, not unknown.
The corpus is still to be checked: a word that was unknown to WordPiece may find other pieces.
"""

from collections import defaultdict
from collections.abc import Container, Mapping
from collections.abc import Set as AbstractSet
from typing import Literal

from pydantic import BaseModel, ConfigDict

TokenIds = Mapping[str, int]
"""Id of each token."""
WORD_START = "▁"
"""What SentencePiece writes for the blank before a word."""


class DefinitionPart(BaseModel):
    """A part of a tokenizer's JSON; keys that are not fields stay as they are."""

    model_config = ConfigDict(frozen=True, extra="allow")


class WordPiece(DefinitionPart):
    """Words cut into a start and continuations, the longest first (BERT, MPNet)."""

    type: Literal["WordPiece"]
    vocab: dict[str, int]
    unk_token: str
    continuing_subword_prefix: str

    def ids(self) -> TokenIds:
        """Id of each token."""
        return self.vocab

    def needed(self, used: AbstractSet[str]) -> set[str]:
        """The tokens in use, the unknown token, and characters that start or continue a word."""
        characters = {
            token
            for token in self.vocab
            if len(token.removeprefix(self.continuing_subword_prefix)) == 1
        }
        return {*used, *characters, self.unk_token}

    def cut(self, new_ids: TokenIds) -> "WordPiece":
        """The vocabulary of these tokens."""
        return self.model_copy(update={"vocab": _renumber(self.vocab, new_ids)})


class BytePairs(DefinitionPart):
    """Bytes joined pair by pair, the joins ranked (RoBERTa, ModernBERT)."""

    type: Literal["BPE"]
    vocab: dict[str, int]
    merges: list[tuple[str, str]]
    """Best rank first."""
    unk_token: str | None
    byte_fallback: Literal[False]
    continuing_subword_prefix: Literal[""] | None
    end_of_word_suffix: Literal[""] | None

    def ids(self) -> TokenIds:
        """Id of each token."""
        return self.vocab

    def needed(self, used: AbstractSet[str]) -> set[str]:
        """The tokens in use, all they can be joined from, and the single bytes."""
        parts: defaultdict[str, set[str]] = defaultdict(set)
        for left, right in self.merges:
            parts[left + right] |= {left, right}
        needed = {token for token in self.vocab if len(token) == 1}
        if self.unk_token is not None:
            needed.add(self.unk_token)
        waiting = list(used)
        while waiting:
            token = waiting.pop()
            if token not in needed:
                needed.add(token)
                waiting += parts[token]
        return needed

    def cut(self, new_ids: TokenIds) -> "BytePairs":
        """The vocabulary of these tokens, and the joins that stay among them."""
        merges = [pair for pair in self.merges if _stays(pair, new_ids)]
        return self.model_copy(update={"vocab": _renumber(self.vocab, new_ids), "merges": merges})


class Unigram(DefinitionPart):
    """Pieces with log-probabilities (XLM-R, ALBERT, DeBERTa-v2, XLNet)."""

    type: Literal["Unigram"]
    vocab: list[tuple[str, float]]
    """Their indices are their ids."""
    unk_id: int | None
    byte_fallback: bool = False

    def ids(self) -> TokenIds:
        """Id of each token."""
        return {token: index for index, (token, _) in enumerate(self.vocab)}

    def needed(self, used: AbstractSet[str]) -> set[str]:
        """The tokens in use, the unknown and the unlikeliest one, characters, and bytes if used.

        An unknown character costs ten more than the unlikeliest token, which must not change.
        """
        unlikeliest, _ = min(self.vocab, key=lambda piece: piece[1])
        needed = {*used, unlikeliest}
        for index, (token, _) in enumerate(self.vocab):
            is_character = len(token.removeprefix(WORD_START)) <= 1
            if is_character or index == self.unk_id or (self.byte_fallback and _is_byte(token)):
                needed.add(token)
        return needed

    def cut(self, new_ids: TokenIds) -> "Unigram":
        """The vocabulary of these tokens, in their old order."""
        unknown = None if self.unk_id is None else new_ids[self.vocab[self.unk_id][0]]
        vocab = [piece for piece in self.vocab if piece[0] in new_ids]
        return self.model_copy(update={"vocab": vocab, "unk_id": unknown})


def _renumber(vocab: TokenIds, new_ids: TokenIds) -> dict[str, int]:
    return {token: new_ids[token] for token in vocab if token in new_ids}


def _stays(pair: tuple[str, str], tokens: Container[str]) -> bool:
    left, right = pair
    return left in tokens and right in tokens and left + right in tokens


def _is_byte(token: str) -> bool:
    """Whether the token stands for a byte, such as `<0x0A>`."""
    return len(token) == len("<0x00>") and token.startswith("<0x") and token.endswith(">")
