"""Sentences to folders of tiny models: random weights, true tokenizers."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer
from transformers import (
    AlbertTokenizer,
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    BertTokenizer,
    DebertaV2Tokenizer,
    DistilBertTokenizer,
    MPNetTokenizer,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    RobertaTokenizer,
    XLMRobertaTokenizer,
    XLNetTokenizer,
)

SENTENCES = (
    "The Normans gave their name to Normandy, a region in France, in the 10th century.",
    "In what country is Normandy located, and who was the leader of the Normans in 911?",
    "They were descended from raiders from Denmark (Danes), Iceland and Norway.",
    "Der Müller aß übermäßig viele Brötchen für 3,50 € in Köln.",
    "Wo liegt die Straße, in der die Kölner Bäcker früher wohnten?",
    "诺曼底是法国的一个地区。",
)
WORDS = sorted({word for line in SENTENCES for word in re.findall(r"[^\W\d]+", line)})
CHARACTERS = sorted(
    {*string.ascii_letters, *string.digits, *string.punctuation, *"".join(SENTENCES)} - {" "}
)
STEM_LETTERS = 4
PIECE_SCORE = -5.0
CHARACTER_SCORE = -10.0
BYTE_PAIR_TOKENS = 350
MAX_TOKENS = 512

PADDING = "[PAD]"
BERT_SPECIALS = (PADDING, "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MODERNBERT_SPECIALS: Mapping[str, str] = {
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "pad_token": PADDING,
    "mask_token": "[MASK]",
}
XLNET_SPECIALS = ("<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>")

Setting = int | float | bool | str | list[str]

SIZES: Mapping[str, Setting] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": MAX_TOKENS,
    # Ten times the usual, so that the logits of two tokens differ by far more than rounding.
    "initializer_range": 0.2,
}
BERT: Mapping[str, Setting] = {
    **SIZES,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
ROBERTA: Mapping[str, Setting] = {
    **BERT,
    "max_position_embeddings": MAX_TOKENS + 2,  # they count from the padding id, which is 1
    "type_vocab_size": 1,
}


@dataclass(frozen=True, slots=True)
class Family:
    """What sets one family of models apart from the others."""

    tokenizer: Callable[[], PreTrainedTokenizerFast]
    settings: Mapping[str, Setting]
    """Of the configuration; vocabulary size and special tokens come from the tokenizer."""


def build_tiny_model(
    family: str, folder: Path, *, seed: int = 0, layers: int | None = None
) -> Path:
    """The folder, with a model of the family and its tokenizer saved in it."""
    tokenizer = FAMILIES[family].tokenizer()
    config = tiny_config(family, tokenizer)
    if layers is not None:
        config.num_hidden_layers = layers
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = AutoModelForQuestionAnswering.from_config(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def build_tiny_masked_model(family: str, folder: Path, *, seed: int = 0) -> Path:
    """The folder, with a masked language model of the family and its tokenizer saved in it."""
    tokenizer = FAMILIES[family].tokenizer()
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = AutoModelForMaskedLM.from_config(tiny_config(family, tokenizer))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_config(family: str, tokenizer: PreTrainedTokenizerFast) -> PreTrainedConfig:
    """The family's configuration, for the vocabulary of the tokenizer."""
    return AutoConfig.for_model(
        family,
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        **FAMILIES[family].settings,
    )


def _bert_tokenizer() -> PreTrainedTokenizerFast:
    """WordPiece without case: `[CLS] question [SEP] context [SEP]`."""
    return BertTokenizer(vocab=_word_pieces(BERT_SPECIALS), model_max_length=MAX_TOKENS)


def _distilbert_tokenizer() -> PreTrainedTokenizerFast:
    """WordPiece as BERT's, without segments."""
    return DistilBertTokenizer(vocab=_word_pieces(BERT_SPECIALS), model_max_length=MAX_TOKENS)


def _mpnet_tokenizer() -> PreTrainedTokenizerFast:
    """WordPiece without case: `<s> question </s></s> context </s>`."""
    vocabulary = _word_pieces((*ROBERTA_SPECIALS, "[UNK]"))
    return MPNetTokenizer(vocab=vocabulary, model_max_length=MAX_TOKENS)


def _roberta_tokenizer() -> PreTrainedTokenizerFast:
    """Byte pairs: `<s> question </s></s> context </s>`."""
    specials = {token: index for index, token in enumerate(ROBERTA_SPECIALS)}
    untrained = RobertaTokenizer(vocab=specials, model_max_length=MAX_TOKENS)
    trained: RobertaTokenizer = untrained.train_new_from_iterator(
        [SENTENCES], BYTE_PAIR_TOKENS, show_progress=False
    )
    return trained


def _xlm_roberta_tokenizer() -> PreTrainedTokenizerFast:
    """Unigram: `<s> question </s></s> context </s>`."""
    return XLMRobertaTokenizer(vocab=_unigram_pieces(ROBERTA_SPECIALS), model_max_length=MAX_TOKENS)


def _albert_tokenizer() -> PreTrainedTokenizerFast:
    """Unigram without case and accents: `[CLS] question [SEP] context [SEP]`."""
    vocabulary = _unigram_pieces(("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"))
    return AlbertTokenizer(vocab=vocabulary, model_max_length=MAX_TOKENS)


def _deberta_v2_tokenizer() -> PreTrainedTokenizerFast:
    """Unigram whose tokens hold the space before them: `[CLS] question [SEP] context [SEP]`."""
    vocabulary = _unigram_pieces((PADDING, "[CLS]", "[SEP]", "[UNK]", "[MASK]"))
    return DebertaV2Tokenizer(vocab=vocabulary, model_max_length=MAX_TOKENS)


def _xlnet_tokenizer() -> PreTrainedTokenizerFast:
    """Unigram, padded on the left, the null token last: `question <sep> context <sep> <cls>`."""
    return XLNetTokenizer(vocab=_unigram_pieces(XLNET_SPECIALS))


def _modernbert_tokenizer() -> PreTrainedTokenizerFast:
    """Byte pairs whose tokens hold the space before them: `[CLS] question [SEP] context [SEP]`."""
    backend = byte_pair_tokenizer(list(MODERNBERT_SPECIALS.values()))
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, backend.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_input_names=["input_ids", "attention_mask"],
        model_max_length=MAX_TOKENS,
        **MODERNBERT_SPECIALS,
    )


def byte_pair_tokenizer(specials: list[str]) -> Tokenizer:
    """Byte pairs learnt from the sentences, after the special tokens."""
    backend = Tokenizer(BPE())
    backend.normalizer = NFC()
    backend.pre_tokenizer = ByteLevel(add_prefix_space=False)
    trainer = BpeTrainer(
        vocab_size=BYTE_PAIR_TOKENS,
        special_tokens=specials,
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(SENTENCES, trainer)
    return backend


# Listed, not trained: the trainers of these two kinds order pieces differently in every process.
def _word_pieces(specials: tuple[str, ...]) -> dict[str, int]:
    """Ids of special tokens, characters, and the words cut into stem and rest."""
    words = [word.lower() for word in WORDS]
    starts = [*CHARACTERS, *(word[:STEM_LETTERS] for word in words)]
    rests = [*CHARACTERS, *(word[STEM_LETTERS:] for word in words)]
    pieces = dict.fromkeys([*specials, *starts, *(f"##{rest}" for rest in rests if rest)])
    return {piece: index for index, piece in enumerate(pieces)}


def _unigram_pieces(specials: tuple[str, ...]) -> list[tuple[str, float]]:
    """Log-probabilities of special tokens, characters, and the words cut into stem and rest."""
    stems = [f"▁{word[:STEM_LETTERS]}" for word in WORDS]
    rests = [word[STEM_LETTERS:] for word in WORDS if len(word) > STEM_LETTERS + 1]
    scores = dict.fromkeys(specials, 0.0)
    scores |= dict.fromkeys(["▁", *CHARACTERS], CHARACTER_SCORE)
    scores |= dict.fromkeys([*stems, *rests], PIECE_SCORE)
    return list(scores.items())


FAMILIES: Mapping[str, Family] = {
    "bert": Family(_bert_tokenizer, BERT),
    "distilbert": Family(
        _distilbert_tokenizer,
        {**SIZES, "hidden_dim": 64, "dropout": 0.0, "attention_dropout": 0.0, "qa_dropout": 0.0},
    ),
    "electra": Family(_bert_tokenizer, {**BERT, "embedding_size": 16}),
    "mobilebert": Family(
        _bert_tokenizer, {**BERT, "embedding_size": 16, "intra_bottleneck_size": 16}
    ),
    "mpnet": Family(_mpnet_tokenizer, ROBERTA),
    "modernbert": Family(
        _modernbert_tokenizer,
        {**SIZES, "cls_token_id": 1, "sep_token_id": 2, "local_attention": 16},
    ),
    "roberta": Family(_roberta_tokenizer, ROBERTA),
    "xlm-roberta": Family(_xlm_roberta_tokenizer, ROBERTA),
    "albert": Family(_albert_tokenizer, {**BERT, "embedding_size": 16}),
    "deberta-v2": Family(
        _deberta_v2_tokenizer,
        {
            **BERT,
            "type_vocab_size": 0,
            "relative_attention": True,
            "position_biased_input": False,
            "pos_att_type": ["p2c", "c2p"],
            "position_buckets": 32,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
        },
    ),
    "xlnet": Family(
        _xlnet_tokenizer,
        {
            "d_model": 32,
            "n_layer": 2,
            "n_head": 2,
            "d_inner": 64,
            "dropout": 0.0,
            "initializer_range": 0.2,
        },
    ),
}
