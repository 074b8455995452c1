"""A tokenizer's definition survives reading, and all its parts follow the new ids."""

import json

import pytest
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordLevel, WordPiece
from tokenizers.processors import (
    BertProcessing,
    ByteLevel,
    RobertaProcessing,
    Sequence,
    TemplateProcessing,
)

from tests.tiny_models import FAMILIES
from trainer.errors import PreflightError
from trainer.starting.tokenizer_definitions import read_definition

IDS = {"[UNK]": 0, "unused": 1, "a": 2, "[CLS]": 3, "[SEP]": 4}
NEW_IDS = {"[UNK]": 0, "a": 1, "[CLS]": 2, "[SEP]": 3}
BERT_ENDS = (("[SEP]", 4), ("[CLS]", 3))
PROCESSORS = {
    "bert": BertProcessing(*BERT_ENDS),
    "roberta": RobertaProcessing(*BERT_ENDS),
    "template": TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 3), ("[SEP]", 4)]
    ),
    "sequence": Sequence([ByteLevel(), BertProcessing(*BERT_ENDS)]),
}


def word_pieces() -> Tokenizer:
    """A tokenizer of one letter."""
    tokenizer = Tokenizer(WordPiece(IDS, unk_token="[UNK]"))  # noqa: S106
    tokenizer.add_special_tokens(["[CLS]", "[SEP]"])
    return tokenizer


@pytest.mark.parametrize("family", FAMILIES)
def test_a_definition_is_written_as_it_was_read(family: str) -> None:
    tokenizer = FAMILIES[family].tokenizer().backend_tokenizer

    definition = json.loads(read_definition(tokenizer).model_dump_json())

    assert definition == json.loads(tokenizer.to_str())


@pytest.mark.parametrize("name", PROCESSORS)
def test_tokens_around_a_text_follow_the_new_ids(name: str) -> None:
    tokenizer = word_pieces()
    tokenizer.post_processor = PROCESSORS[name]

    definition = read_definition(tokenizer).cut(NEW_IDS)

    encoding = Tokenizer.from_str(definition.model_dump_json()).encode("a")
    assert encoding.tokens == ["[CLS]", "a", "[SEP]"]
    assert encoding.ids == [2, 1, 3]


def test_added_tokens_follow_the_new_ids() -> None:
    definition = read_definition(word_pieces()).cut(NEW_IDS)

    assert {token.content: token.id for token in definition.added_tokens} == {
        "[CLS]": 2,
        "[SEP]": 3,
    }
    assert definition.post_processor is None


def test_truncation_and_padding_are_left_out() -> None:
    tokenizer = word_pieces()
    tokenizer.enable_truncation(1)
    tokenizer.enable_padding(length=9)

    definition = read_definition(tokenizer)

    encoding = Tokenizer.from_str(definition.model_dump_json()).encode("a[SEP]a")
    assert encoding.tokens == ["a", "[SEP]", "a"]
    assert tokenizer.truncation is not None


def test_another_kind_of_vocabulary_is_refused() -> None:
    with pytest.raises(PreflightError) as caught:
        read_definition(Tokenizer(WordLevel({"a": 0}, unk_token="a")))  # noqa: S106

    assert str(caught.value) == (
        "the tokenizer's vocabulary cannot be cut (model: Input tag 'WordLevel' found using 'type' "
        "does not match any of the expected tags: 'WordPiece', 'BPE', 'Unigram'); only WordPiece, "
        "byte-level byte pairs and Unigram can, so leave the vocabulary whole"
    )


def test_byte_pairs_that_mark_ends_of_words_are_refused() -> None:
    tokenizer = Tokenizer(BPE({"a</w>": 0}, [], end_of_word_suffix="</w>"))

    with pytest.raises(PreflightError, match=r"cannot be cut \(model\.BPE\.end_of_word_suffix: "):
        read_definition(tokenizer)
