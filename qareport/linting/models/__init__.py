"""The models that a card names to those that cannot be meant."""
