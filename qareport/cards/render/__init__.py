"""Renders the page and metadata of a card from records, facts and the author's words."""
