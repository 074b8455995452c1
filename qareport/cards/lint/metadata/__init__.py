"""Rules about a card's metadata."""
