"""A masked language model proposes its likeliest other words, for words of one token."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from qareport.errors import ModelError
from tests.builders import example
from tests.tiny_models import build_tiny_masked_model, build_tiny_model
from trainer.preparing import masked_words
from trainer.preparing.augmenting import Substitutes, augment, find_words
from trainer.preparing.masked_words import MaskedWords, load_masked_words

CPU = torch.device("cpu")
TEXT = " The Normans came from raiders in Denmark, who was the leader?"
FAMILIES = ("bert", "roberta", "xlm-roberta", "deberta-v2")
"""WordPiece, byte pairs and unigrams, with and without the blank in a token."""


@pytest.fixture(params=FAMILIES, scope="module")
def words(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MaskedWords:
    """A tiny model of each family in turn."""
    folder = build_tiny_masked_model(request.param, tmp_path_factory.mktemp("model"))
    return load_masked_words(str(folder), candidates=4, device=CPU)


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> MaskedWords:
    """A tiny BERT."""
    folder = build_tiny_masked_model("bert", tmp_path_factory.mktemp("model"))
    return load_masked_words(str(folder), candidates=4, device=CPU)


def proposed(words: MaskedWords, text: str) -> dict[str, tuple[str, ...]]:
    """What is proposed for each word of a text."""
    spans = find_words(text)
    proposals = words.propose(text, spans)
    return {
        text[span.start : span.end]: proposal
        for span, proposal in zip(spans, proposals, strict=True)
    }


def test_a_model_is_a_source_of_substitutes(words: MaskedWords) -> None:
    assert isinstance(words, Substitutes)


def test_words_of_one_token_get_other_words_of_one_token(words: MaskedWords) -> None:
    tokenizer = words.tokenizer

    for word, proposals in proposed(words, TEXT).items():
        tokens = [token.strip("▁Ġ") for token in tokenizer.tokenize(f" {word}")]
        assert len(proposals) == (4 if len(list(filter(None, tokens))) == 1 else 0)
        assert word.lower() not in {other.lower() for other in proposals}
        for other in proposals:
            assert len(tokenizer(f" {other}", add_special_tokens=False)["input_ids"]) == 1


def test_proposals_are_the_likeliest_for_the_masked_word(bert: MaskedWords) -> None:
    masked = bert.tokenizer("who [MASK] the leader?", return_tensors="pt")
    with torch.inference_mode():
        logits = bert.model(**masked).logits[0, 2]
    vocabulary = bert.tokenizer.convert_ids_to_tokens(logits.argsort(descending=True).tolist())
    likeliest = [word for word in vocabulary if word in bert.words and word != "was"]

    assert proposed(bert, "who was the leader?")["was"] == tuple(likeliest[:4])


def test_words_far_into_a_long_text_are_guessed_from_what_is_near(bert: MaskedWords) -> None:
    near = "in " * masked_words.NEIGHBOUR_TOKENS + "was"
    far = "of " * 900 + near

    assert bert.propose(near, find_words(near)[-1:]) == bert.propose(far, find_words(far)[-1:])


def test_a_text_with_a_mask_of_its_own_gets_no_proposals(bert: MaskedWords) -> None:
    assert set(proposed(bert, "was [MASK] the leader").values()) == {()}


def test_a_text_without_words_gets_no_proposals(bert: MaskedWords) -> None:
    assert bert.propose("", []) == []


def test_no_more_is_proposed_than_there_are_words(bert: MaskedWords) -> None:
    many = replace(bert, candidates=10_000)

    assert len(proposed(many, "who was")["was"]) == len(bert.words) - 1


def test_examples_are_augmented_by_a_model(bert: MaskedWords) -> None:
    one = example(context=TEXT, golds=("Denmark", "leader"))

    (copy,) = augment([one], bert, copies=1, replaced=1.0, generator=np.random.default_rng(0))

    assert copy.context != TEXT
    assert copy.context.split()[0] != "The"
    assert [copy.context.startswith(gold.text, gold.start) for gold in copy.gold_answers] == [
        True,
        True,
    ]


def test_a_model_without_a_head_for_masked_words_is_refused(tmp_path: Path) -> None:
    folder = build_tiny_model("bert", tmp_path)

    with pytest.raises(ModelError) as caught:
        load_masked_words(str(folder), candidates=4, device=CPU)

    assert str(caught.value) == (
        f"{folder}: the checkpoint has no 'cls.predictions.bias', so the model would propose "
        "words at random; name a masked language model, such as bert-base-uncased"
    )


def test_a_model_that_cannot_be_loaded_is_refused(tmp_path: Path) -> None:
    folder = build_tiny_masked_model("bert", tmp_path)
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"gelu"', '"sheep"'))

    with pytest.raises(ModelError, match=r"cannot be loaded as a masked language model \("):
        load_masked_words(str(folder), candidates=4, device=CPU)


def test_a_model_with_a_slow_tokenizer_is_refused(tmp_path: Path) -> None:
    folder = build_tiny_masked_model("bert", tmp_path)
    config = folder / "tokenizer_config.json"
    of_characters = {**json.loads(config.read_text()), "tokenizer_class": "CanineTokenizer"}
    config.write_text(json.dumps(of_characters))

    with pytest.raises(ModelError) as caught:
        load_masked_words(str(folder), candidates=4, device=CPU)

    assert str(caught.value) == (
        f"{folder}: its tokenizer (CanineTokenizer) cannot say which characters a token came "
        "from; name a model with a fast tokenizer"
    )
