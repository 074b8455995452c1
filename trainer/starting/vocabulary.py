"""Trims a model's vocabulary to the tokens of a corpus, all of them or the commonest."""

import bisect
import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerFast

from qareport.inference.loading.models import check_fit, quiet_loading
from trainer.errors import PreflightError
from trainer.starting.rebuilding import rebuild
from trainer.starting.tokenizer_definitions import TokenizerDefinition, read_definition

Input = str | tuple[str, str]
"""A text, or a pair of them."""
EMPTY_PAIR = ("", "")
"""Encoded, it shows the special tokens around a pair of texts."""
BATCH_TEXTS = 1000
"""Texts encoded at a time; all at once would fill the memory."""
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model is."""

    tokens: int
    """Of its tokenizer."""
    parameters: int


@dataclass(frozen=True, slots=True)
class TrimmedModel:
    """A model whose vocabulary was cut, and its tokenizer."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    kept_ids: tuple[int, ...]
    """Old id of each token, by its new one, rising."""
    before: Size
    after: Size


def trim_vocabulary(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, texts: Iterable[str]
) -> TrimmedModel:
    """A new model and tokenizer that answer over `texts` as these do, with fewer tokens.

    Kept are the tokens of the texts, single characters, and all special and added tokens, in their
    old order. Texts are taken as they are: questions must come without the leading blanks that
    windows leave out. Embeddings without a token go too.

    Raises:
        PreflightError: the vocabulary cannot be cut, or a text would be cut into other tokens.
        ModelError: the tokenizer is not the model's.
    """
    corpus = _read_corpus(model, tokenizer, texts)
    kept = _kept_tokens(corpus.definition, corpus.counts.keys(), model)
    trimmed = _cut(model, tokenizer, corpus.definition, kept)
    _check_same_tokens(corpus.tokenizer, trimmed.tokenizer.backend_tokenizer, corpus.inputs)
    return trimmed


def limit_vocabulary(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, texts: Iterable[str], *, size: int
) -> TrimmedModel:
    """A new model and tokenizer with the tokens that are commonest in `texts`, at most `size`.

    Single characters, and all special and added tokens, are among them. Words whose tokens go are
    cut into shorter ones, so over such words the model answers otherwise than before.

    Raises:
        PreflightError: the vocabulary cannot be cut, or not to so few tokens.
        ModelError: the tokenizer is not the model's.
    """
    corpus = _read_corpus(model, tokenizer, texts)
    counts = corpus.counts
    commonest = sorted(counts, key=lambda token: (-counts[token], token))

    def kept(number: int) -> list[str]:
        return _kept_tokens(corpus.definition, set(commonest[:number]), model)

    fewest = len(kept(0))
    if fewest > size:
        raise PreflightError(
            f"a vocabulary of {size} tokens has no room for the {fewest} that must stay (single "
            "characters and special tokens); choose a larger one"
        )
    fitting = bisect.bisect_right(
        range(len(commonest) + 1), size, key=lambda number: len(kept(number))
    )
    return _cut(model, tokenizer, corpus.definition, kept(fitting - 1))


@dataclass(frozen=True, slots=True)
class _Corpus:
    """Texts, with the tokens that an untrimmed tokenizer cuts them into."""

    definition: TokenizerDefinition
    tokenizer: Tokenizer
    """By that definition."""
    inputs: tuple[Input, ...]
    """Each text once, and a pair that shows the special tokens."""
    counts: Counter[str]
    """How often each token occurs in them."""


def _read_corpus(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, texts: Iterable[str]
) -> _Corpus:
    check_fit(type(model).__name__, model, tokenizer)
    definition = read_definition(tokenizer.backend_tokenizer)
    whole = Tokenizer.from_str(definition.model_dump_json())
    inputs: tuple[Input, ...] = (EMPTY_PAIR, *dict.fromkeys(texts))
    counts = Counter(token for encoding in _encode(whole, inputs) for token in encoding.tokens)
    return _Corpus(definition, whole, inputs, counts)


def _cut(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    definition: TokenizerDefinition,
    kept: Sequence[str],
) -> TrimmedModel:
    """The model and the tokenizer with these tokens alone."""
    new_ids = {token: new for new, token in enumerate(kept)}
    trimmed = _reload(tokenizer, definition.cut(new_ids))
    if trimmed.get_vocab() != new_ids:
        raise PreflightError(
            f"the tokenizer changes its ids when it is loaded with {len(kept)} of its tokens; "
            "leave the vocabulary whole"
        )
    old_ids = definition.ids()
    kept_ids = tuple(old_ids[token] for token in kept)
    smaller = _cut_embeddings(model, kept_ids)
    return TrimmedModel(
        model=smaller,
        tokenizer=trimmed,
        kept_ids=kept_ids,
        before=Size(len(tokenizer), model.num_parameters()),
        after=Size(len(trimmed), smaller.num_parameters()),
    )


def _encode(tokenizer: Tokenizer, inputs: Sequence[Input]) -> Iterator[Encoding]:
    for first in range(0, len(inputs), BATCH_TEXTS):
        yield from tokenizer.encode_batch(inputs[first : first + BATCH_TEXTS])


def _kept_tokens(
    definition: TokenizerDefinition, used: AbstractSet[str], model: PreTrainedModel
) -> list[str]:
    """All tokens that must stay, by rising id."""
    added = {token.content for token in definition.added_tokens}
    named = set(_named_ids(model.config).values())
    fixed = range(_fixed_ids(model))
    needed = definition.model.needed(used | added)
    by_id = sorted(definition.ids().items(), key=lambda item: item[1])
    return [
        token for token, old_id in by_id if token in needed or old_id in named or old_id in fixed
    ]


def _named_ids(config: PreTrainedConfig) -> dict[str, int]:
    """The tokens that a configuration names, such as `pad_token_id`."""
    return {
        name: value
        for name, value in config.to_dict().items()
        if name.endswith("_token_id") and isinstance(value, int)
    }


def _fixed_ids(model: PreTrainedModel) -> int:
    """How many first ids must not move: RoBERTa and MPNet count positions from the padding id."""
    words = model.get_input_embeddings()
    return max(
        (
            module.padding_idx + 1
            for module in model.modules()
            if isinstance(module, nn.Embedding)
            and module is not words
            and module.padding_idx is not None
        ),
        default=0,
    )


def _reload(
    tokenizer: PreTrainedTokenizerFast, definition: TokenizerDefinition
) -> PreTrainedTokenizerFast:
    """A tokenizer like this one, as it will come out of a checkpoint with that definition."""
    with TemporaryDirectory() as folder, quiet_loading():
        tokenizer.save_pretrained(folder)
        definition_file = Path(folder) / "tokenizer.json"
        definition_file.write_text(definition.model_dump_json(), encoding="utf-8", newline="\n")
        reloaded: PreTrainedTokenizerFast = type(tokenizer).from_pretrained(folder)
    return reloaded


def _check_same_tokens(whole: Tokenizer, trimmed: Tokenizer, inputs: Sequence[Input]) -> None:
    """Refuses a vocabulary that cuts texts otherwise."""
    encodings = zip(inputs, _encode(whole, inputs), _encode(trimmed, inputs), strict=True)
    for text, expected, encoding in encodings:
        if (encoding.tokens, encoding.offsets) != (expected.tokens, expected.offsets):
            raise PreflightError(
                f"the trimmed tokenizer cuts {str(text)[:SHOWN_CHARACTERS]!r} into other tokens; "
                "leave that text out, or the vocabulary whole"
            )


def _cut_embeddings(model: PreTrainedModel, kept_ids: Sequence[int]) -> PreTrainedModel:
    """The model with these rows of its table of tokens, and of all that is tied to it."""
    config = copy.deepcopy(model.config)
    config.vocab_size = len(kept_ids)
    new_ids = {old: new for new, old in enumerate(kept_ids)}
    for name, token_id in _named_ids(config).items():
        setattr(config, name, new_ids.get(token_id))
    table = next(model.get_input_embeddings().parameters())
    weights = {
        name: weight[list(kept_ids)] if weight.data_ptr() == table.data_ptr() else weight
        for name, weight in model.state_dict().items()
    }
    return rebuild(model, config, weights)
