"""An n-best list has columns, and makes an answer when it is asked for one."""

import pytest

from qareport.data.types import Answer, CharSpan, NBest

TEXT = Answer("ab", CharSpan(3, 5), start_logit=1.5, end_logit=1.0)
NULL = Answer("", None, start_logit=0.5, end_logit=-1.0)
BOTH = NBest(("ab", ""), (3, -1), (5, -1), (1.5, 0.5), (1.0, -1.0))


def test_answers_come_by_rank_from_both_ends() -> None:
    assert [BOTH[0], BOTH[1], BOTH[-1]] == [TEXT, NULL, NULL]
    assert tuple(BOTH) == (TEXT, NULL)


def test_a_rank_beyond_the_list_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        BOTH[2]


def test_slices_and_ranks_give_lists() -> None:
    assert tuple(BOTH[1:]) == (NULL,)
    assert tuple(BOTH[::-1]) == (NULL, TEXT)
    assert tuple(BOTH.at([1, 0])) == (NULL, TEXT)
    assert BOTH[:2] == BOTH


def test_scores_are_the_sums_of_both_logits() -> None:
    assert BOTH.scores == (2.5, -0.5)


def test_an_empty_list_has_no_answers() -> None:
    assert (len(NBest()), tuple(NBest()), NBest().scores) == (0, (), ())
