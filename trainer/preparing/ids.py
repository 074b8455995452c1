"""Checks that ids can be keys: windows and cached logits are found by them."""

from collections.abc import Iterable

from qareport.data.types import Example
from qareport.errors import DataError


def require_unique_ids(examples: Iterable[Example]) -> None:
    """Refuse two examples with one id.

    Raises:
        DataError: an id occurs a second time.
    """
    ids: set[str] = set()
    for example in examples:
        if example.id in ids:
            raise DataError(
                f"id {example.id!r} occurs a second time among the training examples; "
                "give every question its own id"
            )
        ids.add(example.id)
