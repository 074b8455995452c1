"""Each window has its own part and tokens in the layout."""

import pytest

from tests.trainer.teaching.cache_builders import training_window, windows_of_two_parts
from trainer.errors import CacheError
from trainer.teaching.layout import PART_WINDOWS, lay_out

WINDOWS = [training_window("a", [1, 2, 3]), training_window("b", [4])]


def test_windows_lie_one_after_the_other() -> None:
    layout = lay_out(WINDOWS)

    assert layout.offsets.tolist() == [0, 3, 4]
    assert layout.find(1) == (0, slice(3, 4))


def test_padded_windows_all_take_the_length() -> None:
    layout = lay_out(WINDOWS, length=5)

    assert layout.offsets.tolist() == [0, 5, 10]


def test_tokens_are_counted_from_the_first_of_their_part() -> None:
    layout = lay_out(windows_of_two_parts())

    assert layout.find(PART_WINDOWS - 1) == (0, slice(PART_WINDOWS - 1, PART_WINDOWS))
    assert layout.find(PART_WINDOWS) == (1, slice(0, 1))


def test_parts_share_the_windows_and_tokens_out() -> None:
    windows = windows_of_two_parts()

    layout = lay_out(windows)

    assert [len(windows[layout.windows_of(part)]) for part in layout.parts] == [PART_WINDOWS, 1]
    assert [layout.tokens_of(part) for part in layout.parts] == [PART_WINDOWS, 1]


def test_no_windows_make_no_parts() -> None:
    layout = lay_out([])

    assert list(layout.parts) == []
    assert layout.offsets.tolist() == [0]


def test_two_windows_of_one_id_are_refused() -> None:
    windows = [*WINDOWS, training_window("b", [5])]

    with pytest.raises(CacheError, match=r"^two windows have the id 'b'; give each its own$"):
        lay_out(windows)


def test_a_window_longer_than_the_length_is_refused() -> None:
    message = (
        "^window 'a' has 3 tokens, more than the 2 that windows are padded to; "
        "cut windows with the same max_seq_length$"
    )

    with pytest.raises(CacheError, match=message):
        lay_out(WINDOWS, length=2)
