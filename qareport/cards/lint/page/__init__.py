"""Finds what is wrong with the page of a card."""
