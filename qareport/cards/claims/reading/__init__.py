"""Reads figures in the tables, code blocks and sentences of a card."""
