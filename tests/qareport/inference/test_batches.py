"""Batches hold every window once, longest first, within their budget, padded on the right."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from qareport.inference.batches import pad_windows, plan_batches
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

TOKENIZER = FAMILIES["bert"].tokenizer()
OPTIONS = AnsweringOptions(max_seq_length=32, doc_stride=4)
LENGTHS = st.lists(st.integers(1, 30), max_size=20)
BUDGET = st.integers(1, 100)


@given(lengths=LENGTHS, batch_tokens=BUDGET)
def test_every_window_is_in_one_batch(lengths: list[int], batch_tokens: int) -> None:
    batches = plan_batches(lengths, batch_tokens=batch_tokens)

    assert sorted(chain.from_iterable(batches)) == list(range(len(lengths)))


@given(lengths=LENGTHS, batch_tokens=BUDGET)
def test_longest_windows_come_first(lengths: list[int], batch_tokens: int) -> None:
    order = chain.from_iterable(plan_batches(lengths, batch_tokens=batch_tokens))

    assert [lengths[position] for position in order] == sorted(lengths, reverse=True)


@given(lengths=LENGTHS, batch_tokens=BUDGET)
def test_a_batch_keeps_its_budget_with_padding_unless_it_is_one_window(
    lengths: list[int], batch_tokens: int
) -> None:
    for batch in plan_batches(lengths, batch_tokens=batch_tokens):
        padded = len(batch) * max(lengths[position] for position in batch)
        assert len(batch) == 1 or padded <= batch_tokens


def test_a_batch_is_as_full_as_its_budget_allows() -> None:
    assert list(plan_batches([3, 4, 4], batch_tokens=8)) == [[1, 2], [0]]


def test_padding_is_on_the_right_and_no_token() -> None:
    windows = windows_of(TOKENIZER, example(context="a"), example(context="a b"), options=OPTIONS)

    batch = pad_windows(windows, padding_id=99)

    assert batch.token_ids.tolist() == [[*windows[0].encoding.ids, 99], windows[1].encoding.ids]
    assert batch.is_token.tolist() == [[True] * 5 + [False], [True] * 6]


def test_padding_has_the_type_of_the_first_text() -> None:
    windows = windows_of(TOKENIZER, example(context="a"), example(context="a b"), options=OPTIONS)

    batch = pad_windows(windows, padding_id=0)

    assert batch.type_ids.tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1]]
