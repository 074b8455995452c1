"""A sequence that is made when it is first looked at."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar, overload

from typing_extensions import override

Item_co = TypeVar("Item_co", covariant=True)


class Later(Sequence[Item_co]):
    """What `make` gives, which is called at the first look and never again.

    Equal to any sequence of the same items.
    """

    def __init__(self, make: Callable[[], tuple[Item_co, ...]]) -> None:
        """Makes nothing yet."""
        self._make = make

    @cached_property
    def _items(self) -> tuple[Item_co, ...]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item_co, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> Item_co | tuple[Item_co, ...]:
        """An item, or some."""
        return self._items[index]

    @override
    def __len__(self) -> int:
        """How many items there are."""
        return len(self._items)

    @override
    def __eq__(self, other: object) -> bool:
        """Whether the other is a sequence of the same items."""
        return isinstance(other, Sequence) and self._items == tuple(other)

    @override
    def __hash__(self) -> int:
        """Of the items."""
        return hash(self._items)

    @override
    def __repr__(self) -> str:
        """The items."""
        return repr(self._items)
