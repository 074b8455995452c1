"""Finds the figures that a card states, and compares them with records."""
