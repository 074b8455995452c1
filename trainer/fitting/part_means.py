"""Parts of the losses of micro-batches to their means over updates."""

from collections.abc import Mapping

from torch import Tensor


class PartMeans:
    """Adds up what came since the last time it was asked."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._updates = 0.0

    def add(self, parts: Mapping[str, Tensor], *, share: float) -> None:
        """Takes in the parts of a micro-batch that is this share of an update."""
        for name, part in parts.items():
            self._sums[name] = self._sums.get(name, 0) + share * part.detach()
        self._updates += share

    def take(self) -> Mapping[str, Tensor]:
        """The mean of each part over the updates, and a new start."""
        means = {name: total / self._updates for name, total in self._sums.items()}
        self._sums, self._updates = {}, 0.0
        return means
