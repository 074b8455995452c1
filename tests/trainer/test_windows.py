"""Windows side by side keep their tokens, their answer tokens and their right answers."""

import numpy as np
import pytest
import torch

from trainer.windows import (
    TokenSpan,
    TrainingWindow,
    answer_tokens,
    pad_training_windows,
    target_shares,
)


def window(
    *tokens: int, context: range = range(1, 2), targets: tuple[TokenSpan, ...] = ()
) -> TrainingWindow:
    """A window of these token ids whose null token is the first."""
    return TrainingWindow(
        id="q#0",
        token_ids=np.array(tokens, dtype=np.int32),
        type_ids=np.ones(len(tokens), dtype=np.int32),
        null_position=0,
        context_position=context.start,
        context_size=len(context),
        targets=targets or (TokenSpan(0, 0),),
    )


def test_windows_are_padded_at_their_end_to_the_longest() -> None:
    batch = pad_training_windows([window(5, 6, 7), window(8)], padding_id=9)

    assert batch.token_ids.tolist() == [[5, 6, 7], [8, 9, 9]]
    assert batch.type_ids.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.is_token.tolist() == [[True, True, True], [True, False, False]]


@pytest.mark.parametrize(("length", "tokens"), [(4, 4), (3, 3), (2, 3), (None, 3)])
def test_windows_are_padded_to_a_length_and_never_cut(length: int | None, tokens: int) -> None:
    batch = pad_training_windows([window(5, 6, 7), window(8)], padding_id=9, length=length)

    assert batch.token_ids.shape == batch.type_ids.shape == batch.is_token.shape == (2, tokens)
    assert batch.token_ids[0, :3].tolist() == [5, 6, 7]
    assert batch.is_token.sum().item() == 4


def test_answer_tokens_are_those_of_the_context_and_the_null_token() -> None:
    windows = [window(1, 2, 3, 4, context=range(2, 4)), window(1, 2, context=range(1, 2))]

    assert answer_tokens(windows, tokens=5).tolist() == [
        [True, False, True, True, False],
        [True, True, False, False, False],
    ]


def test_a_target_is_wholly_right_at_its_ends() -> None:
    shares = target_shares([window(1, 2, 3, targets=(TokenSpan(1, 2),))], tokens=3)

    assert shares.tolist() == [[[0, 0], [1, 0], [0, 1]]]


def test_several_targets_share_evenly_and_add_up_where_they_meet() -> None:
    targets = (TokenSpan(1, 2), TokenSpan(1, 3), TokenSpan(2, 3), TokenSpan(2, 3))

    shares = target_shares([window(1, 2, 3, 4, targets=targets)], tokens=5)

    assert shares[0, :, 0].tolist() == [0, 0.5, 0.5, 0, 0]
    assert shares[0, :, 1].tolist() == [0, 0, 0.25, 0.75, 0]
    assert torch.equal(shares.sum(dim=1), torch.ones(1, 2))
