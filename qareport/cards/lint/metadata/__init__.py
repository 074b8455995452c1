"""Finds what is wrong with the metadata of a card."""
