"""Finds what is wrong with the models that a card names."""
