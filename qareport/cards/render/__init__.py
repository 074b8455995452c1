"""Renders the page and metadata of a card from a view of records."""
