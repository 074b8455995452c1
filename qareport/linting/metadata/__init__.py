"""The metadata of a card to what the Hub refuses in it."""
