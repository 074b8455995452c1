"""Rules about the page of a card."""
