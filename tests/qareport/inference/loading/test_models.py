"""A checkpoint becomes a model with float32 weights and a clean tokenizer, or one sentence."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForQuestionAnswering, BertConfig, BertForQuestionAnswering
from transformers.utils import logging

from qareport.errors import ModelError, UsageError
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.loading.checkpoints import find_checkpoint
from qareport.inference.loading.models import load_model, read_weights
from qareport.inference.options import AnsweringOptions, EngineOptions
from tests.answering_builders import FLOAT32, windows_of
from tests.bad_checkpoints import BAD_CHECKPOINTS
from tests.builders import example
from tests.tiny_models import FAMILIES, build_tiny_model

SENTENCE = "The Normans gave their name to Normandy. "
HEADLESS = (
    "{folder}: the checkpoint has no fitting 'qa_outputs.bias', so the model would answer at "
    "random; name a model fine-tuned for question answering"
)
WORDS = len(FAMILIES["bert"].tokenizer())
REFUSALS = {
    "encoder without a head": HEADLESS,
    "masked language model": HEADLESS,
    "sequence classifier": HEADLESS,
    "weights not a number": "the model's logits for question '0' are not finite numbers; its "
    "weights are damaged, or the number format is too small (try --dtype float32)",
    "vocabulary larger than the embeddings": f"{{folder}}: its tokenizer has {WORDS + 1} tokens "
    f"and its model {WORDS} embeddings; save the tokenizer that the model was trained with beside "
    "it",
    "pickled weights": "{folder}: no safetensors weights, and pickled ones can run code when they "
    "are loaded; load the model where you trust it and save it again with save_pretrained",
    "no tokenizer": "{folder}: no tokenizer files; save the model's tokenizer beside it",
    "no null token": "the tokenizer puts neither a CLS nor a BOS token beside question and "
    "context, so nothing can say 'no answer'; use a model whose tokenizer does",
    "remote code": "{folder}: its model needs code that comes with it; read that code, and if you "
    "trust it add --trust-remote-code",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved model that a test may damage."""
    return build_tiny_model("bert", tmp_path)


def weights_of(answerer_folder: Path) -> BertForQuestionAnswering:
    """The model loaded from a folder."""
    engine = load_model(str(answerer_folder), FLOAT32).engine
    assert isinstance(engine, TorchEngine)
    assert isinstance(engine.model, BertForQuestionAnswering)
    return engine.model


def change_json(path: Path, **changes: object) -> None:
    """Changes some keys at the top of a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_every_bad_checkpoint_has_its_refusal() -> None:
    assert BAD_CHECKPOINTS.keys() == REFUSALS.keys()


@pytest.mark.parametrize("name", BAD_CHECKPOINTS)
def test_a_bad_checkpoint_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    folder = BAD_CHECKPOINTS[name](tmp_path)

    with pytest.raises(ModelError) as caught:
        load_answerer(str(folder), engine=FLOAT32).answer("a", "b")

    assert str(caught.value) == REFUSALS[name].format(folder=folder)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", b"{"),
        ("config.json", b"[]"),
        ("config.json", b"{}"),
        ("config.json", b'{"model_type": "sheep"}'),
        ("config.json", b'{"model_type": "bert", "hidden_size": "wide"}'),
        ("tokenizer.json", b"{"),
        ("tokenizer.json", b"[]"),
        ("tokenizer.json", b'{"added_tokens": [], "model": {"type": "Sheep"}}'),
        ("tokenizer_config.json", b"{"),
        ("tokenizer_config.json", b"[]"),
        ("model.safetensors", b""),
        ("model.safetensors", b"not safetensors at all"),
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)

    with pytest.raises(ModelError) as caught:
        load_model(str(folder), FLOAT32)

    fault = r"(its (tokenizer|model) cannot be loaded|\S+ cannot be read|\S+ is not a JSON object)"
    sentence = rf"{re.escape(str(folder))}: {fault} \([^\n]+\); [^\n]+ save_pretrained"
    assert re.fullmatch(sentence, str(caught.value))


def test_truncated_weights_are_refused(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(
        ModelError, match=r"model.safetensors cannot be read \(.+\); get the file again"
    ):
        load_model(str(folder), FLOAT32)


def _write_again(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes())


def _replace(weights: Path) -> None:
    state = weights.stat()
    copy = weights.with_name("copy")
    copy.write_bytes(weights.read_bytes())
    os.utime(copy, ns=(state.st_atime_ns, state.st_mtime_ns))
    copy.replace(weights)


@pytest.mark.parametrize("change", [_write_again, _replace])
def test_weights_that_change_after_they_were_hashed_are_refused(
    folder: Path, change: Callable[[Path], None]
) -> None:
    checkpoint = find_checkpoint(str(folder))
    read_weights(checkpoint, trust_remote_code=False)
    change(folder / "model.safetensors")

    with pytest.raises(ModelError, match="its weight files were changed while they were read; run"):
        read_weights(checkpoint, trust_remote_code=False)


def test_weights_that_are_gone_after_they_were_hashed_are_not_unchanged(folder: Path) -> None:
    checkpoint = find_checkpoint(str(folder))
    (folder / "model.safetensors").unlink()

    with pytest.raises(ModelError, match="were changed while they were read"):
        checkpoint.require_unchanged()


def test_an_architecture_that_answers_no_questions_is_refused(folder: Path) -> None:
    change_json(folder / "config.json", model_type="vit", architectures=["ViTModel"])

    with pytest.raises(
        ModelError, match=r"its (model|tokenizer) cannot be loaded \(.+\); mend config"
    ):
        load_model(str(folder), FLOAT32)


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ({"num_hidden_layers": 3000}, "config.json has num_hidden_layers 3000, which does not go"),
        ({"num_hidden_layers": 10**9}, "config.json has num_hidden_layers 1000000000, which does"),
        ({"num_labels": 10**9}, "config.json has num_labels 1000000000, which does not go with"),
        ({"num_attention_heads": 0}, "config.json has num_attention_heads 0, which does not go"),
        ({"num_hidden_layers": 100}, "config.json asks for more than 156 tensors, which does not"),
        ({"vocab_size": 10**9}, "config.json asks for a weight of 1000000000 x 32, which does not"),
        ({"hidden_size": 10**6}, "config.json asks for a weight of 290 x 1000000, which does not"),
        ({"max_position_embeddings": 10**9}, "config.json asks for a weight of 1000000000 x 32, "),
        ({"vocab_size": 10**5}, "the checkpoint has no fitting 'bert.embeddings.word_embeddings"),
        ({"hidden_act": "sheep"}, "its model cannot be loaded (unknown hidden_act 'sheep'); mend"),
        ({"dtype": "sheep"}, "its tokenizer cannot be loaded (module 'torch' has no attribute "),
        ({"pad_token_id": 10**9}, "its model cannot be loaded (Padding_idx must be within num_e"),
        ({"transformers_weights": "x.safetensors"}, "config.json names other weights by 'transf"),
        ({"attribute_map": {"transformers_weights": "x"}}, "config.json names other weights by"),
    ],
)
def test_a_configuration_that_does_not_go_with_the_weights_is_refused(
    folder: Path, setting: Mapping[str, object], fault: str
) -> None:
    change_json(folder / "config.json", **setting)

    with pytest.raises(ModelError) as caught:
        load_model(str(folder), FLOAT32)

    assert str(caught.value).startswith(f"{folder}: {fault}")


def test_a_configuration_that_lets_no_model_answer_is_told(folder: Path) -> None:
    change_json(folder / "config.json", chunk_size_feed_forward=10**9)
    answerer = load_answerer(str(folder), engine=FLOAT32)

    with pytest.raises(ModelError) as caught:
        answerer.answer("a", "b")

    assert str(caught.value).startswith("the model cannot answer (The dimension to be chunked ")
    assert str(caught.value).endswith(
        "); its config.json may not go with its weights: get both from one source again"
    )


def test_a_model_may_say_that_it_gives_tuples(folder: Path) -> None:
    change_json(folder / "config.json", return_dict=False)

    assert load_answerer(str(folder), engine=FLOAT32).answer("a", "b").example_id == "0"


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    change_json(folder / "config.json", intermediate_size=128)

    with pytest.raises(ModelError, match=r"no fitting 'bert\.encoder\.layer\.0\.intermediate"):
        load_model(str(folder), FLOAT32)


def test_a_head_of_three_labels_is_refused(folder: Path) -> None:
    labels = BertConfig.from_pretrained(folder, num_labels=3)
    BertForQuestionAnswering(labels).save_pretrained(folder)

    with pytest.raises(ModelError, match=r"has no fitting 'qa_outputs\.bias', so the model would"):
        load_model(str(folder), FLOAT32)


def test_a_tokenizer_that_knows_no_characters_is_refused(folder: Path) -> None:
    change_json(folder / "tokenizer_config.json", tokenizer_class="CanineTokenizer")

    with pytest.raises(ModelError) as caught:
        load_model(str(folder), FLOAT32)

    assert str(caught.value) == (
        f"{folder}: its tokenizer (CanineTokenizer) cannot say which characters a token came "
        "from; save the model with a fast tokenizer"
    )


def test_a_tokenizer_of_another_padding_is_refused(folder: Path) -> None:
    change_json(folder / "config.json", pad_token_id=7)

    with pytest.raises(ModelError) as caught:
        load_model(str(folder), FLOAT32)

    assert str(caught.value) == (
        f"{folder}: its tokenizer pads with token 0 and its model with 7; "
        "save the tokenizer that the model was trained with beside it"
    )


def test_a_tokenizer_far_too_small_is_refused(tmp_path: Path) -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    rows = len(tokenizer) + 1001
    config = BertConfig(
        vocab_size=rows,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
    )
    BertForQuestionAnswering(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)

    with pytest.raises(ModelError, match=f"has {len(tokenizer)} tokens and its model {rows} emb"):
        load_model(str(tmp_path), FLOAT32)


def test_weights_stored_in_half_precision_are_loaded_in_float32(folder: Path) -> None:
    AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.float16).save_pretrained(
        folder
    )

    model = weights_of(folder)

    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_loaded_model_does_not_drop_out(folder: Path) -> None:
    assert not weights_of(folder).training


def test_settings_saved_with_the_tokenizer_do_not_leak(folder: Path, tmp_path: Path) -> None:
    options = AnsweringOptions(max_seq_length=24, doc_stride=4)
    one = example(question="Who?", context=SENTENCE * 4)
    clean = windows_of(load_model(str(folder), FLOAT32).tokenizer, one, options=options)
    backend = Tokenizer.from_file(str(folder / "tokenizer.json"))
    backend.enable_truncation(9, stride=3, strategy="only_first", direction="left")
    backend.enable_padding(length=64)
    backend.save(str(tmp_path / "tokenizer.json"))
    change_json(folder / "tokenizer_config.json", truncation_side="left", max_length=9)

    windows = windows_of(load_model(str(folder), FLOAT32).tokenizer, one, options=options)

    assert [window.token_ids.tolist() for window in windows] == [
        each.token_ids.tolist() for each in clean
    ]


def test_identity_of_the_tokenizer_leaves_out_padding_and_truncation(
    folder: Path, tmp_path: Path
) -> None:
    clean = load_model(str(folder), FLOAT32).identity.tokenizer
    backend = Tokenizer.from_file(str(folder / "tokenizer.json"))
    backend.enable_truncation(9)
    backend.enable_padding(length=64)
    backend.save(str(tmp_path / "tokenizer.json"))

    assert load_model(str(folder), FLOAT32).identity.tokenizer == clean


def test_identity_tells_the_model(folder: Path) -> None:
    identity = load_model(str(folder), FLOAT32).identity

    assert (identity.name, identity.revision) == (str(folder), None)
    assert identity.architecture == "BertForQuestionAnswering"
    assert identity.parameters == sum(each.numel() for each in weights_of(folder).parameters())
    assert identity.tokenizer.kind == "BertTokenizer"
    assert identity.tokenizer.vocabulary_size == len(FAMILIES["bert"].tokenizer())


def test_a_model_takes_the_batches_it_is_told(folder: Path) -> None:
    options = EngineOptions(device="cpu", dtype="float32", batch_tokens=99)

    assert load_model(str(folder), options).hardware.batch_tokens == 99


def test_windows_longer_than_the_positions_of_a_model_are_refused(tmp_path: Path) -> None:
    model = load_model(str(build_tiny_model("roberta", tmp_path)), FLOAT32)

    with pytest.raises(UsageError, match="windows of 513 tokens are longer than the 512 that"):
        Answerer(model, AnsweringOptions(max_seq_length=513))


def test_bfloat16_answers_with_finite_scores(folder: Path) -> None:
    answerer = load_answerer(str(folder), engine=EngineOptions(device="cpu", dtype="bfloat16"))

    prediction = answerer.answer("Who?", SENTENCE, top_k=3)

    scores = torch.tensor([answer.score for answer in prediction.n_best])
    assert answerer.model.hardware.dtype == "bfloat16"
    assert scores.isfinite().all()


def test_loading_leaves_the_reports_of_transformers_as_they_were(folder: Path) -> None:
    before = logging.get_verbosity()
    logging.set_verbosity_debug()
    loudest = logging.get_verbosity()
    try:
        load_model(str(folder), FLOAT32)
        assert logging.get_verbosity() == loudest
    finally:
        logging.set_verbosity(before)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_loading_leaves_the_bars_of_transformers_as_they_were(
    folder: Path, *, is_wanted: bool
) -> None:
    if not is_wanted:
        logging.disable_progress_bar()
    try:
        load_model(str(folder), FLOAT32)
        assert logging.is_progress_bar_enabled() == is_wanted
    finally:
        logging.enable_progress_bar()


def test_loading_prints_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_model(str(folder), FLOAT32)

    assert capfd.readouterr() == ("", "")
