"""The page of a card to what is broken, foreign or missing on it."""
