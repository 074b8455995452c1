"""Threads may share a model and its tokenizer: every call gives what it gives alone."""

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

import pytest

from qareport.inference.answerer import Answerer
from qareport.inference.old_pipeline import OldPipeline, load_pipeline
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FLOAT32, windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES, build_tiny_model

THREADS = 16
SENTENCE = "The Normans gave their name to Normandy, a region in France. "
SHORT = AnsweringOptions(max_seq_length=32, doc_stride=4)
Call = Callable[[int], Hashable]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> OldPipeline:
    """Around a tiny model."""
    return load_pipeline(
        str(build_tiny_model("bert", tmp_path_factory.mktemp("model"))), engine=FLOAT32
    )


def kinds_of_calls(pipeline: OldPipeline) -> tuple[Call, ...]:
    """Calls with texts of many lengths, by number, which all use one model."""
    model = pipeline.model

    def context(number: int) -> str:
        return SENTENCE * (number % 5) + f"The Danes came {number} times."

    def answer(number: int, options: AnsweringOptions) -> Hashable:
        chunks = Answerer(model, options).answer_all([example("q", context=context(number))])
        return tuple(each.text for chunk in chunks for each in chunk.predictions)

    def ask_pipeline(number: int) -> Hashable:
        return str(pipeline(question="Who came?", context=context(number), top_k=2))

    def cut(number: int) -> Hashable:
        windows = windows_of(model.tokenizer, example(context=context(number)), options=SHORT)
        return tuple(each.token_ids.tobytes() for each in windows)

    return (
        lambda number: answer(number, SHORT),
        lambda number: answer(number, AnsweringOptions()),
        ask_pipeline,
        cut,
    )


@pytest.mark.parametrize("number_of_calls", [200, pytest.param(2000, marks=pytest.mark.slow)])
def test_calls_of_many_threads_give_what_they_give_in_a_row(
    pipeline: OldPipeline, number_of_calls: int
) -> None:
    kinds = kinds_of_calls(pipeline)
    numbers = range(number_of_calls // len(kinds))
    calls = [(kind, number) for number in numbers for kind in kinds]
    one_by_one = [kind(number) for kind, number in calls]

    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(lambda call: call[0](call[1]), calls))

    assert together == one_by_one


@pytest.mark.parametrize("family", FAMILIES)
def test_cutting_leaves_a_tokenizer_as_it_is(family: str) -> None:
    tokenizer = FAMILIES[family].tokenizer()
    before = tokenizer.backend_tokenizer.to_str()

    windows_of(tokenizer, example(context=SENTENCE * 9), options=SHORT)

    assert tokenizer.backend_tokenizer.to_str() == before
