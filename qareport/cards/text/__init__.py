"""Parses the text of a card into its parts, and writes it back."""
