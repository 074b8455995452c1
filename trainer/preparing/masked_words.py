"""Proposes other words for those of a text, by a masked language model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from transformers import (
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from qareport.data.types import CharSpan
from qareport.errors import ModelError
from qareport.inference.loading.building import LOADING_ERRORS, bounded_building
from qareport.inference.loading.checkpoints import find_checkpoint
from trainer.preparing.augmenting import WORD

NEIGHBOUR_TOKENS = 100
"""What the model sees of a text on either side of a word: enough to guess it, in any model."""
TEXTS_AT_ONCE = 32
MOST_FORMS = 3
"""Most forms of the masked word itself in a vocabulary, such as it, It and IT."""


@dataclass(frozen=True, slots=True)
class MaskedWords:
    """A masked language model as a source of substitutes for words of one token."""

    model: PreTrainedModel
    """In eval mode."""
    tokenizer: PreTrainedTokenizerFast
    words: tuple[str, ...]
    """Those of its vocabulary that are one token each."""
    tokens: tuple[int, ...]
    """Their token ids, in the same order."""
    candidates: int
    """Most words that are proposed for a word."""

    def propose(self, text: str, words: Sequence[CharSpan]) -> list[tuple[str, ...]]:
        """The likeliest other words, likeliest first; none for a word of several tokens."""
        proposals: list[tuple[str, ...]] = [()] * len(words)
        # A text about such models may contain a mask, which looks like ours.
        masked = [] if self.tokenizer.mask_token in text else list(self._mask_each(text, words))
        for first in range(0, len(masked), TEXTS_AT_ONCE):
            batch = masked[first : first + TEXTS_AT_ONCE]
            logits = self._logits_of_masks([each.text for each in batch])
            for each, row in zip(batch, logits, strict=True):
                proposals[each.index] = self._likeliest(row, other_than=each.word)
        return proposals

    def _mask_each(self, text: str, words: Sequence[CharSpan]) -> Iterator["_MaskedWord"]:
        """Each word of one token, with the text around it."""
        encoding = self.tokenizer(text, add_special_tokens=False, verbose=False).encodings[0]
        starts, ends = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2).T
        for index, span in enumerate(words):
            word = text[span.start : span.end]
            tokens = np.flatnonzero((starts < span.end) & (ends > span.start) & (starts < ends))
            if len(tokens) == 1 and text[starts[tokens[0]] : ends[tokens[0]]].strip() == word:
                before = text[starts[max(tokens[0] - NEIGHBOUR_TOKENS, 0)] : span.start]
                after = text[span.end : ends[: tokens[0] + NEIGHBOUR_TOKENS + 1][-1]]
                yield _MaskedWord(index, word, f"{before}{self.tokenizer.mask_token}{after}")

    def _logits_of_masks(self, texts: list[str]) -> Float32[Tensor, "text word"]:
        """The logit of every word at the one mask of each text."""
        inputs = self.tokenizer(texts, padding=True, return_tensors="pt").to(self.model.device)
        with torch.inference_mode():
            logits: Tensor = self.model(**inputs).logits
        is_mask = inputs["input_ids"] == self.tokenizer.mask_token_id
        return logits[is_mask][:, list(self.tokens)].float().cpu()

    def _likeliest(self, logits: Float32[Tensor, "word"], *, other_than: str) -> tuple[str, ...]:
        best = logits.topk(min(self.candidates + MOST_FORMS, len(self.words))).indices.tolist()
        others = (self.words[row] for row in best if self.words[row].lower() != other_than.lower())
        return tuple(others)[: self.candidates]


def load_masked_words(
    name: str, *, candidates: int, revision: str | None = None, device: torch.device
) -> MaskedWords:
    """The masked language model in a folder or on the Hub, from safetensors.

    Raises:
        ModelError: it cannot be loaded, or is not a masked language model.
    """
    checkpoint = find_checkpoint(name, revision)
    folder = checkpoint.folder
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        with bounded_building(name, checkpoint.stored):
            model, report = AutoModelForMaskedLM.from_pretrained(
                folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True
            )
    except LOADING_ERRORS as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{name}: cannot be loaded as a masked language model ({reason}); "
            "name one, such as bert-base-uncased"
        ) from error
    checkpoint.require_unchanged()
    if report["missing_keys"]:
        raise ModelError(
            f"{name}: the checkpoint has no {min(report['missing_keys'])!r}, so the model would "
            "propose words at random; name a masked language model, such as bert-base-uncased"
        )
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise ModelError(
            f"{name}: its tokenizer ({type(tokenizer).__name__}) cannot say which characters a "
            "token came from; name a model with a fast tokenizer"
        )
    torch.nn.Module.to(model, device)
    token_of = _whole_words(tokenizer)
    return MaskedWords(
        model.eval(), tokenizer, tuple(token_of), tuple(token_of.values()), candidates
    )


@dataclass(frozen=True, slots=True)
class _MaskedWord:
    """A text in which a mask replaces a word."""

    index: int
    """Of the word, among those to propose others for."""
    word: str
    text: str


def _whole_words(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    """The words that come out of a text as one token each, with these tokens."""
    decoded = tokenizer.batch_decode([[token] for token in range(len(tokenizer))])
    words = [text.strip() for text in decoded]
    in_text = tokenizer([f" {word}" for word in words], add_special_tokens=False)["input_ids"]
    return {
        word: token
        for token, word in enumerate(words)
        if in_text[token] == [token] and WORD.fullmatch(word)
    }
