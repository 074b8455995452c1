"""Places spread evenly over data: nothing is drawn, so the same data always gives the same ones."""


def spread_places(count: int, size: int) -> tuple[int, ...]:
    """Up to `size` places of so many, in order, the first one among them."""
    taken = min(count, size)
    return tuple(number * count // taken for number in range(taken))
