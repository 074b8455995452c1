"""Rules about the models that a card names."""
