"""The text of a card to its parts, and back."""
