"""The figures of a card to those that cannot be true together."""
