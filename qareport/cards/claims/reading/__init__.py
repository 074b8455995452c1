"""Reads the figures of a card out of its metadata, tables and prose."""
