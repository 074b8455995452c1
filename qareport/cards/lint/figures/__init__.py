"""Rules about figures of a card that cannot be true together."""
