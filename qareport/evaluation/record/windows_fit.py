"""Refuses candidates whose windows are not those of the examples that they are read with."""

from collections.abc import Sequence
from itertools import groupby, zip_longest

import numpy as np

from qareport.data.types import Example
from qareport.errors import DataError
from qareport.inference.candidates import SpanCandidates


def require_windows_of(examples: Sequence[Example], candidates: SpanCandidates) -> None:
    """Refuses candidates that are not of these examples, in their order.

    Raises:
        DataError: an example has no windows or those of another, windows of one leave out tokens,
            or a token lies beyond the context; the message is without the path.
    """
    ids = candidates.example_ids
    groups = [(example_id, len(list(rows))) for example_id, rows in groupby(ids)]
    for group, example in zip_longest(groups, examples):
        found = f"windows of id {group[0]!r}" if group else "no windows"
        if group is None or example is None or group[0] != example.id:
            wanted = f"those of id {example.id!r}" if example else "no more"
            raise DataError(f"it has {found} where the examples have {wanted}")
    # From here on all of the windows of an example are consecutive.
    sizes = np.array([len(chars) for chars in candidates.token_chars], dtype=np.int64)
    ends = candidates.first_tokens + sizes
    windows = np.array([count for _, count in groups], dtype=np.int64)
    is_first = np.zeros(len(ids), dtype=np.bool_)
    is_first[np.cumsum(windows) - windows] = True
    reached = np.where(is_first, 0, np.roll(ends, 1))
    _require_none(candidates.first_tokens > reached, ids, "leaves out tokens before it")
    lengths = np.repeat([len(example.context) for example in examples], windows)
    last_chars = [int(chars[:, 1].max(initial=0)) for chars in candidates.token_chars]
    _require_none(np.array(last_chars) > lengths, ids, "has a token beyond the context")


def _require_none(broken: np.ndarray, ids: Sequence[str], words: str) -> None:
    if broken.any():
        row = int(broken.argmax())
        raise DataError(f"the window in row {row}, id {ids[row]!r}, {words}")
