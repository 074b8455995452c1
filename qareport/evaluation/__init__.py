"""Evaluates a model, and keeps the record of it."""
