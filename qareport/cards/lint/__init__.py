"""Finds what is wrong with a card, and mends what is mechanical."""
