"""Batches hold every window once, longest first, within their budget, padded on the right."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.inference.batches import pad_windows, plan_batches, prefetch
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

TOKENIZER = FAMILIES["bert"].tokenizer()
OPTIONS = AnsweringOptions(max_seq_length=32, doc_stride=4)
LENGTHS = st.lists(st.integers(1, 30), max_size=20)
BUDGET = st.integers(1, 100)

PATIENCE = 20.0
"""Seconds after which a step that does not come ends a test."""


@dataclass(slots=True)
class Steps:
    """What was done, in order; some numbers cannot be prepared or finished."""

    unpreparable: int = -1
    unfinishable: int = -1
    error: type[BaseException] = ValueError
    done: list[str] = field(default_factory=list)
    prepared: dict[int, threading.Event] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    """Who prepared."""

    def prepare(self, number: int) -> int:
        """The number itself."""
        self.threads.add(threading.get_ident())
        self.done.append(f"prepare {number}")
        self.prepared.setdefault(number, threading.Event()).set()
        if number == self.unpreparable:
            raise ValueError(number)
        return number

    def finish(self, number: int, prepared: int) -> int:
        """Ten times what was prepared, when the next one is prepared too; the last one is 2."""
        if number < 2:
            assert self.prepared.setdefault(number + 1, threading.Event()).wait(PATIENCE)
        self.done.append(f"finish {number}")
        if number == self.unfinishable:
            raise self.error
        return 10 * prepared

    def results(self) -> Iterator[int]:
        """Of 0, 1 and 2."""
        return prefetch(range(3), prepare=self.prepare, finish=self.finish)


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

    assert batch.token_ids.tolist() == [
        [*windows[0].token_ids.tolist(), 99],
        windows[1].token_ids.tolist(),
    ]
    assert batch.is_token.tolist() == [[True] * 5 + [False], [True] * 6]


def test_padding_has_the_type_of_the_first_text() -> None:
    windows = windows_of(TOKENIZER, example(context="a"), example(context="a b"), options=OPTIONS)

    batch = pad_windows(windows, padding_id=0)

    assert batch.type_ids.tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1]]


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Fails a test after which more threads run than before."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_results_come_in_order(count: int) -> None:
    results = prefetch(range(count), prepare=str, finish=lambda number, text: f"{number}={text}")

    assert list(results) == [f"{number}={number}" for number in range(count)]


def test_an_item_is_finished_while_the_next_one_is_prepared() -> None:
    steps = Steps()

    assert list(steps.results()) == [0, 10, 20]
    assert steps.done == [
        *("prepare 0", "prepare 1", "finish 0"),
        *("prepare 2", "finish 1", "finish 2"),
    ]


def test_no_more_than_one_item_is_prepared_ahead() -> None:
    steps = Steps()

    next(steps.results())

    assert steps.done == ["prepare 0", "prepare 1", "finish 0"]


def test_nothing_runs_while_the_caller_has_a_result() -> None:
    before = threading.active_count()

    assert [threading.active_count() for _ in Steps().results()] == [before] * 3


def test_a_single_item_needs_no_thread() -> None:
    steps = Steps()

    assert list(prefetch([2], prepare=steps.prepare, finish=steps.finish)) == [20]
    assert steps.threads == {threading.get_ident()}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_error_in_preparing_comes_after_all_results_before(number: int) -> None:
    results = Steps(unpreparable=number).results()

    assert [next(results) for _ in range(number)] == [0, 10][:number]
    with pytest.raises(ValueError, match=f"^{number}$"):
        next(results)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_in_finishing_waits_for_what_is_prepared(error: type[BaseException]) -> None:
    steps = Steps(unfinishable=1, error=error)
    results = steps.results()

    assert next(results) == 0
    with pytest.raises(error):
        next(results)
    assert steps.done[-2:] == ["prepare 2", "finish 1"]
