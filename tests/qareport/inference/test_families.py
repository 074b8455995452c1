"""Models of every family answer from end to end, alone as in a batch, with the inputs they want."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import FNetConfig, FNetForQuestionAnswering

from qareport.data.types import Prediction
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FLOAT32
from tests.builders import example
from tests.tiny_models import FAMILIES, build_tiny_model

SENTENCE = "The Normans, 911 of them, came  from Denmark (Danes). "
EXAMPLES = (
    example("long", "Who came?", context=SENTENCE * 4),
    example("german", "Wo?", context="Der Müller aß\nübermäßig viel für 3,50 € in Köln."),
    example("chinese", "Where is Normandy?", context=" 诺曼底是法国的一个地区。 "),
    example("tiny", "a", context="b"),
)
OPTIONS = AnsweringOptions(max_seq_length=64, doc_stride=8, n_best_size=5)
TOLERANCE = 1e-4
"""Of a logit in float32, whatever it is padded to."""

TOLD_SEGMENTS = {"bert", "electra", "mobilebert", "albert", "xlnet"}
NULL_TOKENS = dict.fromkeys(FAMILIES, "[CLS]") | {
    "mpnet": "<s>",
    "roberta": "<s>",
    "xlm-roberta": "<s>",
    "xlnet": "<cls>",
}
# RoBERTa and its kin never use the positions up to their padding id; the last three have none.
POSITION_LIMITS = dict.fromkeys(FAMILIES, 512) | {
    "modernbert": None,
    "deberta-v2": None,
    "xlnet": None,
}


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    """Each family in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def answerer(family: str, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A model of the family, loaded from a folder."""
    folder = build_tiny_model(family, tmp_path_factory.mktemp("model"))
    return load_answerer(str(folder), OPTIONS, engine=FLOAT32)


@pytest.fixture(scope="module")
def together(answerer: Answerer) -> AnsweredChunk:
    """All examples answered in one batch."""
    (chunk,) = answerer.answer_all(EXAMPLES)
    return chunk


@pytest.fixture(scope="module")
def alone(answerer: Answerer) -> list[AnsweredChunk]:
    """The examples one by one, with a batch for every window."""
    hardware = replace(answerer.model.hardware, batch_tokens=1)
    one_by_one = Answerer(replace(answerer.model, hardware=hardware), answerer.options)
    return list(one_by_one.answer_all(EXAMPLES))


def input_names(answerer: Answerer) -> set[str]:
    """What the model is given when it answers."""
    engine = answerer.model.engine
    assert isinstance(engine, TorchEngine)
    names: set[str] = set()
    hook = engine.model.register_forward_pre_hook(
        lambda _model, _positional, inputs: names.update(inputs), with_kwargs=True
    )
    answerer.answer("a", "b")
    hook.remove()
    return names


def cuts(prediction: Prediction) -> list[str]:
    """What the context holds at the spans of an n-best list."""
    context = next(one.context for one in EXAMPLES if one.id == prediction.example_id)
    spans = [answer.span for answer in prediction.n_best]
    return ["" if span is None else context[span.start : span.end] for span in spans]


def test_every_text_stands_at_its_span(together: AnsweredChunk) -> None:
    for prediction in together.predictions:
        assert [answer.text for answer in prediction.n_best] == cuts(prediction)


def test_texts_have_no_outer_blanks(together: AnsweredChunk) -> None:
    texts = [answer.text for each in together.predictions for answer in each.n_best]

    assert texts == [text.strip() for text in texts]


def test_a_context_that_is_too_long_has_several_windows(together: AnsweredChunk) -> None:
    assert together.candidates.example_ids.count("long") > 1


def test_answers_are_the_same_alone_as_in_a_batch(
    alone: list[AnsweredChunk], together: AnsweredChunk
) -> None:
    predictions = [each for chunk in alone for each in chunk.predictions]

    assert [each.text for each in predictions] == [each.text for each in together.predictions]
    assert [each.null_margin for each in predictions] == pytest.approx(
        [each.null_margin for each in together.predictions], abs=TOLERANCE
    )


def test_candidates_are_the_same_alone_as_in_a_batch(
    alone: list[AnsweredChunk], together: AnsweredChunk
) -> None:
    parts, whole = [chunk.candidates for chunk in alone], together.candidates

    for one, many in (
        ([each.null_scores for each in parts], whole.null_scores),
        ([each.start_log_totals for each in parts], whole.start_log_totals),
        ([each.end_log_totals for each in parts], whole.end_log_totals),
        ([each.n_best.scores for each in parts], whole.n_best.scores),
        ([each.any_length.scores for each in parts], whole.any_length.scores),
    ):
        np.testing.assert_allclose(np.concatenate(one), many, atol=TOLERANCE, rtol=0)


def test_only_models_that_know_segments_are_told_them(family: str, answerer: Answerer) -> None:
    assert ("token_type_ids" in input_names(answerer)) == (family in TOLD_SEGMENTS)


def test_null_answer_is_at_the_null_token_of_the_family(
    family: str, answerer: Answerer, together: AnsweredChunk
) -> None:
    ids = {int(window.token_ids[window.null_position]) for window in together.windows}

    assert answerer.model.tokenizer.convert_ids_to_tokens([*ids]) == [NULL_TOKENS[family]]


def test_position_limit_is_what_the_family_can_take(family: str, answerer: Answerer) -> None:
    assert answerer.model.position_limit == POSITION_LIMITS[family]


def test_a_window_as_long_as_the_limit_can_be_taken(answerer: Answerer) -> None:
    longest = Answerer(answerer.model, AnsweringOptions(max_seq_length=512))

    (chunk,) = longest.answer_all([example(context="a " * 600)])

    assert max(len(window) for window in chunk.windows) == 512
    assert np.isfinite(chunk.candidates.null_scores).all()


# FNet mixes all tokens by Fourier transforms, padding among them, and takes no mask against it.
def test_models_without_a_mask_get_their_windows_one_by_one(tmp_path: Path) -> None:
    tokenizer = FAMILIES["albert"].tokenizer()
    config = FNetConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        intermediate_size=64,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        FNetForQuestionAnswering(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    answerer = load_answerer(str(tmp_path), OPTIONS, engine=FLOAT32)

    alone = answerer.answer("a", "b")
    beside_a_longer_one = answerer.answer(["a", "a"], ["b", SENTENCE])[0]

    assert alone == beside_a_longer_one
