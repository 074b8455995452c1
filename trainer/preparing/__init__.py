"""Prepares training examples and labelled windows."""
