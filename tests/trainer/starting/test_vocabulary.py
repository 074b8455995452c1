"""A trimmed model answers over its corpus as the whole one, and spells what it does not know."""

from pathlib import Path

import pytest
import torch
from transformers import (
    AutoConfig,
    BertTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    XLMRobertaTokenizer,
)

from qareport.errors import ModelError
from qareport.inference.answerer import load_answerer
from qareport.inference.loading.checkpoints import find_checkpoint
from qareport.inference.loading.models import load_tokenizer, read_weights
from tests.answering_builders import FLOAT32
from tests.starting_builders import CONTEXT, QUESTION, random_model, span_logits, tiny_model
from tests.tiny_models import BERT, BERT_SPECIALS, FAMILIES, ROBERTA, SENTENCES, tiny_config
from trainer.errors import PreflightError
from trainer.starting.vocabulary import Size, TrimmedModel, limit_vocabulary, trim_vocabulary

CORPUS = (CONTEXT, QUESTION)
OUTSIDE = "Iceland Danes"
"""Words of the whole vocabularies that the corpus lacks, of characters that they know."""


def trimmed(family: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast, TrimmedModel]:
    """A model of the family, its tokenizer, and both cut to the corpus."""
    model, tokenizer = tiny_model(family), FAMILIES[family].tokenizer()
    return model, tokenizer, trim_vocabulary(model, tokenizer, CORPUS)


def word_pieces(*tokens: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """A BERT whose vocabulary is its special tokens and these, and its tokenizer."""
    vocabulary = {token: index for index, token in enumerate((*BERT_SPECIALS, *tokens))}
    tokenizer = BertTokenizer(vocab=vocabulary)
    return tiny_model("bert", tokenizer), tokenizer


@pytest.mark.parametrize("family", FAMILIES)
def test_logits_over_the_corpus_stay(family: str) -> None:
    model, tokenizer, student = trimmed(family)

    logits = span_logits(student.model, student.tokenizer)

    assert torch.equal(logits, span_logits(model, tokenizer))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_saved_student_is_loaded_and_answers_the_same(family: str, tmp_path: Path) -> None:
    _, _, student = trimmed(family)

    student.model.save_pretrained(tmp_path)
    student.tokenizer.save_pretrained(tmp_path)
    checkpoint = find_checkpoint(str(tmp_path))
    tokenizer = load_tokenizer(str(tmp_path), tmp_path, trust_remote_code=False)
    model, _ = read_weights(checkpoint, trust_remote_code=False)

    assert tokenizer.get_vocab() == student.tokenizer.get_vocab()
    assert torch.equal(span_logits(model, tokenizer), span_logits(student.model, student.tokenizer))
    assert load_answerer(str(tmp_path), engine=FLOAT32).answer(QUESTION, CONTEXT).n_best


@pytest.mark.parametrize("family", FAMILIES)
def test_words_outside_the_corpus_are_spelt(family: str) -> None:
    _, tokenizer, student = trimmed(family)

    whole, spelt = tokenizer.tokenize(OUTSIDE), student.tokenizer.tokenize(OUTSIDE)

    assert tokenizer.unk_token not in spelt
    assert len(spelt) > len(whole)
    assert "".join(spelt).replace("##", "") == "".join(whole).replace("##", "")


@pytest.mark.parametrize("family", FAMILIES)
def test_model_configuration_and_tokenizer_agree_on_special_tokens(family: str) -> None:
    model, tokenizer, student = trimmed(family)

    config = student.model.config
    padding = student.model.get_input_embeddings().get_parameter("weight")
    assert student.tokenizer.all_special_tokens == tokenizer.all_special_tokens
    assert config.pad_token_id == student.tokenizer.pad_token_id
    assert student.model.get_input_embeddings().padding_idx in {config.pad_token_id, None}
    assert config.vocab_size == len(student.tokenizer) == len(padding)
    for name, token_id in config.to_dict().items():
        if name.endswith("_token_id") and token_id is not None:
            assert student.kept_ids[token_id] == model.config.to_dict()[name]


@pytest.mark.parametrize("family", FAMILIES)
def test_sizes_before_and_after_are_reported(family: str) -> None:
    model, tokenizer, student = trimmed(family)

    width = model.get_input_embeddings().get_parameter("weight").shape[1]
    dropped = len(tokenizer) - len(student.kept_ids)
    assert dropped > 0
    assert student.before == Size(len(tokenizer), model.num_parameters())
    assert student.after == Size(len(student.kept_ids), model.num_parameters() - dropped * width)


@pytest.mark.parametrize("family", FAMILIES)
def test_kept_ids_lead_to_the_same_tokens(family: str) -> None:
    _, tokenizer, student = trimmed(family)

    new_ids = list(range(len(student.kept_ids)))
    old_tokens = tokenizer.convert_ids_to_tokens(list(student.kept_ids))
    assert student.tokenizer.convert_ids_to_tokens(new_ids) == old_tokens
    assert list(student.kept_ids) == sorted(student.kept_ids)


def test_model_and_tokenizer_stay_as_they_were() -> None:
    model, tokenizer = tiny_model("roberta"), FAMILIES["roberta"].tokenizer()
    # A call that truncates leaves its setting behind in the tokenizer.
    tokenizer(QUESTION, truncation=True, max_length=4, padding="max_length")
    definition, settings = tokenizer.backend_tokenizer.to_str(), model.config.to_dict()
    before = span_logits(model, FAMILIES["roberta"].tokenizer())

    student = trim_vocabulary(model, tokenizer, CORPUS)
    with torch.no_grad():
        for parameter in student.model.parameters():
            parameter.add_(1)

    assert tokenizer.backend_tokenizer.to_str() == definition
    assert model.config.to_dict() == settings
    assert torch.equal(span_logits(model, FAMILIES["roberta"].tokenizer()), before)
    assert len(student.tokenizer.tokenize(QUESTION)) > 4


def test_added_tokens_stay() -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    tokenizer.add_tokens(["Rollo", "Poppa"])

    student = trim_vocabulary(tiny_model("bert", tokenizer), tokenizer, CORPUS)

    assert student.tokenizer.tokenize("Rollo Poppa") == ["rollo", "poppa"]
    assert student.kept_ids[-2:] == (len(tokenizer) - 2, len(tokenizer) - 1)


def test_embeddings_without_a_token_go() -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    config = tiny_config("bert", tokenizer)
    config.vocab_size = len(tokenizer) + 6

    student = trim_vocabulary(random_model(config), tokenizer, SENTENCES)

    assert student.before.parameters - student.after.parameters >= 6 * config.hidden_size
    assert student.model.config.vocab_size == len(student.tokenizer)


def test_positions_that_count_from_the_padding_id_stay() -> None:
    # The first tokens are in no text, but positions of RoBERTa begin after the id of the padding.
    _, tokenizer = word_pieces("the", "normans", *"abc")
    vocabulary = ["zebra", "yak", *tokenizer.get_vocab(), "xerus"]
    tokenizer = BertTokenizer(vocab={token: index for index, token in enumerate(vocabulary)})
    settings = {**ROBERTA, "pad_token_id": tokenizer.pad_token_id, "vocab_size": len(tokenizer)}
    model = random_model(AutoConfig.for_model("roberta", **settings))
    inputs = "the normans"

    student = trim_vocabulary(model, tokenizer, [inputs])

    with torch.no_grad():
        expected = model(tokenizer(inputs, return_tensors="pt").input_ids).start_logits
        logits = student.model(student.tokenizer(inputs, return_tensors="pt").input_ids)
    assert "zebra" in student.tokenizer.get_vocab()
    assert "xerus" not in student.tokenizer.get_vocab()
    assert torch.equal(logits.start_logits, expected)


def test_a_padding_id_that_nothing_counts_from_moves() -> None:
    vocabulary = ["zebra", *BERT_SPECIALS, "the"]
    tokenizer = BertTokenizer(vocab={token: index for index, token in enumerate(vocabulary)})
    settings = {**BERT, "pad_token_id": 1, "vocab_size": len(tokenizer)}

    student = trim_vocabulary(
        random_model(AutoConfig.for_model("bert", **settings)), tokenizer, ["the"]
    )

    assert student.kept_ids == (1, 2, 3, 4, 5, 6)
    assert student.model.config.pad_token_id == student.tokenizer.pad_token_id == 0
    assert student.model.get_input_embeddings().padding_idx == 0


def test_a_named_token_that_no_text_has_stays() -> None:
    model, tokenizer = word_pieces("the", "stop")
    model.config.eos_token_id = tokenizer.get_vocab()["stop"]

    student = trim_vocabulary(model, tokenizer, ["the"])

    assert student.model.config.eos_token_id == student.tokenizer.get_vocab()["stop"]


def test_a_named_id_without_a_token_is_dropped() -> None:
    model, tokenizer = word_pieces("the")
    model.config.eos_token_id = 999

    student = trim_vocabulary(model, tokenizer, ["the"])

    assert student.model.config.eos_token_id is None


def test_a_tokenizer_of_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^BertForQuestionAnswering: its tokenizer has 350 "):
        trim_vocabulary(tiny_model("bert"), FAMILIES["roberta"].tokenizer(), CORPUS)


def test_a_text_that_would_be_cut_otherwise_is_refused() -> None:
    # Whole, the longest start "abc" leaves a "d" that is unknown; trimmed, "a" and "##bcd" fit.
    model, tokenizer = word_pieces("abc", "##bcd", *"az")

    with pytest.raises(PreflightError) as caught:
        trim_vocabulary(model, tokenizer, ["zbcd", "abcd " * 20])

    assert str(caught.value) == (
        f"the trimmed tokenizer cuts {('abcd ' * 20)[:60]!r} into other tokens; "
        "leave that text out, or the vocabulary whole"
    )


def test_ids_that_change_when_loaded_are_refused() -> None:
    # XLM-R's tokenizers take id 3 for the unknown token, whatever stands there.
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("<mask>", 0.0)]
    repeated = [*pieces, ("a", -1.0), ("ab", -2.0), ("a", -3.0)]
    tokenizer = XLMRobertaTokenizer(vocab=repeated)
    model = tiny_model("xlm-roberta", tokenizer)

    with pytest.raises(PreflightError) as caught:
        trim_vocabulary(model, tokenizer, ["a"])

    assert str(caught.value) == (
        "the tokenizer changes its ids when it is loaded with 6 of its tokens; "
        "leave the vocabulary whole"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_limited_vocabulary_has_no_more_tokens_and_spells_the_rest(family: str) -> None:
    model, tokenizer = tiny_model(family), FAMILIES[family].tokenizer()
    most = len(trim_vocabulary(model, tokenizer, SENTENCES).kept_ids)

    limited = limit_vocabulary(model, tokenizer, SENTENCES, size=most - 5)

    assert most - 12 <= len(limited.tokenizer) <= most - 5
    assert limited.model.config.vocab_size == len(limited.tokenizer)
    assert tokenizer.unk_token not in limited.tokenizer.tokenize(" ".join(SENTENCES))
    assert span_logits(limited.model, limited.tokenizer).isfinite().all()


def test_the_commonest_tokens_stay() -> None:
    model, tokenizer = word_pieces(
        "the", "sea", "mill", *"thesamil", *(f"##{c}" for c in "hesamil")
    )
    texts = ["the sea", "the sea the", "the mill"]

    limited = limit_vocabulary(model, tokenizer, texts, size=len(tokenizer) - 1)

    assert limited.tokenizer.tokenize("the sea mill") == ["the", "sea", "m", "##i", "##l", "##l"]


def test_enough_room_leaves_the_tokens_of_the_texts() -> None:
    model, tokenizer = tiny_model("bert"), FAMILIES["bert"].tokenizer()

    limited = limit_vocabulary(model, tokenizer, CORPUS, size=10_000)

    assert limited.kept_ids == trim_vocabulary(model, tokenizer, CORPUS).kept_ids


def test_a_vocabulary_too_small_for_its_characters_is_refused() -> None:
    model, tokenizer = word_pieces("the", *"the")

    with pytest.raises(PreflightError) as caught:
        limit_vocabulary(model, tokenizer, ["the"], size=7)

    assert str(caught.value) == (
        "a vocabulary of 7 tokens has no room for the 8 that must stay (single characters and "
        "special tokens); choose a larger one"
    )
