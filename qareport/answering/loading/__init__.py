"""A model's name to a model ready to answer."""
