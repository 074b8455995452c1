"""The forms in which a card states figures to claims."""
