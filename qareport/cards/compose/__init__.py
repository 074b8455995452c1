"""Writes the card of a folder of records."""
