"""Tiny models are what they claim: loadable, laid out as their family, bad where said so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from tests.bad_checkpoints import BAD_CHECKPOINTS
from tests.tiny_models import FAMILIES, MAX_TOKENS, build_tiny_model

CONTEXTS = (
    "The Normans, 911 of them, came  from Denmark (Danes).",
    "Der Müller aß\nübermäßig viel für 3,50 € in Köln.",
    "诺曼底是法国的一个地区。",
)
QUESTION = "Who was the leader of the Normans?"
MEGABYTE = 1_000_000

BERT_LAYOUT = "[CLS]:0 question:0 [SEP]:0 context:1 [SEP]:1"
ROBERTA_LAYOUT = "<s>:0 question:0 </s>:0 </s>:0 context:0 </s>:0"
LAYOUTS: Mapping[str, str] = {
    "bert": BERT_LAYOUT,
    "distilbert": BERT_LAYOUT,
    "electra": BERT_LAYOUT,
    "mobilebert": BERT_LAYOUT,
    "mpnet": ROBERTA_LAYOUT,
    "modernbert": BERT_LAYOUT,
    "roberta": ROBERTA_LAYOUT,
    "xlm-roberta": ROBERTA_LAYOUT,
    "albert": BERT_LAYOUT,
    "deberta-v2": BERT_LAYOUT,
    "xlnet": "question:0 <sep>:0 context:1 <sep>:1 <cls>:2",
}
# Albert and XLNet have segments too, but transformers 5 hands them out only when asked.
GIVES_SEGMENTS = {"bert", "electra", "mobilebert", "deberta-v2"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A saved model, loaded again."""

    family: str
    folder: Path
    tokenizer: PreTrainedTokenizerFast
    model: PreTrainedModel
    loading_faults: Mapping[str, object]
    """Missing, unexpected and mismatched weights."""


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Checkpoint:
    """A model of each family in turn."""
    folder = build_tiny_model(request.param, tmp_path_factory.mktemp("model"))
    model, faults = AutoModelForQuestionAnswering.from_pretrained(folder, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    return Checkpoint(request.param, folder, tokenizer, model, faults)


def start_logits(checkpoint: Checkpoint, inputs: Mapping[str, Tensor]) -> Tensor:
    """The model's start logits."""
    with torch.no_grad():
        logits: Tensor = checkpoint.model(**inputs).start_logits
    return logits


def test_loading_finds_every_weight_and_no_other(checkpoint: Checkpoint) -> None:
    assert not any(checkpoint.loading_faults.values())


def test_saved_model_is_small(checkpoint: Checkpoint) -> None:
    assert sum(path.stat().st_size for path in checkpoint.folder.iterdir()) < MEGABYTE


def test_vocabulary_fits_the_embeddings(checkpoint: Checkpoint) -> None:
    assert len(checkpoint.tokenizer) == checkpoint.model.config.vocab_size


def test_special_tokens_and_segments_stand_where_the_family_puts_them(
    checkpoint: Checkpoint,
) -> None:
    # "a" is one token in every family.
    encoding = checkpoint.tokenizer("a", "a").encodings[0]

    names = {None: None, 0: "question", 1: "context"}
    layout = " ".join(
        f"{names[side] or token}:{segment}"
        for token, side, segment in zip(
            encoding.tokens, encoding.sequence_ids, encoding.type_ids, strict=True
        )
    )
    assert layout == LAYOUTS[checkpoint.family]


def test_only_some_tokenizers_give_segments_unasked(checkpoint: Checkpoint) -> None:
    given = "token_type_ids" in checkpoint.tokenizer(QUESTION, CONTEXTS[0])

    assert given == (checkpoint.family in GIVES_SEGMENTS)


def test_only_xlnet_pads_on_the_left(checkpoint: Checkpoint) -> None:
    assert (checkpoint.tokenizer.padding_side == "left") == (checkpoint.family == "xlnet")


@pytest.mark.parametrize("context", CONTEXTS)
def test_offsets_cut_every_word_out_of_the_context(checkpoint: Checkpoint, context: str) -> None:
    encoded = checkpoint.tokenizer(QUESTION, context, return_offsets_mapping=True)
    words = list(re.finditer(r"\w+|[^\w\s]", context))

    cuts = []
    for word in words:
        first = encoded.char_to_token(word.start(), sequence_index=1)
        last = encoded.char_to_token(word.end() - 1, sequence_index=1)
        start, end = encoded["offset_mapping"][first][0], encoded["offset_mapping"][last][1]
        cuts.append(context[start:end].strip())

    assert cuts == [word.group() for word in words]


def test_padding_does_not_change_logits(checkpoint: Checkpoint) -> None:
    tokenizer = checkpoint.tokenizer
    alone = tokenizer(QUESTION, CONTEXTS[2], return_tensors="pt")
    batch = tokenizer(
        [QUESTION] * 2, [CONTEXTS[0] * 3, CONTEXTS[2]], padding=True, return_tensors="pt"
    )

    padded = start_logits(checkpoint, batch)[1][batch["attention_mask"][1].bool()]

    assert len(padded) < batch["input_ids"].shape[1]
    torch.testing.assert_close(padded, start_logits(checkpoint, alone)[0], atol=1e-4, rtol=0)


def test_logits_of_two_tokens_differ(checkpoint: Checkpoint) -> None:
    logits = start_logits(
        checkpoint, checkpoint.tokenizer(QUESTION, CONTEXTS[0], return_tensors="pt")
    )

    assert logits.std() > 0.1


def test_longest_window_fits(checkpoint: Checkpoint) -> None:
    inputs = checkpoint.tokenizer(
        QUESTION,
        CONTEXTS[0] * 40,
        truncation="only_second",
        max_length=MAX_TOKENS,
        return_tensors="pt",
    )

    assert start_logits(checkpoint, inputs).shape == (1, MAX_TOKENS)


def test_seed_decides_the_weights(tmp_path: Path) -> None:
    folders = [build_tiny_model("bert", tmp_path / str(i), seed=i // 2) for i in range(3)]
    weights = [(folder / "model.safetensors").read_bytes() for folder in folders]

    assert weights[0] == weights[1] != weights[2]


def test_building_leaves_the_random_state_alone(tmp_path: Path) -> None:
    before = torch.get_rng_state()
    build_tiny_model("bert", tmp_path)

    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "name", ["encoder without a head", "masked language model", "sequence classifier"]
)
def test_checkpoint_lacks_the_head(name: str, tmp_path: Path) -> None:
    _, faults = AutoModelForQuestionAnswering.from_pretrained(
        BAD_CHECKPOINTS[name](tmp_path), output_loading_info=True
    )

    assert faults["missing_keys"] == {"qa_outputs.weight", "qa_outputs.bias"}


def test_checkpoint_answers_with_nan(tmp_path: Path) -> None:
    folder = BAD_CHECKPOINTS["weights not a number"](tmp_path)
    model = AutoModelForQuestionAnswering.from_pretrained(folder)
    inputs = AutoTokenizer.from_pretrained(folder)(QUESTION, CONTEXTS[0], return_tensors="pt")

    assert model(**inputs).start_logits.isnan().all()


def test_checkpoint_has_more_tokens_than_embeddings(tmp_path: Path) -> None:
    folder = BAD_CHECKPOINTS["vocabulary larger than the embeddings"](tmp_path)
    model = AutoModelForQuestionAnswering.from_pretrained(folder)

    assert len(AutoTokenizer.from_pretrained(folder)) == model.config.vocab_size + 1


def test_checkpoint_is_pickled(tmp_path: Path) -> None:
    folder = BAD_CHECKPOINTS["pickled weights"](tmp_path)

    AutoModelForQuestionAnswering.from_pretrained(folder)
    with pytest.raises(OSError, match=r"no file named model\.safetensors"):
        AutoModelForQuestionAnswering.from_pretrained(folder, use_safetensors=True)


def test_transformers_makes_up_a_tokenizer_where_there_is_none(tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(BAD_CHECKPOINTS["no tokenizer"](tmp_path))

    assert set(tokenizer.get_vocab()) == {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}


def test_checkpoint_has_no_token_for_the_null_answer(tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(BAD_CHECKPOINTS["no null token"](tmp_path))

    assert tokenizer.cls_token is None
    assert tokenizer.bos_token is None


def test_checkpoint_needs_remote_code(tmp_path: Path) -> None:
    folder = BAD_CHECKPOINTS["remote code"](tmp_path)

    with pytest.raises(ValueError, match="contains custom code"):
        AutoModelForQuestionAnswering.from_pretrained(folder, trust_remote_code=False)
