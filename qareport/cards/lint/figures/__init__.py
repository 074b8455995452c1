"""Finds figures of a card that cannot be true."""
