"""Items are worked on in order by one thread, while the caller takes the next ones."""

import threading
from collections.abc import Iterator

import pytest

from qareport.evaluation.background import MOST_WAITING, work_behind

PATIENCE = 60
"""Seconds after which a test that hangs fails."""


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(work_behind(range(9), str)) == [str(number) for number in range(9)]


def test_nothing_comes_of_no_items() -> None:
    assert list(work_behind([], str)) == []


def test_the_next_item_is_taken_while_one_is_worked_on() -> None:
    second_is_taken = threading.Event()

    def take() -> Iterator[int]:
        yield 1
        second_is_taken.set()
        yield 2

    def wait(number: int) -> tuple[int, bool]:
        return number, second_is_taken.wait(PATIENCE)

    assert list(work_behind(take(), wait)) == [(1, True), (2, True)]


def test_items_do_not_pile_up() -> None:
    taken: list[int] = []
    is_free = threading.Event()

    def take() -> Iterator[int]:
        for number in range(9):
            taken.append(number)
            if number > MOST_WAITING:
                is_free.set()
            yield number

    results = work_behind(take(), lambda _: is_free.wait(PATIENCE))
    next(results)

    assert len(taken) <= MOST_WAITING + 2
    assert all(results)


def test_all_work_is_done_by_one_thread_that_is_not_the_caller_s() -> None:
    threads = set(work_behind(range(5), lambda _: threading.get_ident()))

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_an_error_comes_in_place_of_its_result_and_no_further_item_is_taken() -> None:
    done: list[int] = []
    threads = threading.active_count()

    def work(number: int) -> int:
        if number == 1:
            raise ValueError("one")
        done.append(number)
        return number

    results = work_behind(range(9), work)

    assert next(results) == 0
    with pytest.raises(ValueError, match="one"):
        next(results)
    assert set(done) <= {*range(MOST_WAITING + 3)}
    assert threading.active_count() == threads


def test_what_was_taken_is_worked_on_when_the_items_end_in_an_error() -> None:
    done: list[int] = []

    def take() -> Iterator[int]:
        yield from range(MOST_WAITING)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(work_behind(take(), done.append))

    assert done == [*range(MOST_WAITING)]
